//! What holds for every webhook, held against another reader of JSON.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/heap.rs"]
mod heap;

use heap::{SEED, texts};
use kohort::limits::BodyLimits;
use kohort::payload::heap::webhook::Webhook;
use kohort::problem::Problems;
use proptest::prelude::*;
use serde_json::Value;

/// The ids of both lists if the webhook is good.
fn ids(body: &[u8]) -> Option<[Vec<String>; 2]> {
    let mut problems = Problems::new(10);
    let mut webhook = Webhook::default();
    webhook.read(body, BodyLimits::default(), &SEED, &mut problems);
    let decoded = webhook.decode(body).unwrap()?;
    let page = decoded.page();
    Some([page.add, page.remove].map(|list| {
        let ids = texts(list.iter());
        ids.into_iter().map(str::to_owned).collect()
    }))
}

/// The same from a tree of values.
fn ids_of(body: &Value) -> [Vec<String>; 2] {
    ["add", "remove"].map(|list| {
        let entries = body["data"][list].as_array().into_iter().flatten();
        let ids = entries.map(|entry| entry["id"].as_str().unwrap().to_owned());
        ids.collect()
    })
}

/// A JSON string, written in one of three ways.
fn written(text: &str, way: u8) -> String {
    match way {
        0 => serde_json::to_string(text).unwrap(),
        1 => {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04X}"));
            format!("\"{}\"", units.collect::<String>())
        }
        _ => serde_json::to_string(text).unwrap().replace('/', "\\/"),
    }
}

/// An entry in one of several layouts, `id` as a JSON string.
fn entry(id: &str, layout: u8) -> String {
    match layout {
        0..=3 => format!("{{\"id\":{id}}}"),
        4 => format!("{{ \"id\" : {id} }}"),
        5 => format!(" {{\"id\":{id}}}"),
        6 => format!("{{\"id\":{id}}} "),
        7 => format!("\n{{\t\"id\":\r{id}}}"),
        8 => format!("{{\"\\u0069d\":{id}}}"),
        _ => format!("{{\"other\":[],\"id\":{id}}}"),
    }
}

fn lists() -> impl Strategy<Value = Vec<String>> {
    let id = prop_oneof![
        4 => "[a-zA-Z0-9@._-]{1,40}",
        1 => "\\PC{0,20}",
        1 => any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ];
    prop::collection::vec((id, 0u8..3, 0u8..10), 0..60).prop_map(|ids| {
        let entries = ids.iter();
        entries
            .map(|(id, way, layout)| entry(&written(id, *way), *layout))
            .collect()
    })
}

fn sync(add: &[String], remove: &[String]) -> String {
    format!(
        r#"{{"action_type":"segment.users.sync","data":{{"segment":{{"id":1,"name":"n"}},"sync_info":{{"page_number":1,"total_pages":2,"sync_task_id":"t"}},"add":[{}],"remove":[{}]}}}}"#,
        add.join(","),
        remove.join(",")
    )
}

proptest! {
    #[test]
    fn ids_are_read_as_another_reader_reads_them(add in lists(), remove in lists()) {
        let body = sync(&add, &remove);
        let value: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(ids(body.as_bytes()), Some(ids_of(&value)));
    }

    #[test]
    fn what_is_good_after_damage_is_good_json_with_the_same_ids(
        add in lists(),
        at in any::<prop::sample::Index>(),
        damage in prop_oneof![
            any::<u8>().prop_map(|byte| vec![byte]),
            prop::sample::select(b"{}[],:\"\\ 0".to_vec()).prop_map(|byte| vec![byte]),
            Just(vec![]),
            prop::collection::vec(any::<u8>(), 2..4),
        ],
    ) {
        let mut body = sync(&add, &[]).into_bytes();
        let at = at.index(body.len());
        body.splice(at..=at, damage);
        if let Some(ids) = ids(&body) {
            let value: Value = serde_json::from_slice(&body).unwrap();
            prop_assert_eq!(ids, ids_of(&value));
        }
    }

    #[test]
    fn any_bytes_are_answered_with_a_located_problem(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut problems = Problems::new(10);
        Webhook::default().read(&bytes, BodyLimits::default(), &SEED, &mut problems);
        prop_assert!(!problems.ok(), "no such bytes are a webhook");
        for problem in problems.errors() {
            prop_assert!(problem.line > 0 && problem.end_offset as usize <= bytes.len());
        }
    }
}

#[test]
fn thousands_of_ids_keep_their_order() {
    let list: Vec<_> = (0..5000).map(|n| format!("{{\"id\":\"u{n}\"}}")).collect();
    let body = sync(&list, &list[..10]);
    let [add, remove] = ids(body.as_bytes()).unwrap();
    assert!(add.iter().enumerate().all(|(n, id)| *id == format!("u{n}")));
    assert_eq!((add.len(), remove.len()), (5000, 10));
}
