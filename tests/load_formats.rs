//! Exports, bodies of `/users/track` and CSV are told apart, and act on the same profiles.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/loading.rs"]
mod loading;

use kohort::identity::ProfileIdKind;
use kohort::identity::directory::UserId;
use kohort::ingest::Format;
use loading::Loading;
use serde_json::json;

const JANUARY: i64 = 1_767_225_600_000;

#[test]
fn what_a_source_is_does_not_depend_on_how_it_is_cut() {
    let export = r#"{"purchases":[{"name":"p"}],"external_id":"a"}"#;
    let track = r#"{"purchases":[],"partner":"x","attributes":[{"external_id":"a"}]}"#;
    let long = format!(r#"{{"note":"{}","attributes":[]}}"#, "x".repeat(1 << 20));
    for (text, counts, found) in [
        (
            format!("\u{feff}{export}"),
            [1, 0, 0, 0],
            vec!["json.bom 1"],
        ),
        (format!("\u{feff}{track}"), [1, 0, 0, 0], vec!["json.bom 1"]),
        (
            "\u{feff}external_id\na\n".to_owned(),
            [1, 0, 0, 0],
            vec!["json.bom 1"],
        ),
        (format!("   \n\n {track}"), [1, 0, 0, 0], vec![]),
        (format!(" \r\n[{export},\n{export}]"), [1, 1, 0, 0], vec![]),
        (
            "\r\n\r\nexternal_id\r\na\r\n".to_owned(),
            [1, 0, 0, 0],
            vec![],
        ),
        (
            "id\na\n".to_owned(),
            [0, 0, 0, 0],
            vec!["profile.unknown_format 1"],
        ),
        (String::new(), [0, 0, 0, 0], vec![]),
        (" \n".to_owned(), [0, 0, 0, 0], vec![]),
        // Told by the first megabyte, in which there is neither an id nor an array.
        (long, [0, 0, 1, 0], vec!["profile.no_id 1"]),
    ] {
        for size in [1, 2, 5, 64, usize::MAX] {
            if text.len() > 1000 && size < 64 {
                continue;
            }
            let loading = Loading::new().load_in(&text, size);
            let start: String = text.chars().take(30).collect();
            assert_eq!(loading.counts(), counts, "{start:?} by {size}");
            if counts[2] < 2 {
                assert_eq!(loading.found(), found, "{start:?} by {size}");
            }
        }
    }
}

#[test]
fn what_is_no_format_is_told_once_with_its_place_and_the_fields_that_were_seen() {
    let columns = vec!["c"; 20_000].join(";");
    for (text, line, fields) in [
        ("id|email\na|b\nc|d\n", 1, 1),
        ("\n\n4711;ada@example.com\n4712;bob@example.com\n", 3, 2),
        ("\"4711\"\t\"ada\"\t\"de\"\r\n", 1, 3),
        ("4711,ada", 1, 2),
        ("<html>\n<body>\n", 1, 1),
        (&columns, 1, 20_000),
    ] {
        for size in [1, 7, usize::MAX] {
            let loading = Loading::new().load_in(text, size);
            let code = format!("profile.unknown_format {line}");
            assert_eq!(loading.found(), [code], "{text:.30} by {size}");
            // Of a longer row the beginning is looked at.
            let told = loading.problems.errors()[0].numbers[0];
            assert!(
                told == fields || fields == 20_000 && told > 10_000,
                "{told}"
            );
            assert_eq!(loading.counts(), [0; 4]);
        }
    }
    // Where a line of JSON comes soon, the others are lines that are none.
    let loading = Loading::new().load("4711\n{\"external_id\":\"a\"}\n");
    assert_eq!(loading.counts(), [1, 0, 1, 0]);
}

#[test]
fn a_source_of_another_format_than_was_said_is_told_once() {
    let export = "{\"external_id\":\"a\"}\n{\"external_id\":\"b\"}\n";
    let answer = r#"{"message":"success","users":[{"external_id":"a"}]}"#;
    let track = "{\"attributes\":[{\"external_id\":\"a\"}]}\n".repeat(3);
    let csv = "external_id;x\na;1\n";
    for (said, text, name) in [
        (Format::Track, export, "export"),
        (Format::Csv, export, "export"),
        (Format::Track, answer, "export"),
        (Format::Export, &track, "track"),
        (Format::Csv, &track, "track"),
        (Format::Export, csv, "csv"),
        (Format::Track, csv, "csv"),
    ] {
        for size in [1, usize::MAX] {
            let mut loading = Loading::new();
            loading.workspace.set_format(Some(said));
            let loading = loading.load_in(text, size);
            assert_eq!(
                loading.found(),
                ["profile.other_format 1"],
                "{said:?} {text}"
            );
            assert_eq!(loading.problems.errors()[0].name, name);
            assert_eq!(loading.counts(), [0; 4]);
        }
    }
}

#[test]
fn what_is_said_decides_where_the_source_may_be_that() {
    let both = r#"{"external_id":"a","attributes":[{"external_id":"b"}]}"#;
    for (said, id) in [(Format::Export, b"a"), (Format::Track, b"b")] {
        let mut loading = Loading::new();
        loading.workspace.set_format(Some(said));
        let loading = loading.load(both);
        assert_eq!(loading.counts(), [1, 0, 0, 0]);
        assert_eq!(
            loading.workspace.directory().ids(0).next().unwrap().name,
            id
        );
    }
    for said in [Format::Export, Format::Track] {
        let mut loading = Loading::new();
        loading.workspace.set_format(Some(said));
        assert_eq!(loading.load("{}\n").counts(), [0, 0, 1, 0]);
    }
}

#[test]
fn utf16_is_told_whatever_format_is_said() {
    let formats = [Format::Export, Format::Track, Format::Csv].map(Some);
    for format in formats.into_iter().chain([None]) {
        for text in ["{\0\"\0", "\0[\0{", "e\0x\0"] {
            let mut loading = Loading::new();
            loading.workspace.set_format(format);
            let loading = loading.load_in(text, 1);
            assert_eq!(loading.found(), ["text.utf16 1"], "{format:?} {text:?}");
        }
    }
}

#[test]
fn a_row_of_a_csv_leaves_until_when_the_export_reaches() {
    let event = |time: &str| {
        json!({"events": [{"external_id": "a", "name": "seen", "time": time}]}).to_string()
    };
    let mut loading = Loading::new();
    loading.workspace.set_as_of(Some(JANUARY));
    let mut loading = loading.load(r#"{"external_id":"a","custom_attributes":{"x":[1]}}"#);
    loading.workspace.set_as_of(Some(2 * JANUARY));
    let loading = loading.load("external_id,y\na,5\nb,6\n");
    assert_eq!(loading.counts(), [1, 1, 0, 0]);
    assert_eq!(loading.custom(), json!({"x": [1], "y": 5}));
    let loading = loading.load(&event("2025-12-31"));
    assert_eq!(loading.counts(), [0, 0, 0, 1]);
    let loading = loading.load(&event("2026-01-02"));
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
    // Of somebody whom a CSV or a body made, there was no export.
    let loading = loading.load(&event("2025-12-31").replace("\"a\"", "\"b\""));
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
}

#[test]
fn somebody_who_was_deleted_has_no_export_any_more() {
    let event = r#"{"events":[{"external_id":"a","name":"seen","time":"2025-12-31"}]}"#;
    let mut loading = Loading::new();
    loading.workspace.set_as_of(Some(JANUARY));
    let mut loading = loading.load("{\"external_id\":\"a\"}\n{\"external_id\":\"b\"}");
    assert!(loading.workspace.delete(0).unwrap());
    loading.workspace.set_as_of(None);
    let loading = loading.load(event);
    assert_eq!(loading.counts(), [1, 0, 0, 0]);
    let loading = loading.load(&event.replace("\"a\"", "\"b\""));
    assert_eq!(loading.counts(), [0, 0, 0, 1]);
}

#[test]
fn groups_of_a_csv_and_of_a_body_are_one_list() {
    let group =
        |id: &str, state: &str| json!({"subscription_group_id": id, "subscription_state": state});
    let set = json!({"attributes": [{
        "external_id": "a",
        "subscription_groups": [group("g1", "subscribed"), group("g2", "subscribed")],
    }]});
    let row = "external_id,subscription_group_id,subscription_state\na,g1,unsubscribed\n";
    let loading = Loading::new().load(&set.to_string()).load(row);
    let expected = json!([group("g2", "subscribed"), group("g1", "unsubscribed")]);
    assert_eq!(loading.profile()["subscription_groups"], expected);
    let loading = loading.load(&set.to_string());
    let expected = json!([group("g1", "subscribed"), group("g2", "subscribed")]);
    assert_eq!(loading.profile()["subscription_groups"], expected);
}

#[test]
fn a_change_with_more_names_of_attributes_than_there_may_be_is_refused_whole() {
    let mut loading = Loading::new();
    loading.workspace.set_max_attributes(2);
    let body = r#"{"attributes":[{"external_id":"a","x":1},{"external_id":"a","x":2,"y":1,"z":1},{"external_id":"a","y":3}]}"#;
    let loading = loading.load(body);
    let found = ["limit.too_many_attributes 1/attributes/1"];
    assert_eq!(
        (loading.counts(), loading.found()),
        ([1, 1, 1, 0], found.map(String::from).to_vec())
    );
    let loading = loading.load("external_id,x,z\na,5,6\na,7,\n");
    let found = ["limit.too_many_attributes 2"];
    assert_eq!(
        (loading.counts(), loading.found()),
        ([0, 1, 1, 0], found.map(String::from).to_vec())
    );
    assert_eq!(loading.custom(), json!({"x": 7, "y": 3}));
}

#[test]
fn a_change_to_somebody_who_shares_a_device_stays_with_them() {
    let profiles = r#"{"devices":[{"device_id":"d"}]}
{"external_id":"a","devices":[{"device_id":"d"}]}"#;
    let token = json!({"attributes": [{
        "external_id": "a",
        "push_tokens": [{"app_id": "p", "token": "t", "device_id": "e"}],
    }]});
    let loading = Loading::new().load(profiles).load(&token.to_string());
    assert_eq!(loading.counts(), [0, 1, 0, 0]);
    let ids = loading.workspace.directory().ids(1);
    let devices: Vec<_> = ids
        .filter(|id| id.kind == ProfileIdKind::Device)
        .map(|UserId { name, .. }| name)
        .collect();
    assert_eq!(devices, [b"d", b"e"]);
}
