//! Random users requests: mostly right, with something wrong here and there.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A value of a type that no field takes everywhere.
pub fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Texts of which some come again, some are odd, and some are anything.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::sample::select(vec!["a", "b", "c", "ab", "é", "e\u{301}", "😀", "a b", "\0", "\u{2028}", "\\", "\"", "/"]).prop_map(String::from),
        1 => prop::sample::select(vec!["", "__proto__", "user_ids", "\u{fffd}"]).prop_map(String::from),
        1 => prop::sample::select(vec![996, 997, 998]).prop_map(|n| "x".repeat(n)),
        4 => "\\PC{0,12}",
        1 => any::<String>(),
    ]
}

fn mostly<S: Strategy<Value = Value> + 'static>(right: S) -> BoxedStrategy<Value> {
    prop_oneof![25 => right, 1 => anything()].boxed()
}

/// An object in which each field is there with `chance` in ten, and sometimes one more.
fn object(fields: Vec<(&'static str, u32, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, chance, value)| {
            (prop::bool::weighted(f64::from(chance) / 10.0), value)
                .prop_map(move |(there, value)| there.then(|| (String::from(name), value)))
        })
        .collect();
    let extra = prop::option::weighted(0.1, (text(), anything()));
    (fields, extra)
        .prop_map(|(fields, extra)| {
            let mut members: Map<String, Value> = fields.into_iter().flatten().collect();
            if let Some((key, value)) = extra {
                members.entry(key).or_insert(value);
            }
            Value::Object(members)
        })
        .boxed()
}

fn list(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    mostly(prop::collection::vec(item, 0..6).prop_map(Value::from))
}

/// A users request.
pub fn users_request() -> impl Strategy<Value = Value> {
    let word = || mostly(text().prop_map(Value::from));
    let ids = || list(word());
    let alias = || {
        mostly(object(vec![
            ("alias_name", 9, word()),
            ("alias_label", 9, word()),
        ]))
    };
    let aliases = prop_oneof![6 => list(alias()), 1 => alias()].boxed();
    let change = object(vec![
        ("user_ids", 8, ids()),
        ("device_ids", 5, ids()),
        ("aliases", 5, aliases),
        (
            "should_remove",
            5,
            mostly(any::<bool>().prop_map(Value::from)),
        ),
    ]);
    mostly(object(vec![
        ("partner_api_key", 9, word()),
        ("client_secret", 9, word()),
        ("cohort_id", 9, word()),
        ("cohort_changes", 9, list(mostly(change))),
    ]))
}

/// A request without fault, whose ids come again now and then.
pub fn good_request() -> impl Strategy<Value = Value> {
    let id = || {
        text().prop_filter("an id has 1 to 997 bytes", |id| {
            (1..=997).contains(&id.len())
        })
    };
    let ids = move || prop::collection::vec(id(), 0..8);
    let aliases = prop::collection::vec((id(), prop::sample::select(vec!["l", "ê\n"])), 0..6);
    let change = (
        ids(),
        prop::option::of(ids()),
        aliases,
        prop::option::of(any::<bool>()),
    );
    prop::collection::vec(change, 0..4).prop_map(|changes| {
        let changes = changes
            .into_iter()
            .map(|(users, devices, aliases, remove)| {
                let aliases: Vec<Value> = aliases
                    .into_iter()
                    .map(|(name, label)| json!({ "alias_name": name, "alias_label": label }))
                    .collect();
                let mut change = json!({ "user_ids": users, "aliases": aliases });
                if let Some(devices) = devices {
                    change["device_ids"] = json!(devices);
                }
                if let Some(remove) = remove {
                    change["should_remove"] = json!(remove);
                }
                change
            });
        json!({
            "partner_api_key": "p", "client_secret": "é\t", "cohort_id": "c",
            "cohort_changes": changes.collect::<Vec<_>>(),
        })
    })
}

/// A good request that has something of everything.
pub fn rich() -> Value {
    json!({
        "partner_api_key": "pk-test", "client_secret": "cs-\u{e9}", "cohort_id": "1338065",
        "cohort_changes": [
            { "user_ids": ["ada", "gr\u{e4}ce", "\u{1f600}", "a\"b\\c\n"], "should_remove": false },
            { "device_ids": ["d1", "d1"], "aliases": [{ "alias_name": "n", "alias_label": "l" }], "should_remove": true, "extra": [1.5e3, null, { "x": -0.1 }] }
        ]
    })
}
