//! Each meaning decides of a user for whom it has to: the cases are in `values.rs` and `people.rs`.

use crate::people::{people, reach};
use crate::values::values;
use crate::{explained, segment, world_of};
use kohort::segment::{Meaning, Status};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A filter on a custom attribute.
pub fn custom(comparison: &str, value: Value) -> Value {
    json!({"custom_attribute": {"custom_attribute_name": "x", "comparison": comparison, "value": value}})
}

/// On what a path leads to in it.
pub fn nested(path: &str, comparison: &str, value: Value) -> Value {
    json!({"nested_custom_attribute": {"custom_attribute_name": "x", "path": path, "comparison": comparison, "value": value}})
}

/// A user with this attribute.
pub fn x(value: Value) -> Value {
    json!({"custom_attributes": {"x": value}})
}

pub fn of(family: &str, body: Value) -> Value {
    json!({ family: body })
}

pub fn version(comparison: &str, value: Value) -> Value {
    json!({"app": {"app": "Shop", "attribute_name": "version", "comparison": comparison, "value": value}})
}

pub fn message(metric: &str, comparison: &str, value: Value) -> Value {
    json!({"message": {"kind": "campaign", "name": "Welcome", "metric": metric, "comparison": comparison, "value": value}})
}

pub fn campaign(row: Value) -> Value {
    let mut row = row;
    row["name"] = json!("Welcome");
    json!({"campaigns_received": [row]})
}

/// The meaning, the answer (T, F or ?), the user and the filter.
pub type Case = (&'static str, char, Value, Value);

fn world(profile: Value) -> segment::World {
    let mut world = world_of(profile);
    world.cohorts.push(segment::Cohort {
        partner: "heap".into(),
        id: "7".into(),
        members: BTreeSet::new(),
    });
    let bucketed = json!({"filter": {"random_bucket": {"comparison": "less_than", "value": 5}}});
    world.segments.insert("bucketed".into(), bucketed);
    world
}

#[test]
fn each_meaning_decides_where_it_has_to() {
    let mut met = BTreeSet::new();
    let mut met_one = |code: &str, result: char, profile: Value, definition: Value| {
        let explained = explained(&world(profile.clone()), &definition);
        let node = &explained["tree"]["children"][0];
        let result = match result {
            'T' => json!(true),
            'F' => json!(false),
            _ => json!("unknown"),
        };
        let told = (&node["rule"], &node["result"]);
        assert_eq!(told, (&json!(code), &result), "{definition} of {profile}");
        met.insert(code.to_owned());
    };
    for (code, result, profile, filter) in values().into_iter().chain(people()).chain(reach()) {
        met_one(code, result, profile, json!({ "filter": filter }));
    }
    let used = json!({"apps": [{"name": "Shop", "sessions": 1}]});
    met_one(
        "apps.any_of",
        'T',
        used.clone(),
        json!({"apps": {"any_of": ["News", "Shop"]}}),
    );
    met_one("apps.none", 'F', used, json!({"apps": "none"}));
    let all: BTreeSet<String> = Meaning::ALL
        .iter()
        .map(|meaning| meaning.row().code.to_owned())
        .collect();
    assert_eq!(met, all);
}

#[test]
fn of_whom_never_entered_a_message_the_sentence_says_what_the_answer_is() {
    let says = Meaning::NotInControl.row().says;
    let (holds_not, holds) = says.split_once(" do not hold").unwrap();
    for (comparison, value) in [("is", false), ("is_not", true), ("is_not", false)] {
        let filter = message("in_control", comparison, json!(value));
        let told = explained(&world(json!({})), &json!({ "filter": filter }));
        let node = &told["tree"]["children"][0];
        assert_eq!(node["rule"], "message.not_in_control");
        let words = format!("`{comparison} {value}`");
        let part = if node["result"] == true {
            holds
        } else {
            holds_not
        };
        assert!(part.contains(&words), "{words}");
    }
}

#[test]
fn the_table_of_meanings_is_in_order() {
    let rows: Vec<_> = Meaning::ALL.iter().map(|meaning| meaning.row()).collect();
    let codes: BTreeSet<&str> = rows.iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), rows.len());
    for row in &rows {
        let is_word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let parts: Vec<&str> = row.code.split('.').collect();
        assert!(
            parts.len() == 2 && parts.iter().all(|part| is_word(part)),
            "{}",
            row.code
        );
        assert!(
            row.says.ends_with('.') && row.says.len() > 20,
            "{}",
            row.code
        );
    }
    for status in [Status::Documented, Status::Inferred, Status::Ours] {
        assert!(
            rows.iter().filter(|row| row.status == status).count() > 5,
            "{}",
            status.word()
        );
    }
}
