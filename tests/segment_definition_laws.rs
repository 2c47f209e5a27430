//! Whatever a definition is: no panic, and what is wrong stands within the text.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use kohort::limits::MAX_DEFINITION_BYTES;
use kohort::problem::Problems;
use kohort::segment::parse;
use proptest::prelude::*;
use serde_json::Value;
use support::{SEED, found, rules};

/// Reads a text and holds what is true of every answer. What a good definition says.
fn read(text: &[u8]) -> Option<String> {
    let mut problems = Problems::new(100);
    let definition = parse(text, MAX_DEFINITION_BYTES, &SEED, None, &mut problems);
    assert_eq!(definition.is_some(), problems.ok());
    for problem in problems.errors().iter().chain(problems.warnings()) {
        assert!(problem.offset <= problem.end_offset);
        assert!(problem.end_offset <= text.len() as u64);
        assert!(problem.line >= 1 && problem.column >= 1);
        assert!(!problem.message().contains('{'));
    }
    definition.map(|definition| rules::rule(&definition.rule))
}

/// Good filters.
fn filters() -> Vec<Value> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/segments/filters.json");
    let rows: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let rows = rows.as_array().unwrap();
    rows.iter().map(|row| row["filter"].clone()).collect()
}

fn filter() -> impl Strategy<Value = Value> {
    let leaf = proptest::sample::select(filters());
    leaf.prop_recursive(6, 40, 5, |inner| {
        let list = || proptest::collection::vec(inner.clone(), 1..5);
        prop_oneof![
            list().prop_map(|list| serde_json::json!({ "AND": list })),
            list().prop_map(|list| serde_json::json!({ "OR": list })),
        ]
    })
}

fn definition() -> impl Strategy<Value = String> {
    let exclude = proptest::collection::vec(filter(), 0..3);
    (filter(), exclude).prop_map(|(filter, exclude)| {
        serde_json::json!({ "name": "n", "filter": filter, "exclude": exclude }).to_string()
    })
}

/// A change of a text: at a place in thousandths, so many bytes are replaced.
fn change() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    let pieces: Vec<Vec<u8>> = [
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "0",
        "-",
        "1e999",
        "[]",
        "{}",
        "\"value\":",
        "\"comparison\":\"equals\"",
        "\"days\":7",
        "\"\\ud800\"",
        "\u{e9}",
        "true",
        " ",
    ]
    .map(|piece| piece.as_bytes().to_vec())
    .to_vec();
    let piece = prop_oneof![
        proptest::sample::select(pieces),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    (0..1000usize, 0..12usize, piece)
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&text);
    }

    #[test]
    fn a_good_definition_is_good_however_it_is_nested(text in definition()) {
        prop_assert!(read(text.as_bytes()).is_some());
    }

    #[test]
    fn white_space_and_the_order_of_keys_say_nothing(text in definition()) {
        let value: Value = serde_json::from_str(&text).unwrap();
        let spread = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(read(text.as_bytes()), read(spread.as_bytes()));
        prop_assert_eq!(read(text.as_bytes()), read(backwards(&value).as_bytes()));
    }

    #[test]
    fn a_good_definition_that_was_changed_is_read_without_harm(
        text in definition(),
        changes in proptest::collection::vec(change(), 1..4),
    ) {
        let mut text = text.into_bytes();
        for (at, len, piece) in changes {
            let at = text.len() * at / 1000;
            let end = text.len().min(at + len);
            text.splice(at..end, piece);
        }
        read(&text);
    }

    #[test]
    fn a_good_definition_that_was_cut_is_refused(text in definition(), at in 0..1000usize) {
        let cut = &text.as_bytes()[..(text.len() - 1) * at / 1000];
        prop_assert!(read(cut).is_none());
    }

    #[test]
    fn no_value_of_a_definition_stands_in_a_problem(text in definition(), word in "[a-z]{6}zqx") {
        // Every value that can be replaced by a text of nobody's.
        let mut value: Value = serde_json::from_str(&text).unwrap();
        replace(&mut value, &word);
        let text = value.to_string();
        let mut problems = Problems::new(1000);
        parse(text.as_bytes(), MAX_DEFINITION_BYTES, &SEED, None, &mut problems);
        prop_assert!(!problems.ok());
        let all = [found(&problems, problems.errors()), found(&problems, problems.warnings())].concat();
        for found in all {
            prop_assert!(!found.message.contains(&word) && !found.help.contains(&word) && !found.path.contains(&word));
        }
    }
}

fn replace(value: &mut Value, word: &str) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| replace(value, word)),
        Value::Object(members) => {
            members.values_mut().for_each(|value| replace(value, word));
            members.insert(word.to_string(), Value::Null);
        }
        value => *value = Value::String(word.to_string()),
    }
}

/// The same with the keys of each object from the last to the first.
fn backwards(value: &Value) -> String {
    match value {
        Value::Array(list) => {
            let list: Vec<String> = list.iter().map(backwards).collect();
            format!("[{}]", list.join(","))
        }
        Value::Object(members) => {
            let members = members.iter().rev();
            let members: Vec<String> = members
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), backwards(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        value => value.to_string(),
    }
}
