//! Every way in which Heap's webhook can be wrong.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/heap.rs"]
mod heap;

use heap::{PAGE, SEED, drain, look, sync};
use kohort::payload::heap::webhook::{Limits, Webhook};
use kohort::problem::{Code, Problems};

/// One body, one error: its code, path and place.
#[test]
fn each_fault_has_its_code_and_its_place() {
    use Code::*;
    let segment = r#""segment":{"id":1,"name":"n"}"#;
    let action = r#""action_type":"segment.users.drain""#;
    let config =
        |inside: &str| format!(r#"{{{action},"customer_config":{inside},"data":{{{segment}}}}}"#);
    let field = |inside: &str| config(&format!(r#"{{"fields":[{inside}]}}"#));
    #[rustfmt::skip]
    let cases = [
        // The root.
        (format!(r#"{{"data":{{{segment}}}}}"#), HeapField, "", "{"),
        (format!(r#"{{{action}}}"#), HeapField, "", "{"),
        (format!(r#"{{"action_type":null,"data":{{{segment}}}}}"#), HeapType, "/action_type", "null"),
        (format!(r#"{{"action_type":"segment.users.SYNC","data":{{{segment}}}}}"#), HeapAction, "/action_type", "segment.users.SYNC"),
        (format!(r#"{{"action_type":"","data":{{{segment}}}}}"#), HeapAction, "/action_type", ""),
        (format!(r#"{{"id_token":7,{action},"data":{{{segment}}}}}"#), HeapType, "/id_token", "7"),
        (format!(r#"{{{action},"data":[]}}"#), HeapType, "/data", "[]"),
        (format!(r#"{{{action},"data":{{}}}}"#), HeapField, "/data", "{"),
        ("[]".into(), JsonRoot, "", "[]"),
        // The customer's choices.
        (config("[]"), HeapType, "/customer_config", "[]"),
        (config("{}"), HeapField, "/customer_config", "{}"),
        (config(r#"{"fields":{}}"#), HeapType, "/customer_config/fields", "{}"),
        (field("7"), HeapEntry, "/customer_config/fields/0", "7"),
        (field(r#"{"value":{"id":"v"}}"#), HeapField, "/customer_config/fields/0", r#"{"value":{"id":"v"}}"#),
        (field(r#"{"field_id":"f"}"#), HeapField, "/customer_config/fields/0", r#"{"field_id":"f"}"#),
        (field(r#"{"field_id":1,"value":{"id":"v"}}"#), HeapType, "/customer_config/fields/0/field_id", "1"),
        (field(r#"{"field_id":"f","value":"v"}"#), HeapType, "/customer_config/fields/0/value", r#""v""#),
        (field(r#"{"field_id":"f","value":{}}"#), HeapField, "/customer_config/fields/0/value", "{}"),
        (field(r#"{"field_id":"f","value":{"id":1}}"#), HeapType, "/customer_config/fields/0/value/id", "1"),
        (field(r#"{"field_id":"f","value":{"id":"v","display_name":1}}"#), HeapType, "/customer_config/fields/0/value/display_name", "1"),
        (field(r#"{"field_id":"f","field_type":null,"value":{"id":"v"}}"#), HeapType, "/customer_config/fields/0/field_type", "null"),
        (field(r#"{"field_id":"f","field_display_name":1,"value":{"id":"v"}}"#), HeapType, "/customer_config/fields/0/field_display_name", "1"),
        // The segment.
        (format!(r#"{{{action},"data":{{"segment":"s"}}}}"#), HeapType, "/data/segment", r#""s""#),
        (format!(r#"{{{action},"data":{{"segment":{{"id":1}}}}}}"#), HeapField, "/data/segment", r#"{"id":1}"#),
        (format!(r#"{{{action},"data":{{"segment":{{"name":"n"}}}}}}"#), HeapField, "/data/segment", r#"{"name":"n"}"#),
        (format!(r#"{{{action},"data":{{"segment":{{"id":1,"name":2}}}}}}"#), HeapType, "/data/segment/name", "2"),
        // The page.
        (sync(r#""add":[]"#), HeapField, "/data", "{"),
        (sync(r#""sync_info":null"#), HeapType, "/data/sync_info", "null"),
        (sync(r#""sync_info":{"page_number":1,"total_pages":1}"#), HeapField, "/data/sync_info", r#"{"page_number":1,"total_pages":1}"#),
        (sync(r#""sync_info":{"page_number":1,"sync_task_id":"t"}"#), HeapField, "/data/sync_info", r#"{"page_number":1,"sync_task_id":"t"}"#),
        (sync(r#""sync_info":{"total_pages":1,"sync_task_id":"t"}"#), HeapField, "/data/sync_info", r#"{"total_pages":1,"sync_task_id":"t"}"#),
        (sync(r#""sync_info":{"page_number":1,"total_pages":1,"sync_task_id":9}"#), HeapType, "/data/sync_info/sync_task_id", "9"),
        // The ids.
        (sync(&format!(r#"{PAGE},"add":null"#)), HeapType, "/data/add", "null"),
        (sync(&format!(r#"{PAGE},"remove":{{"id":"a"}}"#)), HeapType, "/data/remove", r#"{"id":"a"}"#),
        (sync(&format!(r#"{PAGE},"add":["a"]"#)), HeapEntry, "/data/add/0", r#""a""#),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a"}},{{}}]"#)), HeapField, "/data/add/1", "{}"),
        (sync(&format!(r#"{PAGE},"remove":[{{"id":"a"}},{{"id":7}}]"#)), IdType, "/data/remove/1/id", "7"),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a","id":"b"}}]"#)), JsonDuplicateKey, "/data/add/0/id", "id"),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"\ud800"}}]"#)), JsonSurrogate, "/data/add/0/id", r"\ud800"),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a"}},]"#)), JsonSyntax, "/data/add", "]"),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a"}} {{"id":"b"}}]"#)), JsonSyntax, "/data/add", "{"),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a"}}}}]"#)), JsonSyntax, "/data/add", "}"),
        (sync(&format!(r#"{PAGE},"add":[,{{"id":"a"}}]"#)), JsonSyntax, "/data/add/0", ","),
        (sync(&format!(r#"{PAGE},"add":[{{"id":"a" "x":1}}]"#)), JsonSyntax, "/data/add/0", "\""),
        (sync(&format!("{PAGE},\"add\":[{{\"id\":\"a\tb\"}}]")), JsonControlCharacter, "/data/add/0/id", "\t"),
        (sync(&format!(r#"{PAGE},{PAGE}"#)), JsonDuplicateKey, "/data/sync_info", "sync_info"),
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
