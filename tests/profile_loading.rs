//! Profiles with all their fields, loaded and answered back, held against a plain reader.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/profile.rs"]
mod oracle;

use kohort::hash::Seed;
use kohort::payload::braze::profiles::Loaded;
use kohort::problem::Problems;
use kohort::workspace::Workspace;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn load_into(workspace: &mut Workspace, pieces: &[&[u8]]) -> (Loaded, Problems) {
    workspace.begin_load(100).unwrap();
    for piece in pieces {
        assert!(workspace.push(piece));
    }
    workspace.finish_load().unwrap()
}

fn load(text: &str) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(1));
    let (_, problems) = load_into(&mut workspace, &[text.as_bytes()]);
    assert!(problems.ok());
    workspace
}

fn profile(workspace: &Workspace, user: u32) -> Value {
    let mut out = Vec::new();
    workspace.write_profile(user, &mut out).unwrap();
    oracle::doubles(serde_json::from_slice(&out).unwrap())
}

/// As Braze's page shows one, with every field.
const EXPORTED: &str = r#"{"created_at":"2020-07-10 15:00:00.000 UTC","external_id":"A8i3mkd99",
"user_aliases":[{"alias_name":"user_123","alias_label":"amplitude_id"}],"braze_id":"5fbd99bac125ca40511f2cb1",
"random_bucket":2365,"first_name":"Jane","last_name":"Doe","email":"example@braze.com","dob":"1980-12-21",
"home_city":"Chicago","country":"US","phone":"+442071838750","language":"en",
"time_zone":"Eastern Time (US & Canada)","last_coordinates":[41.84157636433568,-87.83520818508256],
"gender":"F","total_revenue":65,"attributed_campaign":"braze_test_campaign_072219","attributed_source":"braze_test_source_072219",
"push_subscribe":"opted_in","push_opted_in_at":"2020-01-26T22:45:53.953Z","email_subscribe":"subscribed",
"custom_attributes":{"loyaltyId":"37c98b9d-9a7f-4b2f-a125-d873c5152856","loyaltyPoints":"321","loyaltyPointsNumber":107,
"flag":true,"tags":["b","a","a"],"places":[{"name":"Wien","visits":2,"last":{"$time":"2020-01-26T22:45:53Z"}}],"nothing":null},
"custom_events":[{"name":"Loyalty Acknowledgement","first":"2021-06-28T17:02:43.032Z","last":"2021-06-28T17:02:43.032Z","count":1}],
"purchases":[{"name":"item_40834","first":"2021-09-05T03:45:50.540Z","last":"2022-06-03T17:30:41.201Z","count":10}],
"devices":[{"model":"iPhone XS","os":"iOS 15.4.1","carrier":null,"idfv":"ABCD-1","ad_tracking_enabled":true}],
"push_tokens":[{"app":"MovieCanon","platform":"iOS","token":"12345abcd","device_id":"ABCD-1","notifications_enabled":true}],
"apps":[{"name":"MovieCannon","platform":"iOS","version":"3.29.0","sessions":1129,"first_used":"2020-02-02T19:56:19.142Z","last_used":"2021-11-11T00:25:19.201Z"}],
"campaigns_received":[{"name":"Email","api_campaign_id":"d72fdc84","last_received":"2020-12-17T20:09:12.000Z","engaged":{"opened_email":true},"converted":true}],
"cards_clicked":[{"name":"Loyalty Promo"}],"a_field_of_tomorrow":{"x":[1,2.5,-0.0,1e21]}}"#;

#[test]
fn a_profile_is_answered_back_as_it_was_loaded() {
    let line = EXPORTED.replace('\n', "");
    assert_eq!(profile(&load(&line), 0), oracle::kept(&line));
}

#[test]
fn a_field_of_another_type_is_left_out_with_a_warning() {
    let mut workspace = Workspace::new(Seed::new(1));
    let line = r#"{"external_id":"a","country":5,"random_bucket":"7","devices":{},"last_coordinates":[1],"custom_attributes":[],"dob":null}"#;
    let (loaded, problems) = load_into(&mut workspace, &[line.as_bytes()]);
    assert_eq!((loaded.loaded, loaded.rejected), (0, 1));
    let warnings = problems.warnings();
    assert!(!problems.ok(), "devices are ids too");
    assert_eq!(warnings.len(), 4, "the other faults are told all the same");
    let line = line.replace("\"devices\":{},", "");
    let (loaded, problems) = load_into(&mut workspace, &[line.as_bytes()]);
    assert_eq!((loaded.loaded, problems.ok()), (1, true));
    assert_eq!(problems.warnings().len(), 4);
    assert_eq!(profile(&workspace, 0), json!({"external_id": "a"}));
}

#[test]
fn a_newer_profile_replaces_the_older_one_whole() {
    let workspace = load(concat!(
        r#"{"external_id":"a","country":"AT","custom_attributes":{"x":1,"list":[1]}}"#,
        "\n",
        r#"{"external_id":"b","country":"DE"}"#,
        "\n",
        r#"{"external_id":"a","custom_attributes":{"y":"z"}}"#,
    ));
    assert_eq!(
        profile(&workspace, 0),
        json!({"external_id": "a", "custom_attributes": {"y": "z"}})
    );
    assert_eq!(
        profile(&workspace, 1),
        json!({"external_id": "b", "country": "DE"})
    );
}

#[test]
fn a_profile_that_is_refused_leaves_nothing_behind() {
    let mut workspace = Workspace::new(Seed::new(1));
    let text = "{\"external_id\":\"a\",\"country\":\"AT\"}\n{\"external_id\":\"a\",\"country\":\"DE\",\"x\":\"\\ud800\"}\n{\"external_id\":\"a\",\"country\":\"CH\"";
    let (loaded, problems) = load_into(&mut workspace, &[text.as_bytes()]);
    assert_eq!((loaded.loaded, loaded.updated, loaded.rejected), (1, 0, 2));
    assert_eq!(problems.error_count(), 2);
    assert_eq!(
        profile(&workspace, 0),
        json!({"external_id": "a", "country": "AT"})
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["", "AT", "de", "2020-01-26T22:45:53.953Z", "2020-02-30", "01/31/2020",
            "2020-01-26", "\u{0}", "a\"b\\", "\u{1F600}", "1", "true", "9999-12-31 23:59:59 UTC"]).prop_map(String::from),
        1 => "\\PC{0,12}",
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-300i64..70_000).prop_map(Value::from),
        prop::sample::select(vec![
            0.1,
            -0.0,
            1e308,
            5e-324,
            9_007_199_254_740_993.0,
            12.34,
            1e21,
            -1.5
        ])
        .prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no others", |number| number.is_finite())
            .prop_map(Value::from),
        text().prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c\u{e9}]{0,2}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_profile() -> impl Strategy<Value = (u32, Value)> {
    let names = prop::sample::select(vec![
        "country",
        "language",
        "dob",
        "random_bucket",
        "total_revenue",
        "apps",
        "custom_events",
        "email_subscribe",
        "last_coordinates",
        "tomorrow",
        "email_open_tracking_disabled",
    ]);
    let fields = prop::collection::btree_map(names.prop_map(String::from), value(), 0..6);
    let custom = prop::collection::btree_map("[a-d]|x{300}|\u{1F600}", value(), 0..6);
    (0..12u32, fields, custom).prop_map(|(user, fields, custom)| {
        let mut profile: Map<String, Value> = fields.into_iter().collect();
        profile.insert("external_id".into(), json!(format!("user {user}")));
        profile.insert(
            "custom_attributes".into(),
            Value::Object(custom.into_iter().collect()),
        );
        (user, Value::Object(profile))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any cutting into pieces gives the same, and it is what the plain reader says.
    #[test]
    fn what_is_loaded_is_what_the_plain_reader_says(
        profiles in prop::collection::vec(any_profile(), 1..40),
        cuts in prop::collection::vec(1..97usize, 1..20),
    ) {
        let mut expected = BTreeMap::new();
        let mut order = Vec::new();
        let mut text = String::new();
        for (user, profile) in &profiles {
            let line = profile.to_string();
            if expected.insert(*user, oracle::kept(&line)).is_none() {
                order.push(*user);
            }
            text += &line;
            text.push('\n');
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_bytes();
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        let mut workspace = Workspace::new(Seed::new(1));
        let (loaded, problems) = load_into(&mut workspace, &pieces);
        prop_assert!(problems.ok());
        prop_assert_eq!((loaded.loaded + loaded.updated) as usize, profiles.len());
        for (index, user) in order.iter().enumerate() {
            prop_assert_eq!(&profile(&workspace, index as u32), &expected[user]);
        }
    }
}

#[test]
fn ids_of_devices_are_kept_once_and_answered_in_their_places() {
    let line = r#"{"external_id":"a","devices":[{"device_id":"d1"},{"idfv":"d2","model":"x"},{"device_id":"d1"},{"device_id":""}],"push_tokens":[{"device_id":"d2","token":"t"},{"device_id":"d3"}]}"#;
    let other = r#"{"external_id":"b","devices":[{"device_id":"d3"},{"device_id":"d1"}]}"#;
    let mut workspace = load(&format!("{line}\n{other}"));
    assert_eq!(profile(&workspace, 0), oracle::kept(line));
    assert_eq!(profile(&workspace, 1), oracle::kept(other));
    let newer = r#"{"external_id":"a","devices":[{"device_id":"d3"}]}"#;
    load_into(&mut workspace, &[newer.as_bytes()]);
    assert_eq!(profile(&workspace, 0), oracle::kept(newer));
    assert_eq!(profile(&workspace, 1), oracle::kept(other));
}

#[test]
fn a_bound_on_memory_ends_a_load_and_keeps_what_was_taken() {
    let lines: Vec<String> = (0..4000)
        .map(|user| format!(r#"{{"external_id":"user {user}","country":"AT","custom_attributes":{{"x":{user},"list":[{user},"a"]}}}}"#))
        .collect();
    for max in [50_000, 200_000, 400_000] {
        let mut workspace = Workspace::new(Seed::new(1));
        workspace.set_max_memory_bytes(max);
        workspace.begin_load(100).unwrap();
        workspace.push(lines.join("\n").as_bytes());
        let (loaded, problems) = workspace.finish_load().unwrap();
        let users = workspace.directory().len();
        assert!(
            loaded.loaded as usize == users && users < lines.len(),
            "{max}: {users}"
        );
        assert!(!problems.ok());
        let used = workspace.directory().memory_bytes() + workspace.profiles().memory_bytes();
        assert!(used <= max, "{used} of {max}");
        for (user, line) in lines.iter().take(users).enumerate() {
            assert_eq!(profile(&workspace, user as u32), oracle::kept(line));
        }
        let mut next = Vec::new();
        workspace.write_profile(users as u32, &mut next).unwrap();
        assert!(next.is_empty());
    }
}

#[test]
fn devices_that_are_ids_alone_take_no_memory_besides() {
    let line = |user: usize| {
        format!(r#"{{"external_id":"user {user}","devices":[{{"device_id":"device {user}"}}]}}"#)
    };
    let lines: Vec<String> = (0..5000).map(line).collect();
    let few = load(&lines[..500].join("\n"));
    let all = load(&lines.join("\n"));
    assert_eq!(profile(&all, 4999), oracle::kept(&lines[4999]));
    // What the first user takes, the others share.
    assert_eq!(all.profiles().memory_bytes(), few.profiles().memory_bytes());
}

#[test]
fn who_has_an_alias_is_the_same_user_again_identified_or_not() {
    let mut workspace = load(
        r#"{"external_id":"A","user_aliases":[{"alias_name":"n","alias_label":"l"}],"devices":[{"device_id":"d"}],"country":"AT"}"#,
    );
    let again = r#"{"user_aliases":[{"alias_name":"n","alias_label":"l"}],"devices":[{"device_id":"d"}],"country":"DE"}"#;
    for _ in 0..3 {
        let (loaded, problems) = load_into(&mut workspace, &[again.as_bytes()]);
        assert_eq!((loaded.loaded, loaded.updated), (0, 1));
        assert!(problems.ok() && problems.warnings().is_empty());
    }
    assert_eq!(workspace.directory().len(), 1);
    let mut expected = oracle::kept(again);
    expected["external_id"] = json!("A");
    assert_eq!(profile(&workspace, 0), expected);
}

#[test]
fn no_name_is_kept_of_a_profile_that_is_refused() {
    let mut workspace = load(r#"{"external_id":"a","custom_attributes":{"x":1}}"#);
    let before = workspace.profiles().attributes().count();
    let refused = concat!(
        r#"{"custom_attributes":{"y":1},"tomorrow":[1]}"#,
        "\n",
        r#"{"external_id":"b","custom_attributes":{"z":"\ud800"}}"#,
        "\n",
        r#"{"external_id":"c","custom_attributes":{"w":1},"devices":5}"#,
    );
    let (loaded, _) = load_into(&mut workspace, &[refused.as_bytes()]);
    assert_eq!((loaded.loaded, loaded.rejected), (0, 3));
    assert_eq!(workspace.profiles().attributes().count(), before);
    let (loaded, _) = load_into(
        &mut workspace,
        &[br#"{"external_id":"d","custom_attributes":{"y":2}}"#],
    );
    assert_eq!(loaded.loaded, 1);
    assert_eq!(
        profile(&workspace, 1),
        json!({"external_id": "d", "custom_attributes": {"y": 2.0}})
    );
}

#[test]
fn a_profile_with_more_names_than_there_may_be_is_refused_and_the_rest_loads() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.set_max_attributes(4);
    let lines = concat!(
        r#"{"external_id":"a","devices":[{"device_id":"d"}],"custom_attributes":{"x":1,"y":1}}"#,
        "\n",
        r#"{"external_id":"b","custom_attributes":{"z":1,"w":1}}"#,
        "\n",
        r#"{"external_id":"c","custom_attributes":{"z":1}}"#,
        "\n",
        r#"{"external_id":"a","custom_attributes":{"x":2}}"#,
    );
    let (loaded, problems) = load_into(&mut workspace, &[lines.as_bytes()]);
    assert_eq!((loaded.loaded, loaded.updated, loaded.rejected), (2, 1, 1));
    assert_eq!(problems.errors().len(), 1);
    let problem = &problems.errors()[0];
    assert_eq!(
        (problem.code.row().code, problem.line),
        ("limit.too_many_attributes", 2)
    );
    let shown = profile(&workspace, 1);
    assert_eq!(
        shown,
        json!({"external_id": "c", "custom_attributes": {"z": 1.0}})
    );
}
