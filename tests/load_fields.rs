//! One table says what a default field holds: the same fault has the same problem in an export, in a
//! body of `/users/track` and in a CSV.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/loading.rs"]
mod loading;

use kohort::problem::Severity;
use loading::Loading;
use serde_json::{Value, json};

/// The three ways in which a user `a` gets a field: what is loaded, and the field's path there.
fn ways(name: &str, value: &Value) -> [(String, String); 3] {
    let user = json!({"external_id": "a", name: value, "first_name": "Ada"});
    let text = value.as_str().map_or(value.to_string(), str::to_owned);
    [
        (user.to_string(), format!("/{name}")),
        (
            json!({"attributes": [user]}).to_string(),
            format!("/attributes/0/{name}"),
        ),
        (
            format!("external_id,first_name,{name}\na,Ada,{text}\n"),
            format!("/{name}"),
        ),
    ]
}

#[test]
fn a_value_that_braze_does_not_have_is_told_alike_and_left_out() {
    for (name, value) in [
        ("dob", json!("1990-13-01")),
        ("dob", json!("1.1.1990")),
        ("dob", json!("1990-01-01T00:00:00Z")),
        ("dob", json!("12/21/1980")),
        ("dob", json!(" 1990-01-01")),
        ("dob", json!("1900-02-29")),
        ("email_subscribe", json!("Subscribed")),
        ("email_subscribe", json!("unsubscribed ")),
        ("push_subscribe", json!("true")),
        ("email_click_tracking_disabled", json!("yes")),
        ("email_open_tracking_disabled", json!(1)),
    ] {
        for (text, path) in ways(name, &value) {
            let loading = Loading::new().load(&text);
            assert_eq!(loading.counts(), [1, 0, 0, 0], "{text}");
            assert!(loading.problems.ok());
            let [warning] = loading.problems.warnings() else {
                panic!("{text}: {:?}", loading.found());
            };
            assert_eq!(warning.code.row().code, "profile.wrong_field");
            assert_eq!(warning.severity, Severity::Warning);
            assert_eq!(loading.problems.path(warning), path);
            let place = &text[warning.offset as usize..warning.end_offset as usize];
            let written = value.as_str().map_or(value.to_string(), str::to_owned);
            assert_eq!(place.trim_matches('"'), written, "{text}");
            assert_eq!(
                loading.profile(),
                json!({"external_id": "a", "first_name": "Ada"})
            );
        }
    }
}

#[test]
fn a_value_that_braze_has_is_kept_alike() {
    for (name, value, kept) in [
        ("dob", json!("1990-02-28"), json!("1990-02-28")),
        ("dob", json!("2000-02-29"), json!("2000-02-29")),
        ("email_subscribe", json!("opted_in"), json!("opted_in")),
        (
            "push_subscribe",
            json!("unsubscribed"),
            json!("unsubscribed"),
        ),
        ("email_click_tracking_disabled", json!(true), json!(true)),
        ("time_zone", json!("Vienna"), json!("Europe/Vienna")),
        ("time_zone", json!("Nowhere"), json!("Nowhere")),
        // Braze maps more than it lists.
        ("country", json!("Austria"), json!("Austria")),
        ("gender", json!("u"), json!("u")),
    ] {
        for (text, _) in ways(name, &value) {
            let loading = Loading::new().load(&text);
            assert_eq!(loading.found(), [""; 0], "{text}");
            assert_eq!(loading.profile()[name], kept, "{text}");
        }
    }
}

#[test]
fn a_value_that_is_left_out_of_a_change_leaves_what_there_is() {
    let before = json!({"external_id": "a", "dob": "1990-02-28"}).to_string();
    for (text, _) in &ways("dob", &json!("31.12.1990"))[1..] {
        let loading = Loading::new().load(&before).load(text);
        assert_eq!(loading.counts(), [0, 1, 0, 0]);
        assert_eq!(loading.profile()["dob"], json!("1990-02-28"), "{text}");
    }
}
