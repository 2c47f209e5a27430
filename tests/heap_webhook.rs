//! What Heap's webhook says, and every way in which it can be wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use kohort::cohort::Direction;
use kohort::cohort::page::{Action, Part};
use kohort::hash::Seed;
use kohort::payload::heap::webhook::{Decoded, Limits, Webhook};
use kohort::problem::{Code, Problem, Problems};

const SEED: Seed = Seed::new(7);

/// A finding as code, path and the stretch of the body that it points at.
type Found = (Code, String, String);

fn found(problems: &Problems, list: &[Problem], body: &str) -> Vec<Found> {
    list.iter()
        .map(|problem| {
            let place = problem.offset as usize..problem.end_offset as usize;
            (
                problem.code,
                problems.path(problem).to_owned(),
                body[place].to_owned(),
            )
        })
        .collect()
}

/// Errors and warnings of a webhook.
fn look(body: &str) -> (Vec<Found>, Vec<Found>) {
    let mut problems = Problems::new(100);
    let mut webhook = Webhook::default();
    webhook.read(body.as_bytes(), Limits::default(), &SEED, &mut problems);
    assert_eq!(
        problems.ok(),
        webhook.decode(body.as_bytes()).unwrap().is_some(),
        "a webhook is decoded exactly if it has no error: {body}"
    );
    (
        found(&problems, problems.errors(), body),
        found(&problems, problems.warnings(), body),
    )
}

fn decode(body: &str) -> (Webhook, Decoded) {
    let mut problems = Problems::new(100);
    let mut webhook = Webhook::default();
    webhook.read(body.as_bytes(), Limits::default(), &SEED, &mut problems);
    assert_eq!(found(&problems, problems.errors(), body), []);
    let decoded = webhook.decode(body.as_bytes()).unwrap().unwrap();
    (webhook, decoded)
}

fn texts<'a>(ids: impl Iterator<Item = &'a [u8]>) -> Vec<&'a str> {
    ids.map(|id| core::str::from_utf8(id).unwrap()).collect()
}

/// A sync with this inside `data`, after the segment.
fn sync(rest: &str) -> String {
    format!(
        r#"{{"action_type":"segment.users.sync","data":{{"segment":{{"id":1,"name":"n"}},{rest}}}}}"#
    )
}

/// A good page.
const PAGE: &str = r#""sync_info":{"page_number":1,"total_pages":2,"sync_task_id":"t"}"#;

fn drain(rest: &str) -> String {
    format!(
        r#"{{"action_type":"segment.users.drain","data":{{"segment":{{"id":1,"name":"n"}}{rest}}}}}"#
    )
}

#[test]
fn a_sync_says_its_customer_segment_page_and_ids() {
    let body = include_str!("conformance/heap/sync.json");
    let (webhook, decoded) = decode(body);
    let raw = |text: kohort::json::Text| core::str::from_utf8(text.raw(body.as_bytes())).unwrap();
    assert_eq!(webhook.action(), Some(Action::Sync));
    assert_eq!(webhook.id_token().map(raw), Some("CustomerIdToken"));
    let [field] = webhook.fields() else {
        panic!("one field")
    };
    assert_eq!(
        (raw(field.id), raw(field.value)),
        ("workspace", "workspace_1")
    );
    assert!(field.kind.is_none());
    let page = decoded.page();
    assert_eq!(page.action, Action::Sync);
    assert_eq!(
        (page.segment_id, page.segment_name),
        ("1338065", "Free Customers")
    );
    let part = Part {
        sync_task_id: "FreeCustomersSync",
        page_number: 1,
        total_pages: 1,
    };
    assert!(page.part == Some(part));
    assert_eq!(
        texts(page.add.iter()),
        ["user3@email.com", "user4@email.com"]
    );
    assert_eq!(
        texts(page.remove.iter()),
        ["user1@email.com", "user2@email.com"]
    );
}

#[test]
fn a_drain_says_only_its_segment() {
    let (webhook, decoded) = decode(include_str!("conformance/heap/drain.json"));
    let page = decoded.page();
    assert_eq!(page.action, Action::Drain);
    assert_eq!(
        (page.segment_id, page.segment_name),
        ("1338065", "Segment To Drain")
    );
    assert!(page.part.is_none() && page.add.is_empty() && page.remove.is_empty());
    assert!(webhook.id_token().is_none());
}

#[test]
fn the_two_samples_have_no_warnings() {
    for body in [
        include_str!("conformance/heap/sync.json"),
        include_str!("conformance/heap/drain.json"),
    ] {
        assert_eq!(look(body), (vec![], vec![]));
    }
}

#[test]
fn keys_may_come_in_any_order_and_spacing() {
    let body = "\n{ \"data\" : {\r\n \"remove\" : [ ] , \"add\" : [ { \"id\" : \"a\" } ,{\"id\":\"b\"}\t],
        \"sync_info\":{\"sync_task_id\":\"t\",\"total_pages\":2,\"page_number\":2},
        \"segment\" : { \"name\" : \"n\" , \"id\" : 0 } } , \"action_type\" : \"segment.users.sync\" } ";
    let (_, decoded) = decode(body);
    assert_eq!(texts(decoded.page().add.iter()), ["a", "b"]);
    assert_eq!(decoded.page().part.unwrap().page_number, 2);
}

#[test]
fn ids_are_read_alike_however_they_are_written() {
    let body = sync(&format!(
        r#"{PAGE},"add":[{{"id":"plain"}},{{"id":"\u0065scaped\n"}},{{"id":"sn\u00f6\ud83d\ude00ö😀"}},{{ "id" : "spaced" }},{{"\u0069d":"key"}},{{"id":"x"}}]"#
    ));
    let (webhook, decoded) = decode(&body);
    assert_eq!(
        texts(decoded.page().add.iter()),
        ["plain", "escaped\n", "snö😀ö😀", "spaced", "key", "x"]
    );
    assert_eq!(webhook.ids(Direction::Add).len(), 6);
    assert!(webhook.ids(Direction::Remove).is_empty());
}

#[test]
fn either_list_and_the_customers_choices_may_be_absent() {
    assert_eq!(look(&sync(PAGE)), (vec![], vec![]));
    assert_eq!(look(&sync(&format!("{PAGE},\"add\":[]"))), (vec![], vec![]));
    assert_eq!(
        look(&sync(&format!("{PAGE},\"remove\":[]"))),
        (vec![], vec![])
    );
}

#[test]
fn a_drain_may_have_a_page_and_empty_lists_but_no_ids() {
    let rest = format!(",{PAGE},\"add\":[],\"remove\":[]");
    assert_eq!(look(&drain(&rest)), (vec![], vec![]));
    let (errors, _) = look(&drain(r#","add":[{"id":"a"}],"remove":[{"id":"b"}]"#));
    assert_eq!(
        errors,
        [
            (
                Code::HeapDrainIds,
                "/data/add".into(),
                r#"[{"id":"a"}]"#.into()
            ),
            (
                Code::HeapDrainIds,
                "/data/remove".into(),
                r#"[{"id":"b"}]"#.into()
            ),
        ]
    );
}

#[test]
fn a_segments_id_is_a_whole_number_in_plain_digits() {
    let with = |id: &str| sync(PAGE).replace("\"id\":1,", &format!("\"id\":{id},"));
    for id in ["0", "1338065", "9007199254740993", "9223372036854775807"] {
        assert_eq!(decode(&with(id)).1.page().segment_id, id);
    }
    for id in [
        "9223372036854775808",
        "18446744073709551617",
        "-1",
        "-0",
        "1.0",
        "1e2",
        "0.5",
        "1E+2",
        "\"1338065\"",
        "null",
        "true",
        "[1]",
        "{}",
        "99999999999999999999999999999999",
    ] {
        let expected = (Code::HeapSegmentId, "/data/segment/id".into(), id.into());
        assert_eq!(look(&with(id)).0, [expected]);
    }
    assert_eq!(look(&with("007")).0[0].0, Code::JsonNumber);
    assert_eq!(look(&with("+7")).0[0].0, Code::JsonSyntax);
}

#[test]
fn a_page_is_a_whole_number_from_one_however_it_is_written() {
    let with = |number: &str| {
        sync(r#""sync_info":{"page_number":1,"total_pages":@,"sync_task_id":"t"}"#)
            .replace('@', number)
    };
    for (number, expected) in [
        ("1", 1),
        ("100", 100),
        ("9007199254740991", (1 << 53) - 1),
        ("1.0", 1),
        ("1.000000000000000000000000", 1),
        ("1e2", 100),
        ("1E+2", 100),
        ("1e0", 1),
        ("1200e-2", 12),
        ("1.2e1", 12),
        ("0.1e1", 1),
        ("0.00500e3", 5),
    ] {
        let (_, decoded) = decode(&with(number));
        assert_eq!(
            decoded.page().part.unwrap().total_pages,
            expected,
            "{number}"
        );
    }
    for number in [
        "0",
        "0.0",
        "-0",
        "-1",
        "1.5",
        "1e-1",
        "15e-1",
        "9007199254740992",
        "9.007199254740993e15",
        "1e16",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999999999999",
        "99999999999999999999999",
        "\"1\"",
        "null",
        "false",
        "{}",
        "[]",
    ] {
        let expected = (
            Code::HeapPage,
            "/data/sync_info/total_pages".into(),
            number.into(),
        );
        assert_eq!(look(&with(number)).0, [expected]);
    }
}

#[test]
fn a_page_beyond_the_last_is_refused() {
    let body = sync(r#""sync_info":{"total_pages":2,"page_number":3,"sync_task_id":"t"}"#);
    let expected = (
        Code::HeapPageRange,
        "/data/sync_info/page_number".into(),
        "3".into(),
    );
    assert_eq!(look(&body).0, [expected]);
}

#[test]
fn an_id_that_can_match_nobody_is_a_warning_and_is_kept() {
    let longest = "x".repeat(997);
    // 998 bytes as it reads, though only 499 characters.
    let long = "ö".repeat(499);
    let escaped = r"\u00f6".repeat(498);
    let body = sync(&format!(
        r#"{PAGE},"add":[{{"id":""}},{{"id":"{longest}"}},{{"id":"{long}"}}],"remove":[{{"id":"{longest}x"}},{{"id":"{escaped}"}}]"#
    ));
    let (errors, warnings) = look(&body);
    assert_eq!(errors, []);
    let warnings: Vec<_> = warnings.iter().map(|w| (w.0, w.1.as_str())).collect();
    assert_eq!(
        warnings,
        [
            (Code::IdEmpty, "/data/add/0/id"),
            (Code::IdLong, "/data/add/2/id"),
            (Code::IdLong, "/data/remove/0/id"),
        ]
    );
    let (_, decoded) = decode(&body);
    assert_eq!(
        (decoded.page().add.len(), decoded.page().remove.len()),
        (3, 2)
    );
}

/// One body, one error: its code, path and place.
#[test]
fn each_fault_has_its_code_and_its_place() {
    use Code::*;
    let segment = r#""segment":{"id":1,"name":"n"}"#;
    let action = r#""action_type":"segment.users.drain""#;
    let config =
        |inside: &str| format!(r#"{{{action},"customer_config":{inside},"data":{{{segment}}}}}"#);
    let field = |inside: &str| config(&format!(r#"{{"fields":[{inside}]}}"#));
    let cases = [
        // The root.
        (format!(r#"{{"data":{{{segment}}}}}"#), HeapField, "", "{"),
        (format!(r#"{{{action}}}"#), HeapField, "", "{"),
        (
            format!(r#"{{"action_type":null,"data":{{{segment}}}}}"#),
            HeapType,
            "/action_type",
            "null",
        ),
        (
            format!(r#"{{"action_type":"segment.users.SYNC","data":{{{segment}}}}}"#),
            HeapAction,
            "/action_type",
            "segment.users.SYNC",
        ),
        (
            format!(r#"{{"action_type":"","data":{{{segment}}}}}"#),
            HeapAction,
            "/action_type",
            "",
        ),
        (
            format!(r#"{{"id_token":7,{action},"data":{{{segment}}}}}"#),
            HeapType,
            "/id_token",
            "7",
        ),
        (
            format!(r#"{{{action},"data":[]}}"#),
            HeapType,
            "/data",
            "[]",
        ),
        (
            format!(r#"{{{action},"data":{{}}}}"#),
            HeapField,
            "/data",
            "{",
        ),
        ("[]".into(), JsonRoot, "", "[]"),
        // The customer's choices.
        (config("[]"), HeapType, "/customer_config", "[]"),
        (config("{}"), HeapField, "/customer_config", "{}"),
        (
            config(r#"{"fields":{}}"#),
            HeapType,
            "/customer_config/fields",
            "{}",
        ),
        (field("7"), HeapEntry, "/customer_config/fields/0", "7"),
        (
            field(r#"{"value":{"id":"v"}}"#),
            HeapField,
            "/customer_config/fields/0",
            r#"{"value":{"id":"v"}}"#,
        ),
        (
            field(r#"{"field_id":"f"}"#),
            HeapField,
            "/customer_config/fields/0",
            r#"{"field_id":"f"}"#,
        ),
        (
            field(r#"{"field_id":1,"value":{"id":"v"}}"#),
            HeapType,
            "/customer_config/fields/0/field_id",
            "1",
        ),
        (
            field(r#"{"field_id":"f","value":"v"}"#),
            HeapType,
            "/customer_config/fields/0/value",
            r#""v""#,
        ),
        (
            field(r#"{"field_id":"f","value":{}}"#),
            HeapField,
            "/customer_config/fields/0/value",
            "{}",
        ),
        (
            field(r#"{"field_id":"f","value":{"id":1}}"#),
            HeapType,
            "/customer_config/fields/0/value/id",
            "1",
        ),
        (
            field(r#"{"field_id":"f","value":{"id":"v","display_name":1}}"#),
            HeapType,
            "/customer_config/fields/0/value/display_name",
            "1",
        ),
        (
            field(r#"{"field_id":"f","field_type":null,"value":{"id":"v"}}"#),
            HeapType,
            "/customer_config/fields/0/field_type",
            "null",
        ),
        (
            field(r#"{"field_id":"f","field_display_name":1,"value":{"id":"v"}}"#),
            HeapType,
            "/customer_config/fields/0/field_display_name",
            "1",
        ),
        // The segment.
        (
            format!(r#"{{{action},"data":{{"segment":"s"}}}}"#),
            HeapType,
            "/data/segment",
            r#""s""#,
        ),
        (
            format!(r#"{{{action},"data":{{"segment":{{"id":1}}}}}}"#),
            HeapField,
            "/data/segment",
            r#"{"id":1}"#,
        ),
        (
            format!(r#"{{{action},"data":{{"segment":{{"name":"n"}}}}}}"#),
            HeapField,
            "/data/segment",
            r#"{"name":"n"}"#,
        ),
        (
            format!(r#"{{{action},"data":{{"segment":{{"id":1,"name":2}}}}}}"#),
            HeapType,
            "/data/segment/name",
            "2",
        ),
        // The page.
        (sync(r#""add":[]"#), HeapField, "/data", "{"),
        (
            sync(r#""sync_info":null"#),
            HeapType,
            "/data/sync_info",
            "null",
        ),
        (
            sync(r#""sync_info":{"page_number":1,"total_pages":1}"#),
            HeapField,
            "/data/sync_info",
            r#"{"page_number":1,"total_pages":1}"#,
        ),
        (
            sync(r#""sync_info":{"page_number":1,"sync_task_id":"t"}"#),
            HeapField,
            "/data/sync_info",
            r#"{"page_number":1,"sync_task_id":"t"}"#,
        ),
        (
            sync(r#""sync_info":{"total_pages":1,"sync_task_id":"t"}"#),
            HeapField,
            "/data/sync_info",
            r#"{"total_pages":1,"sync_task_id":"t"}"#,
        ),
        (
            sync(r#""sync_info":{"page_number":1,"total_pages":1,"sync_task_id":9}"#),
            HeapType,
            "/data/sync_info/sync_task_id",
            "9",
        ),
        // The ids.
        (
            sync(&format!(r#"{PAGE},"add":null"#)),
            HeapType,
            "/data/add",
            "null",
        ),
        (
            sync(&format!(r#"{PAGE},"remove":{{"id":"a"}}"#)),
            HeapType,
            "/data/remove",
            r#"{"id":"a"}"#,
        ),
        (
            sync(&format!(r#"{PAGE},"add":["a"]"#)),
            HeapEntry,
            "/data/add/0",
            r#""a""#,
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a"}},{{}}]"#)),
            HeapField,
            "/data/add/1",
            "{}",
        ),
        (
            sync(&format!(r#"{PAGE},"remove":[{{"id":"a"}},{{"id":7}}]"#)),
            IdType,
            "/data/remove/1/id",
            "7",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a","id":"b"}}]"#)),
            JsonDuplicateKey,
            "/data/add/0/id",
            "id",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"\ud800"}}]"#)),
            JsonSurrogate,
            "/data/add/0/id",
            r"\ud800",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a"}},]"#)),
            JsonSyntax,
            "/data/add",
            "]",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a"}} {{"id":"b"}}]"#)),
            JsonSyntax,
            "/data/add",
            "{",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a"}}}}]"#)),
            JsonSyntax,
            "/data/add",
            "}",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[,{{"id":"a"}}]"#)),
            JsonSyntax,
            "/data/add/0",
            ",",
        ),
        (
            sync(&format!(r#"{PAGE},"add":[{{"id":"a" "x":1}}]"#)),
            JsonSyntax,
            "/data/add/0",
            "\"",
        ),
        (
            sync(&format!("{PAGE},\"add\":[{{\"id\":\"a\tb\"}}]")),
            JsonControlCharacter,
            "/data/add/0/id",
            "\t",
        ),
        (
            sync(&format!(r#"{PAGE},{PAGE}"#)),
            JsonDuplicateKey,
            "/data/sync_info",
            "sync_info",
        ),
        (format!("{} x", sync(PAGE)), JsonTrailing, "", "x"),
        ("".into(), JsonEmpty, "", ""),
        (sync(PAGE).replace("}}", ""), JsonTruncated, "/data", ""),
    ];
    for (body, code, path, place) in cases {
        let (errors, warnings) = look(&body);
        assert_eq!(errors, [(code, path.into(), place.into())], "{body}");
        assert_eq!(warnings, [], "{body}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let body = sync(&format!(r#"{PAGE},"add":[{{"id":"a"}},{{"id":"b@"}}]"#));
    let mut bytes = body.into_bytes();
    let at = bytes.iter().position(|&byte| byte == b'@').unwrap();
    bytes[at] = 0xFF;
    let mut problems = Problems::new(10);
    Webhook::default().read(&bytes, Limits::default(), &SEED, &mut problems);
    let [problem] = problems.errors() else {
        panic!("one problem")
    };
    assert_eq!(problem.code, Code::JsonUtf8);
    assert_eq!(problems.path(problem), "/data/add/1/id");
    assert_eq!(problem.offset as usize, at);
}

#[test]
fn all_problems_are_told_at_once() {
    let body = r#"{"id_token":1,"action_type":"x","customer_config":{"fields":[{}]},
        "data":{"segment":{"id":-1},"sync_info":{"page_number":0},"add":[7,{}],"remove":{}}}"#;
    let (errors, _) = look(body);
    let found: Vec<_> = errors.iter().map(|e| (e.0, e.1.as_str())).collect();
    use Code::*;
    assert_eq!(
        found,
        [
            (HeapType, "/id_token"),
            (HeapAction, "/action_type"),
            (HeapField, "/customer_config/fields/0"),
            (HeapField, "/customer_config/fields/0"),
            (HeapField, "/data/segment"),
            (HeapSegmentId, "/data/segment/id"),
            (HeapField, "/data/sync_info"),
            (HeapField, "/data/sync_info"),
            (HeapPage, "/data/sync_info/page_number"),
            (HeapEntry, "/data/add/0"),
            (HeapField, "/data/add/1"),
            (HeapType, "/data/remove"),
        ]
    );
}

#[test]
fn an_unknown_field_is_a_warning_wherever_it_stands() {
    let body = format!(
        r#"{{"x":1,"action_type":"segment.users.sync","customer_config":{{"y":[],"fields":[{{"field_id":"f","z":{{}},"value":{{"id":"v","w":"s"}}}}]}},"data":{{"v":null,"segment":{{"id":1,"name":"n","u":2}},{},"add":[{{"id":"a","t":3}},{{"s":4,"id":"b"}}]}},"__proto__":{{}}}}"#,
        PAGE.replace('}', ",\"r\":5}")
    );
    let (errors, warnings) = look(&body);
    assert_eq!(errors, []);
    let found: Vec<_> = warnings
        .iter()
        .map(|w| (w.0, w.1.as_str(), w.2.as_str()))
        .collect();
    use Code::*;
    assert_eq!(
        found,
        [
            (UnknownField, "/~?0", "1"),
            (UnknownField, "/customer_config/~?0", "[]"),
            (UnknownField, "/customer_config/fields/0/~?1", "{}"),
            (UnknownField, "/customer_config/fields/0/value/~?1", "\"s\""),
            (UnknownField, "/data/~?0", "null"),
            (UnknownField, "/data/segment/~?2", "2"),
            (UnknownField, "/data/sync_info/~?3", "5"),
            (UnknownField, "/data/add/0/~?1", "3"),
            (UnknownField, "/data/add/1/~?0", "4"),
            (ProtoField, "/~?4", "{}"),
        ]
    );
    assert_eq!(texts(decode(&body).1.page().add.iter()), ["a", "b"]);
}

#[test]
fn size_and_depth_are_limited() {
    let body = sync(PAGE);
    let look = |body: &str, max_bytes, max_depth| {
        let mut problems = Problems::new(10);
        let limits = Limits {
            max_bytes,
            max_depth,
        };
        let mut webhook = Webhook::default();
        webhook.read(body.as_bytes(), limits, &SEED, &mut problems);
        let codes: Vec<_> = problems
            .errors()
            .iter()
            .map(|problem| problem.code)
            .collect();
        codes
    };
    assert_eq!(look(&body, body.len(), 64), []);
    assert_eq!(look(&body, body.len() - 1, 64), [Code::LimitBytes]);
    assert_eq!(look(&body, body.len(), 3), []);
    assert_eq!(look(&body, body.len(), 2), [Code::JsonDepth]);
    // The fast way into an entry must not pass the limit by.
    let with_id = sync(&format!(r#"{PAGE},"add":[{{"id":"a"}}]"#));
    assert_eq!(look(&with_id, 1000, 4), []);
    assert_eq!(look(&with_id, 1000, 3), [Code::JsonDepth]);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = sync(&format!("{PAGE},\"x\":{deep}"));
    assert_eq!(look(&body, 1 << 20, 64), [Code::JsonDepth]);
}

#[test]
fn a_webhook_cut_anywhere_is_refused() {
    let body = include_str!("conformance/heap/sync.json").trim_end();
    for end in 0..body.len() {
        let (errors, _) = look(&body[..end]);
        let codes: Vec<_> = errors.iter().map(|e| e.0).collect();
        let expected = if end == 0 {
            Code::JsonEmpty
        } else {
            Code::JsonTruncated
        };
        assert_eq!(codes, [expected], "cut at {end}");
    }
}

#[test]
fn a_reader_used_again_remembers_nothing() {
    let mut webhook = Webhook::default();
    let mut problems = Problems::new(10);
    let sample = include_str!("conformance/heap/sync.json");
    for body in [sample, "{", sample, &drain(""), "", &sync(PAGE)] {
        problems.clear();
        webhook.read(body.as_bytes(), Limits::default(), &SEED, &mut problems);
        let mut fresh = Webhook::default();
        let mut fresh_problems = Problems::new(10);
        fresh.read(
            body.as_bytes(),
            Limits::default(),
            &SEED,
            &mut fresh_problems,
        );
        assert_eq!(webhook.action(), fresh.action());
        assert_eq!(webhook.id_token().is_some(), fresh.id_token().is_some());
        assert_eq!(webhook.fields().len(), fresh.fields().len());
        assert_eq!(webhook.segment().is_some(), fresh.segment().is_some());
        assert_eq!(webhook.sync_info().is_some(), fresh.sync_info().is_some());
        for direction in [Direction::Add, Direction::Remove] {
            assert_eq!(webhook.ids(direction).len(), fresh.ids(direction).len());
        }
        assert_eq!(problems.errors().len(), fresh_problems.errors().len());
    }
}
