//! Random bodies of `/users/track` in pieces of any size, held against a plain applier.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[allow(dead_code, reason = "only its numbers are used")]
#[path = "oracle/profile.rs"]
mod profile;
#[path = "oracle/track.rs"]
mod track;

use kohort::hash::Seed;
use kohort::payload::braze::profiles::Loaded;
use kohort::problem::Problem;
use kohort::workspace::Workspace;
use profile::doubles;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use track::{Counts, Track};

/// 2024-01-01, and the day before.
const AS_OF: i64 = 1_704_067_200_000;

fn scalar() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-2.5),
        json!(1e300),
        json!("a"),
        json!("2024-01-01"),
        json!("ü\"\\\n"),
        json!(""),
    ])
}

fn key() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "id", "inc", "add", "remove", "$time", ""]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn elements() -> impl Strategy<Value = Value> {
    let element =
        (select(vec![1, 2, 3]), value()).prop_map(|(id, name)| json!({"id": id, "a": name}));
    prop::collection::vec(element, 0..4).prop_map(Value::Array)
}

fn operation() -> impl Strategy<Value = Value> {
    let named = |name: &'static str, strategy: BoxedStrategy<Value>| {
        strategy
            .prop_map(move |value| json!({ (name): value }))
            .boxed()
    };
    let values = || {
        prop::collection::vec(value(), 0..4)
            .prop_map(Value::Array)
            .boxed()
    };
    let id = || select(vec![1, 2, 3, 4]);
    let removed = prop::collection::vec(id(), 0..3).prop_map(|ids| {
        let removed = ids
            .into_iter()
            .map(|id| json!({"$identifier_key": "id", "$identifier_value": id}));
        removed.collect::<Value>()
    });
    let updated = prop::collection::vec((id(), value()), 0..3).prop_map(|all| {
        let updated = all.into_iter().map(|(id, a)| {
            json!({"$identifier_key": "id", "$identifier_value": id, "$new_object": {"a": a, "b": 1}})
        });
        updated.collect::<Value>()
    });
    let objects =
        (elements(), removed, updated, 0..8).prop_map(|(added, removed, updated, which)| {
            let all = [("$update", updated), ("$add", added), ("$remove", removed)];
            let some = all
                .into_iter()
                .enumerate()
                .filter(|(at, _)| which >> at & 1 == 1);
            Value::Object(
                some.map(|(_, (name, value))| (name.to_owned(), value))
                    .collect(),
            )
        });
    prop_oneof![
        named(
            "inc",
            prop_oneof![Just(json!(2)), Just(json!(0.5)), scalar()].boxed()
        ),
        named("add", values()),
        named("remove", values()),
        (values(), values()).prop_map(|(added, removed)| json!({"add": added, "remove": removed})),
        objects.boxed(),
        elements(),
        value(),
    ]
}

fn identifier() -> impl Strategy<Value = Map<String, Value>> {
    let alias = |name: &str| json!({"user_alias": {"alias_name": name, "alias_label": "l"}});
    let all = vec![
        json!({"external_id": "a"}),
        json!({"external_id": "b"}),
        json!({"external_id": "a", "_update_existing_only": true}),
        json!({"external_id": "c", "user_alias": null}),
        json!({"braze_id": "z"}),
        alias("n"),
        json!({"user_alias": {"alias_name": "m", "alias_label": "l"}, "_update_existing_only": false}),
        json!({"email": "a@b.c"}),
        json!({"external_id": "a", "braze_id": "z"}),
        json!({}),
    ];
    select(all).prop_map(|fields| fields.as_object().unwrap().clone())
}

fn attributes() -> impl Strategy<Value = Value> {
    let custom = select(vec!["x", "y", "l", "o", "total_revenue"]);
    let default = select(vec![
        "country",
        "time_zone",
        "email_open_tracking_disabled",
        "facebook",
        "current_location",
    ]);
    let of_default = prop_oneof![
        scalar(),
        Just(json!("Eastern Time (US & Canada)")),
        Just(json!({"longitude": 16.5, "latitude": 48})),
        Just(json!({"longitude": 16.5, "latitude": 98})),
    ];
    (
        identifier(),
        any::<bool>(),
        prop::collection::vec((custom, operation()), 0..4),
        prop::collection::vec((default, of_default), 0..2),
    )
        .prop_map(|(mut object, merges, custom, default)| {
            object.extend(
                custom
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value)),
            );
            object.extend(
                default
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value)),
            );
            if merges {
                object.insert("_merge_objects".into(), json!(true));
            }
            Value::Object(object)
        })
}

fn time() -> impl Strategy<Value = Value> {
    select(vec![
        json!("2023-12-31T23:59:59.999Z"),
        json!("2024-01-01"),
        json!("2024-01-01T01:00:00+01:00"),
        json!("2024-01-01T00:00:00.001Z"),
        json!("2024-06-01T00:00:00-05:30"),
        json!("soon"),
    ])
}

fn event() -> impl Strategy<Value = Value> {
    (
        identifier(),
        select(vec![json!("seen"), json!("bought"), json!("")]),
        time(),
    )
        .prop_map(|(mut object, name, time)| {
            object.extend([("name".into(), name), ("time".into(), time)]);
            Value::Object(object)
        })
}

fn purchase() -> impl Strategy<Value = Value> {
    let quantity = select(vec![json!(1), json!(3), json!(100), json!(0), json!("1")]);
    (
        identifier(),
        select(vec![json!(2.5), json!(-1), json!("1")]),
        quantity,
        time(),
    )
        .prop_map(|(mut object, price, quantity, time)| {
            object.extend([
                ("product_id".into(), json!("p")),
                ("currency".into(), json!("USD")),
            ]);
            object.extend([
                ("price".into(), price),
                ("quantity".into(), quantity),
                ("time".into(), time),
            ]);
            Value::Object(object)
        })
}

fn body() -> impl Strategy<Value = Value> {
    (
        prop::collection::vec(attributes(), 0..6),
        prop::collection::vec(event(), 0..3),
        prop::collection::vec(purchase(), 0..3),
    )
        .prop_map(|(attributes, events, purchases)| {
            json!({"attributes": attributes, "events": events, "purchases": purchases})
        })
}

/// The bodies as a text: in lines, as an array, or each over several lines.
fn text_of(bodies: &[Value], layout: u8) -> String {
    let lines: Vec<String> = match layout {
        0 | 1 => bodies.iter().map(Value::to_string).collect(),
        _ => bodies
            .iter()
            .map(|body| serde_json::to_string_pretty(body).unwrap())
            .collect(),
    };
    match layout {
        1 | 3 => format!("[{}]", lines.join(" ,\n")),
        _ => lines.join("\n"),
    }
}

fn load(workspace: &mut Workspace, text: &str, size: usize) -> Counts {
    workspace.begin_load(100).unwrap();
    for piece in text.as_bytes().chunks(size) {
        assert!(workspace.push(piece));
    }
    let (loaded, _) = workspace.finish_load().unwrap();
    Counts {
        loaded: loaded.loaded,
        updated: loaded.updated,
        rejected: loaded.rejected,
        covered: loaded.covered,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn bodies_change_profiles_as_the_plain_applier_says(
        bodies in prop::collection::vec(body(), 1..5),
        layout in 0..4_u8,
        size in prop_oneof![1..40_usize, Just(1 << 20)],
    ) {
        let exported = json!({"external_id": "a", "user_aliases": [{"alias_name": "n", "alias_label": "l"}],
            "custom_attributes": {"x": 1, "l": ["a", "b"], "o": {"a": {"id": 1}}}, "total_revenue": 1,
            "custom_events": [{"name": "seen", "first": "2023-01-01T00:00:00.000Z", "last": "2023-12-01T00:00:00.000Z", "count": 7}]});
        let mut workspace = Workspace::new(Seed::new(1));
        workspace.set_as_of(Some(AS_OF));
        load(&mut workspace, &exported.to_string(), 1 << 20);
        workspace.set_as_of(None);
        let mut plain = Track::default();
        plain.users.push((exported.as_object().unwrap().clone(), Some(AS_OF)));
        for body in &bodies {
            plain.body(body);
        }
        let counts = load(&mut workspace, &text_of(&bodies, layout), size);
        prop_assert_eq!(counts, plain.counts);
        prop_assert_eq!(workspace.directory().len(), plain.users.len());
        for (user, (profile, _)) in plain.users.iter().enumerate() {
            let mut out = Vec::new();
            workspace.write_profile(user as u32, &mut out).unwrap();
            let written = doubles(serde_json::from_slice(&out).unwrap());
            prop_assert_eq!(written, doubles(Value::Object(profile.clone())));
        }
    }

    #[test]
    fn damaged_bodies_are_told_the_same_however_they_are_cut(
        bodies in prop::collection::vec(body(), 1..4),
        layout in 0..4_u8,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, select(b"{}[],:\"\\\n x\xC3".to_vec())), 1..4),
        size in 1..40_usize,
    ) {
        let mut text = text_of(&bodies, layout).into_bytes();
        for (at, kind, byte) in damage {
            let at = at.index(text.len());
            match kind {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
        }
        let whole = answer(&text, usize::MAX);
        let cut = answer(&text, size);
        prop_assert_eq!(cut, whole);
    }
}

/// A problem with its path.
type Told = (Problem, String);

/// The numbers, the problems, and the profiles.
///
/// WHY: not the `Problems` themselves: where the last piece began is in them too, and differs.
fn answer(text: &[u8], size: usize) -> (Loaded, [Vec<Told>; 2], Vec<u8>) {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(100).unwrap();
    for piece in text.chunks(size) {
        workspace.push(piece);
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    let told = [problems.errors(), problems.warnings()].map(|list| {
        list.iter()
            .map(|problem| (*problem, problems.path(problem).to_owned()))
            .collect()
    });
    let mut out = Vec::new();
    for user in 0..workspace.directory().len() {
        workspace.write_profile(user as u32, &mut out).unwrap();
    }
    (loaded, told, out)
}
