//! Random profiles and requests that share few ids, so that everything meets everything.
#![allow(dead_code, clippy::unwrap_used, reason = "tests")]

use super::people_oracle::{Id, Person, Profile};
use kohort::identity::{Directory, ProfileIdKind, ProfileIds};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Ids that come again across users and across kinds.
pub fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => prop::sample::select(vec!["a", "b", "c", "d", "e", "f", "g", "h"]).prop_map(String::from),
        3 => prop::sample::select(vec!["é", "e\u{301}", "😀", "\"", "\\", "\u{0}", "a b", "ü-ü"]).prop_map(String::from),
        1 => prop::sample::select(vec![0usize, 127, 128, 996, 997, 998]).prop_map(|n| "x".repeat(n)),
    ]
}

fn ids(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(id(), 0..most)
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["email", "a", "b"]).prop_map(String::from),
        1 => id(),
        3 => (0u32..200).prop_map(|n| format!("label {n}")),
    ]
}

/// A profile.
pub fn profile() -> impl Strategy<Value = Profile> {
    (
        prop::option::weighted(0.5, id()),
        prop::option::weighted(0.3, ids(3)),
        prop::collection::vec((id(), label()), 0..3),
        prop_oneof![9 => ids(3), 1 => prop::collection::vec("[a-h][0-9]{2}", 0..80)],
        prop::option::weighted(0.3, id()),
    )
        .prop_map(|(external, deprecated, aliases, devices, braze)| Profile {
            external,
            deprecated,
            aliases,
            devices,
            braze,
        })
}

/// An id of a request.
pub fn request_id() -> impl Strategy<Value = Id> {
    prop_oneof![
        id().prop_map(Id::External),
        id().prop_map(Id::Device),
        "[a-h][0-9]{2}".prop_map(Id::Device),
        (id(), label()).prop_map(|(name, label)| Id::Alias(name, label)),
    ]
}

/// Changes: whether each removes, and its ids.
pub fn changes() -> impl Strategy<Value = Vec<(bool, Vec<Id>)>> {
    prop::collection::vec(
        (any::<bool>(), prop::collection::vec(request_id(), 0..8)),
        0..4,
    )
}

/// The changes as a request, and its ids in the order of their lists.
pub fn body(cohort: &str, changes: &[(bool, Vec<Id>)]) -> (String, Vec<(Id, bool)>) {
    let mut order = Vec::new();
    let mut items = Vec::new();
    for (removes, ids) in changes {
        let mut lists: [Vec<Value>; 3] = Default::default();
        for (kind, list) in lists.iter_mut().enumerate() {
            for id in ids {
                let value = match (kind, id) {
                    (0, Id::External(id)) | (1, Id::Device(id)) => json!(id),
                    (2, Id::Alias(name, label)) => {
                        json!({ "alias_name": name, "alias_label": label })
                    }
                    _ => continue,
                };
                list.push(value);
                order.push((id.clone(), *removes));
            }
        }
        let [users, devices, aliases] = lists;
        // Written by hand, since the order of the keys is the order of the ids.
        items.push(format!(
            r#"{{"user_ids":{},"device_ids":{},"aliases":{},"should_remove":{removes}}}"#,
            Value::from(users),
            Value::from(devices),
            Value::from(aliases)
        ));
    }
    let text = format!(
        r#"{{"cohort_id":{},"cohort_changes":[{}]}}"#,
        json!(cohort),
        items.join(",")
    );
    (text, order)
}

/// What a reader makes of the profile.
pub fn profile_ids(profile: &Profile) -> ProfileIds {
    let mut ids = ProfileIds::default();
    let mut push = |kind, id: &String| ids.push(kind, id.as_bytes());
    if let Some(id) = &profile.braze {
        push(ProfileIdKind::Braze, id);
    }
    for id in profile.deprecated.iter().flatten() {
        push(ProfileIdKind::Deprecated, id);
    }
    for id in &profile.devices {
        push(ProfileIdKind::Device, id);
    }
    if let Some(id) = &profile.external {
        push(ProfileIdKind::External, id);
    }
    for (name, label) in &profile.aliases {
        ids.push_alias(name.as_bytes(), label.as_bytes());
    }
    if profile.deprecated.is_some() {
        ids.set_says_deprecated();
    }
    ids
}

/// The profile as Braze exports it.
pub fn to_json(profile: &Profile) -> Value {
    let mut fields = Map::new();
    fields.insert("first_name".into(), json!("Ann"));
    if let Some(id) = &profile.external {
        fields.insert("external_id".into(), json!(id));
    }
    if let Some(id) = &profile.braze {
        fields.insert("braze_id".into(), json!(id));
    }
    if let Some(ids) = &profile.deprecated {
        fields.insert("deprecated_external_ids".into(), json!(ids));
    }
    let aliases: Vec<Value> = profile
        .aliases
        .iter()
        .map(|(name, label)| json!({ "alias_name": name, "alias_label": label }))
        .collect();
    fields.insert("user_aliases".into(), aliases.into());
    let (mut devices, mut tokens) = (Vec::new(), Vec::new());
    for (index, id) in profile.devices.iter().enumerate() {
        // The last third as tokens, which are read behind the devices: the order decides.
        match index % 2 {
            _ if index > profile.devices.len() * 2 / 3 => {
                tokens.push(json!({ "app": "a", "token": "t", "device_id": id }));
            }
            0 => devices.push(json!({ "model": "x", "device_id": id, "carrier": null })),
            _ => devices.push(json!({ "os": "iOS", "idfv": id, "device_id": null })),
        }
    }
    fields.insert("devices".into(), devices.into());
    fields.insert("push_tokens".into(), tokens.into());
    fields.insert(
        "custom_attributes".into(),
        json!({ "a": [1, { "b": null }], "users": 3 }),
    );
    fields.into()
}

/// What the directory knows of a user.
pub fn person(directory: &Directory, user: u32) -> Person {
    let mut person = Person::default();
    for id in directory.ids(user) {
        let name = String::from_utf8(id.name.to_vec()).unwrap();
        match id.kind {
            ProfileIdKind::External => person.external = Some(name),
            ProfileIdKind::Deprecated => person.deprecated.push(name),
            ProfileIdKind::Device => person.devices.push(name),
            ProfileIdKind::Braze => person.braze = Some(name),
            ProfileIdKind::Alias => person
                .aliases
                .push((name, String::from_utf8(id.label.to_vec()).unwrap())),
        }
    }
    // The order of these says nothing.
    person.deprecated.sort();
    assert_eq!(directory.is_identified(user), person.external.is_some());
    person
}
