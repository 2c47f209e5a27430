//! Conditions about what no loaded profile has, or has of another type, are told when a definition is compiled.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::hash::Seed;
use kohort::workspace::{DefinitionOptions, Workspace};
use serde_json::{Value, json};

const NOT_LOADED: Option<&str> = Some("segment.not_loaded");
const OTHER_TYPE: Option<&str> = Some("segment.other_type");

fn loaded(profiles: &[Value]) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(10).unwrap();
    for profile in profiles {
        workspace.push(format!("{profile}\n").as_bytes());
    }
    assert!(workspace.finish_load().unwrap().1.ok());
    workspace
}

/// The code of the one warning of a filter, if there is one.
fn warning(workspace: &mut Workspace, filter: &Value) -> Option<String> {
    let definition = json!({ "filter": filter }).to_string();
    let reading = DefinitionOptions {
        is_defined: false,
        max_bytes: 1 << 20,
        max_problems: 10,
    };
    let compiled = workspace.compile_segment(definition.as_bytes(), reading);
    assert!(compiled.segment.is_some(), "{filter}");
    let mut codes = compiled.problems.warnings().iter();
    let code = codes.next().map(|it| it.code.row().code.to_owned());
    assert!(codes.next().is_none(), "{filter}");
    code
}

fn attribute(name: &str, comparison: &str, value: Value) -> Value {
    json!({ "custom_attribute": { "custom_attribute_name": name, "comparison": comparison, "value": value } })
}

fn ada() -> Value {
    json!({ "external_id": "ada", "country": "DE", "custom_attributes": {
        "plan": "trial", "seats": 3, "vip": true, "tags": ["a"], "joined": "2024-05-01", "mixed": 1 } })
}

#[test]
fn a_value_of_another_type_than_all_that_are_loaded_is_told() {
    let bob = json!({ "external_id": "bob", "custom_attributes": { "mixed": "one" } });
    let workspace = &mut loaded(&[ada(), bob]);
    for (name, comparison, value, told) in [
        ("seats", "not_equal", json!("3"), OTHER_TYPE),
        ("seats", "equals", json!(3), None),
        ("seats", "greater_than", json!(2), None),
        ("plan", "equals", json!("trial"), None),
        ("plan", "equals", json!(true), OTHER_TYPE),
        ("plan", "matches_regex", json!("^t"), None),
        ("vip", "is_none_of", json!(["true"]), OTHER_TYPE),
        ("vip", "equals", json!(true), None),
        ("tags", "equals", json!("a"), OTHER_TYPE),
        ("tags", "includes_value", json!("a"), None),
        ("tags", "matches_regex", json!("a"), None),
        ("plan", "includes_value", json!("trial"), OTHER_TYPE),
        ("joined", "after", json!("2024-01-01"), None),
        ("seats", "after", json!("2024-01-01"), OTHER_TYPE),
        ("mixed", "equals", json!("one"), None),
        ("mixed", "equals", json!(1), None),
        ("mixed", "equals", json!(true), OTHER_TYPE),
        ("nobody's", "equals", json!(1), Some("segment.unknown_name")),
    ] {
        let filter = attribute(name, comparison, value);
        assert_eq!(warning(workspace, &filter).as_deref(), told, "{filter}");
    }
}

#[test]
fn a_field_that_no_profile_has_is_told() {
    let filters = [
        (
            json!({ "default_attribute": { "attribute_name": "country", "comparison": "equals", "value": "DE" } }),
            None,
        ),
        (
            json!({ "default_attribute": { "attribute_name": "language", "comparison": "exists" } }),
            NOT_LOADED,
        ),
        (
            json!({ "default_attribute": { "attribute_name": "external_id", "comparison": "exists" } }),
            None,
        ),
        (
            json!({ "email_subscription_status": { "comparison": "is", "value": "unsubscribed" } }),
            NOT_LOADED,
        ),
        (
            json!({ "last_used_app": { "comparison": "less_than_x_days_ago", "value": 3 } }),
            NOT_LOADED,
        ),
        (
            json!({ "purchase": { "metric": "count", "comparison": "exactly", "value": 0 } }),
            NOT_LOADED,
        ),
        (
            json!({ "channel_reachable": { "channel": "push", "comparison": "is", "value": true } }),
            NOT_LOADED,
        ),
        (
            json!({ "location": { "comparison": "inside", "circle": { "latitude": 1, "longitude": 1, "radius_km": 1 } } }),
            NOT_LOADED,
        ),
    ];
    for (filter, told) in &filters {
        assert_eq!(
            warning(&mut loaded(&[ada()]), filter).as_deref(),
            *told,
            "{filter}"
        );
        // Where there is nobody yet, nothing is said.
        assert_eq!(warning(&mut loaded(&[]), filter), None, "{filter}");
    }
}
