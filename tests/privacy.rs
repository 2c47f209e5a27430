//! Nothing that came in comes out again but through the calls whose purpose it is. Marks are put
//! wherever an input has room for a secret, an id or a text, and every answer is searched for them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use kohort::cohort::id_list::IdList;
use kohort::cohort::page::{Action, Page, Part};
use kohort::cohort::partner::Partner;
use kohort::cohort::plan::Conflict;
use kohort::hash::Seed;
use kohort::limits::BodyLimits;
use kohort::payload::braze::Options;
use kohort::payload::braze::import::{Import, ImportOptions};
use kohort::payload::braze::users_request::UsersRequest;
use kohort::payload::heap::{signature, webhook};
use kohort::problem::Problems;
use kohort::workspace::Workspace;
use std::fmt::Write;
use support::{Endpoint, SEED, check, found};

/// What stands in every secret, id, unknown key and number, however it is spelled: in plain, with
/// an escape, as digits.
const MARKS: [&str; 3] = ["zqxj", "\\u007aqxj", "73195846"];

/// Bodies with marks in all places.
fn bodies() -> Vec<String> {
    let mut all = Vec::new();
    for mark in ["zqxj", "\\u007aqxj"] {
        let text = format!("\"{mark}\"");
        let list = format!("[{text},73195846,{{{text}:{text}}},null,{text}]");
        let alias = format!(
            "{{\"alias_name\":{text},\"alias_label\":73195846,{text}:1,{text}:2}},{{\"alias_name\":\" {mark}\",\"alias_label\":\"{mark}@x\"}}"
        );
        let change = format!(
            "{{\"user_ids\":{list},\"device_ids\":{text},\"aliases\":[{alias},{text}],\"should_remove\":{text},{text}:{list}}},{{\"user_ids\":[{text},\"\"],\"should_remove\":true}},{text},73195846"
        );
        for value in [&text[..], "73195846", "73195846e1", "[73195846.5]"] {
            all.push(format!(
                "{{\"partner_api_key\":{value},\"client_secret\":{value},\"cohort_id\":{value},\"name\":{value},\"created_at\":{value},{text}:{text},\"cohort_changes\":[{change}],\"__proto__\":{text},\"cohort_id\":{value}}}"
            ));
            all.push(format!(
                "{{\"action_type\":{value},\"id_token\":{value},\"customer_config\":{{\"fields\":[{{\"field_id\":{value},\"value\":{{\"id\":{value}}}}},{value}]}},\"data\":{{\"segment\":{{\"id\":{value},\"name\":{value}}},\"sync_info\":{{\"page_number\":{value},\"total_pages\":{value},\"sync_task_id\":{value}}},\"add\":[{{\"id\":{value}}},{{\"id\":{text},{text}:1}},{value}],\"remove\":{value}}},{text}:{value}}}"
            ));
        }
        all.push(text);
    }
    all
}

/// Fails if a mark, or a part of one that tells it, stands in `out`.
fn hold(out: &str, input: &str) {
    let small = out.to_lowercase();
    for mark in MARKS.iter().chain(&["zqx", "731958", "qxj"]) {
        assert!(!small.contains(mark), "{mark} in {out}\nof {input}");
    }
}

/// All that an answer's findings say, also as `Debug`.
fn words(problems: &Problems) -> String {
    let mut out = format!("{problems:?}");
    for list in [problems.errors(), problems.warnings()] {
        write!(out, "{:?}{list:?}", found(problems, list)).unwrap();
    }
    out
}

#[test]
fn no_check_of_brazes_requests_repeats_what_it_read() {
    let options = || Options {
        keys: support::keys(&["zqxj-let-in"], &["zqxj-let-in-too"]),
        ..Options::default()
    };
    for body in bodies() {
        for strict in [false, true] {
            for endpoint in [Endpoint::Users, Endpoint::Name] {
                let options = Options {
                    strict,
                    ..options()
                };
                let answer = check(endpoint, body.as_bytes(), &options, 1000);
                assert!(!answer.problems.is_empty());
                let told = format!(
                    "{}{:?}{:?}{:?}{:?}",
                    answer.message, answer.problems, answer.warnings, answer.counts, options.keys
                );
                hold(&told, &body);
            }
        }
    }
}

#[test]
fn no_body_that_is_cut_or_damaged_is_repeated() {
    for body in bodies() {
        for end in (0..body.len()).step_by(3) {
            for damage in [&b""[..], b"\x01", b"\xff", b"\\q", b"x"] {
                let mut bytes = body.as_bytes()[..end].to_vec();
                bytes.extend_from_slice(damage);
                let mut problems = Problems::new(1000);
                UsersRequest::default().check(&bytes, &Options::default(), &SEED, &mut problems);
                let limits = BodyLimits::default();
                let mut more = Problems::new(1000);
                webhook::Webhook::default().read(&bytes, limits, &SEED, &mut more);
                hold(&(words(&problems) + &words(&more)), &body);
            }
        }
    }
}

#[test]
fn no_payload_of_another_vendor_is_repeated() {
    use kohort::payload::vendors::{Options, VENDORS, guess, read};
    let mut all = bodies();
    for value in [
        "\"zqxj\"",
        "\"\\u007aqxj\"",
        "73195846",
        "73195846e1",
        "[\"zqxj\"]",
        "{\"zqxj\":\"zqxj\"}",
    ] {
        let personas = format!(
            "{{\"computation_class\":{value},\"computation_id\":{value},\"computation_key\":{value},\"zqxj\":{value}}}"
        );
        let event = format!(
            "{{\"type\":{value},\"event\":{value},\"userId\":[{value}],\"traits\":{{\"zqxj\":{value},\"zqxj\":1}},\"context\":{{\"personas\":{personas}}}}}"
        );
        let rows = format!(
            "[{{\"zqxj\":{value}}},{value},{{\"user_id\":{value},\"mixpanel_distinct_id\":-73195846}}]"
        );
        all.push(format!("{{\"batch\":[{event},{value}]}}"));
        all.push(event);
        all.push(format!("{{\"cohort_id\":{value},\"in_cohort\":{value},\"users\":{rows},\"cohort_changes\":[{{\"user_ids\":{value},\"aliases\":[{value}]}}]}}"));
        all.push(format!("{{\"action\":{value},\"audience_id\":{value},\"visitor_id\":{value},\"parameters\":{{\"mixpanel_cohort_id\":{value},\"page_info\":{{\"page_count\":{value},\"total_pages\":{value}}},\"members\":{rows}}}}}"));
        all.push(format!("{{\"method\":{value},\"params\":{{\"idColumn\":{value},\"rows\":{rows},\"records\":{rows},\"sync_plan\":{{\"object\":{value},\"operation\":{value},\"schema\":{{\"zqxj\":{{\"active_identifier\":true}}}}}}}}}}"));
        all.push(format!("{{\"type\":{value},\"action\":{value},\"identifiers\":{{\"zqxj\":{value},\"zqxj2\":{value}}},\"properties\":{{\"listData\":{{\"add\":{rows}}}}}}}"));
    }
    for body in all {
        for vendor in VENDORS {
            let mut problems = Problems::new(1000);
            read(
                body.as_bytes(),
                vendor,
                Options::default(),
                &SEED,
                &mut problems,
            );
            assert!(!problems.ok(), "{body}");
            let limits = BodyLimits::default();
            let guesses = guess(body.as_bytes(), limits, &SEED, &mut problems);
            let reasons: Vec<_> = guesses.iter().map(|guess| &guess.reasons).collect();
            hold(&format!("{}{reasons:?}", words(&problems)), &body);
        }
    }
}

#[test]
fn no_load_of_a_track_body_repeats_what_it_read() {
    for mark in ["zqxj", "\\u007aqxj"] {
        let text = format!("\"{mark}\"");
        for value in [&text[..], "73195846", "73195846e999", "{\"inc\":\"zqxj\"}"] {
            let alias = format!("{{\"alias_name\":{value},{text}:1}}");
            let fields = format!(
                "\"_merge_objects\":{value},\"time\":{value},\"name\":{value},\"push_tokens\":{value},{text}:{{\"add\":{value}}}"
            );
            let ids = ["external_id", "braze_id", "email", "user_alias", "zqxj"];
            let objects = ids.map(|id| format!("{{\"{id}\":{value},\"user_alias\":{alias},{fields}}},{{\"{id}\":{text},{fields}}}"));
            let list = format!(
                "[{},{value},{{\"external_id\":\"a\",{text}:{{\"inc\":{value}}}}}]",
                objects.join(",")
            );
            let body = format!(
                "{{\"attributes\":{list},\"events\":{list},\"purchases\":{list},{text}:{value},{text}:{text}}}\n{{{text}:{value}}}\n{text}\n{{\"events\":{text}}}"
            );
            for end in [body.len(), body.len() / 2, body.len() / 3] {
                let mut workspace = Workspace::new(Seed::new(1));
                workspace.begin_load(1000).unwrap();
                workspace.push(&body.as_bytes()[..end]);
                let (loaded, problems) = workspace.finish_load().unwrap();
                assert!(!problems.ok());
                hold(&(words(&problems) + &format!("{loaded:?}")), &body);
            }
        }
    }
}

#[test]
fn no_reading_of_a_webhook_repeats_what_it_read() {
    for body in bodies() {
        let mut problems = Problems::new(1000);
        let mut webhook = webhook::Webhook::default();
        webhook.read(body.as_bytes(), BodyLimits::default(), &SEED, &mut problems);
        assert!(!problems.ok());
        hold(&words(&problems), &body);
    }
}

#[test]
fn no_signature_tells_the_secret_or_the_expected_signature() {
    let mut options = signature::Options::default();
    options.allow(b"zqxj-secret");
    let body = b"{\"id\":\"zqxj\"}";
    let good = signature::sign("1690000000000", body, b"zqxj-secret");
    let (_, expected) = good.split_once("hmac:").unwrap();
    for header in [
        "zqxj",
        "ts:zqxj,hmac:zqxj",
        "ts:73195846,hmac:zqxj",
        "zqxj:73195846",
        "ts:1690000000000,hmac:zqxjAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ts:1690000000000,ts:73195846,hmac:zqxj",
        &signature::sign("73195846", body, b"zqxj-secret"),
        &good.replace("1690000000000", "1690000000001"),
        "\u{7a}qxj\0",
    ] {
        let mut problems = Problems::new(100);
        let verdict = signature::verify(
            body,
            Some(header.as_bytes()),
            &options,
            1.69e12,
            &mut problems,
        );
        assert_ne!(verdict.status(), 200);
        let told = format!("{}{verdict:?}{options:?}", words(&problems));
        hold(&told, header);
        assert!(
            !told.contains(expected),
            "the expected signature stands in {told}"
        );
    }
}

#[test]
fn no_finding_of_a_plan_repeats_an_id() {
    let list = |ids: &[&str]| {
        let mut list = IdList::new();
        ids.iter().for_each(|id| list.push(id).unwrap());
        list
    };
    let (add, remove) = (list(&["zqxj", "", "73195846"]), list(&["zqxj", "73195846"]));
    let part = |page_number| Part {
        sync_task_id: "zqxj-task",
        page_number,
        total_pages: 73195846,
    };
    let page = |number| Page {
        action: Action::Sync,
        segment_id: "73195846",
        segment_name: "zqxj",
        part: Some(part(number)),
        add: &add,
        remove: &remove,
    };
    let drain = Page {
        action: Action::Drain,
        part: None,
        ..page(1)
    };
    let pages = [
        vec![page(1)],
        vec![page(1), page(2)],
        vec![page(1), page(1)],
        vec![drain],
    ];
    let mut findings = 0;
    for pages in &pages {
        for conflict in [Conflict::Remove, Conflict::Add, Conflict::Reject] {
            let mut options = ImportOptions::new(Partner::new("heap").unwrap());
            options.rules.conflict = conflict;
            options.created_at = Some("zqxj");
            let mut problems = Problems::new(100);
            let planned = Import::new(pages, &options, &Seed::new(1), &mut problems);
            findings += problems.errors().len() + problems.warnings().len();
            let counts = planned.map(|import| format!("{:?}", import.plan().counts()));
            hold(&format!("{}{counts:?}", words(&problems)), "a plan");
        }
    }
    assert!(findings > 6);
}

#[test]
fn a_list_that_is_refused_tells_only_where() {
    let refused = [
        IdList::from_parts(b"zqxj".to_vec(), vec![0, 9]).err(),
        IdList::from_parts(b"zqxj\xff".to_vec(), vec![0, 5]).err(),
    ];
    assert!(refused.iter().all(Option::is_some));
    hold(&format!("{refused:?}"), "a list");
}

/// A type that holds text of the input, or a secret, has a `Debug` written by hand or none.
#[test]
fn no_type_with_text_in_it_derives_debug() {
    let texts = [
        "String",
        "Vec<u8>",
        "[u8]",
        "&'a str",
        "& str",
        "Cow<",
        "Box<str>",
        "Vec<Vec<u8>>",
        "Text",
    ];
    // A finding's path is made of the schema's words and numbers; a partner's name is no person's;
    // a kind of value is none.
    let harmless = ["Problems", "Partner", "Kind"];
    let mut seen = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    for path in support::files::files_under(folder.as_ref()) {
        let source = std::fs::read_to_string(&path).unwrap();
        for (at, _) in source.match_indices("#[derive(") {
            let rest = &source[at..];
            let (derived, rest) = rest.split_at(rest.find(")]").unwrap());
            if !derived.contains("Debug") {
                continue;
            }
            // A definition ends with its brace, or where it has none with its semicolon.
            let end = match (rest.find(';'), rest.find('{')) {
                (Some(semicolon), brace) if brace.is_none_or(|b| semicolon < b) => semicolon,
                _ => rest.find("\n}").unwrap_or(rest.len()),
            };
            let mut words = rest
                .split_whitespace()
                .skip_while(|w| *w != "struct" && *w != "enum");
            let name = words.nth(1).unwrap_or("");
            let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
            seen += 1;
            let fields: String = rest[..end]
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            let fields = fields.replace("&'static str", "");
            let held = texts.iter().find(|text| fields.contains(*text));
            assert!(
                held.is_none() || harmless.contains(&name.as_str()),
                "{}: `{name}` derives Debug and holds {held:?}",
                path.display()
            );
        }
    }
    assert!(
        seen > 10,
        "the scan found only {seen} types, so it is broken"
    );
}
