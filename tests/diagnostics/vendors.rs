//! What makes the codes that payloads of other vendors find, and what is written for MoEngage.

use crate::samples::Input;
use crate::support::SEED;
use kohort::cohort::id_list::IdList;
use kohort::payload::vendors::moengage::{Cohort, requests};
use kohort::payload::vendors::{Options, Vendor, read};
use kohort::problem::{Code, Finding, Problems};

/// What is read, or written.
pub enum Given {
    /// A vendor's payload.
    Payload(&'static str, &'static str),
    /// A cohort's name for MoEngage, and how long the id is that enters.
    Written(&'static str, usize),
}

pub fn make(given: &Given, problems: &mut Problems) -> Vec<u8> {
    match *given {
        Given::Payload(vendor, body) => {
            let vendor = Vendor::named(vendor).unwrap();
            read(body.as_bytes(), vendor, Options::default(), &SEED, problems);
            body.into()
        }
        Given::Written(name, length) => {
            let mut add = IdList::new();
            add.push(&"a".repeat(length)).unwrap();
            let cohort = Cohort {
                partner: "heap",
                id: "7",
                name,
                description: None,
            };
            requests(cohort, &add, &IdList::new(), problems);
            Vec::new()
        }
    }
}

pub fn samples(add: &mut dyn FnMut(&'static str, Input)) {
    let mixpanel = [
        (
            "vendor.field_missing",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1"}}"#,
        ),
        (
            "vendor.wrong_type",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":{}}}"#,
        ),
        (
            "vendor.unknown_action",
            r#"{"action":"delete_members","parameters":{"mixpanel_cohort_id":"1","members":[]}}"#,
        ),
        (
            "vendor.member_not_an_object",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":["ada"]}}"#,
        ),
        (
            "vendor.no_id",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[{"email":"ada@example.com"}]}}"#,
        ),
        (
            "vendor.id_type",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","members":[{"mixpanel_distinct_id":1.5}]}}"#,
        ),
        (
            "vendor.page",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","page_info":{"page_count":0,"total_pages":1},"members":[]}}"#,
        ),
        (
            "vendor.page_out_of_range",
            r#"{"action":"members","parameters":{"mixpanel_cohort_id":"1","page_info":{"total_pages":1,"page_count":2},"members":[]}}"#,
        ),
    ];
    for (code, body) in mixpanel {
        add(code, Input::Vendor(Given::Payload("mixpanel", body)));
    }
    let others = [
        (
            "vendor.other_message",
            "census",
            r#"{"method":"list_fields","params":{}}"#,
        ),
        (
            "vendor.message_not_an_object",
            "segment",
            r#"{"batch":["ada"]}"#,
        ),
        (
            "vendor.no_identifier",
            "census",
            r#"{"method":"sync_batch","params":{"sync_plan":{"object":{"object_api_name":"vip"},"operation":"upsert","schema":{}},"records":[]}}"#,
        ),
        (
            "vendor.no_cohort",
            "rudderstack",
            r#"{"type":"record","action":"insert","identifiers":{"id":"ada"}}"#,
        ),
        (
            "vendor.drain_with_ids",
            "tealium",
            r#"{"audience_id":"7","action":"emptied","visitor_id":"ada"}"#,
        ),
        (
            "vendor.superseded",
            "braze",
            r#"{"cohort_id":"7","cohort_changes":[{"user_ids":["ada"]},{"user_ids":["ada"],"should_remove":true}]}"#,
        ),
    ];
    for (code, vendor, body) in others {
        add(code, Input::Vendor(Given::Payload(vendor, body)));
    }
    add(
        "moengage.cohort_name",
        Input::Vendor(Given::Written("[Heap]: trials", 1)),
    );
    add(
        "moengage.too_large",
        Input::Vendor(Given::Written("trials", 200_000)),
    );
    for code in [Code::VendorFull, Code::MoEngageIds] {
        add(code.row().code, Input::Words(Finding::error(code)));
    }
}
