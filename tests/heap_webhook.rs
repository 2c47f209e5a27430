//! What Heap's webhook says. Its faults, each with its place, are in `tests/conformance/heap`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/heap.rs"]
mod heap;

use heap::{PAGE, SEED, decode, drain, look, sync, texts};
use kohort::cohort::Direction;
use kohort::cohort::page::{Action, Part};
use kohort::limits::BodyLimits;
use kohort::payload::heap::webhook::Webhook;
use kohort::problem::{Code, Problems};

#[test]
fn a_sync_says_its_customer_segment_page_and_ids() {
    let body = include_str!("conformance/heap/valid/a_sync_as_heap_shows_it.json");
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
    let (webhook, decoded) = decode(include_str!(
        "conformance/heap/valid/a_drain_as_heap_shows_it.json"
    ));
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
        include_str!("conformance/heap/valid/a_sync_as_heap_shows_it.json"),
        include_str!("conformance/heap/valid/a_drain_as_heap_shows_it.json"),
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
            (UnknownField, "/~?0", "x"),
            (UnknownField, "/customer_config/~?0", "y"),
            (UnknownField, "/customer_config/fields/0/~?1", "z"),
            (UnknownField, "/customer_config/fields/0/value/~?1", "w"),
            (UnknownField, "/data/~?0", "v"),
            (UnknownField, "/data/segment/~?2", "u"),
            (UnknownField, "/data/sync_info/~?3", "r"),
            (UnknownField, "/data/add/0/~?1", "t"),
            (UnknownField, "/data/add/1/~?0", "s"),
            (ProtoField, "/~?4", "__proto__"),
        ]
    );
    assert_eq!(texts(decode(&body).1.page().add.iter()), ["a", "b"]);
}

#[test]
fn size_and_depth_are_limited() {
    let body = sync(PAGE);
    let look = |body: &str, max_bytes, max_depth| {
        let mut problems = Problems::new(10);
        let limits = BodyLimits {
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
    let body = include_str!("conformance/heap/valid/a_sync_as_heap_shows_it.json").trim_end();
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
    let sample = include_str!("conformance/heap/valid/a_sync_as_heap_shows_it.json");
    for body in [sample, "{", sample, &drain(""), "", &sync(PAGE)] {
        problems.clear();
        webhook.read(body.as_bytes(), BodyLimits::default(), &SEED, &mut problems);
        let mut fresh = Webhook::default();
        let mut fresh_problems = Problems::new(10);
        fresh.read(
            body.as_bytes(),
            BodyLimits::default(),
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
