//! Random worlds as scripts, for those who ask segments of the npm package: what is loaded, and after each
//! change what is asked and who is in it, as the oracle has it. `tests/js/segments/` plays them.
//!
//! `KOHORT_SCRIPTS` names the file to write, one step in each line; `KOHORT_WORLDS` says how many worlds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/segment/mod.rs"]
mod segment;

use segment::{
    Chance, Change, FAMILIES, Tri, World, holds, random_change, random_condition,
    random_definition, random_world,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The custom attribute that holds a user's index, so that members can be told apart.
const INDEX: &str = "index of the user";

/// A profile that says whose it is.
fn named(index: usize, profile: &Value) -> Value {
    let mut profile = profile.clone();
    let fields = profile.as_object_mut().unwrap();
    let attributes = fields
        .entry("custom_attributes")
        .or_insert_with(|| json!({}));
    // What is no object holds no attributes, and is left out at loading.
    if !attributes.is_object() {
        *attributes = json!({});
    }
    attributes[INDEX] = json!(index);
    profile
}

fn load(index: usize, profile: &Value) -> Value {
    json!({ "load": named(index, profile) })
}

fn cohort(partner: &str, id: &str, add: &[&Value], remove: &[&Value]) -> Value {
    let ids = |profiles: &[&Value], removes: bool| {
        let (mut users, mut aliases) = (Vec::new(), Vec::new());
        for profile in profiles {
            match profile.get("external_id") {
                Some(id) => users.push(id.clone()),
                None => aliases.push(profile["user_aliases"][0].clone()),
            }
        }
        json!({ "user_ids": users, "aliases": aliases, "should_remove": removes })
    };
    json!({ "partner": partner, "cohort": {
        "partner_api_key": "p", "client_secret": "c", "cohort_id": id,
        "cohort_changes": [ids(add, false), ids(remove, true)],
    } })
}

/// What is asked, and who is in it.
fn ask(definition: &Value, world: &World) -> Value {
    let (mut members, mut unknown) = (Vec::new(), Vec::new());
    for view in world.views() {
        match holds(definition, view, world) {
            Tri::True => members.push(view.index),
            Tri::Unknown => unknown.push(view.index),
            Tri::False => {}
        }
    }
    json!({ "ask": definition, "members": members, "unknown": unknown })
}

/// The steps of a world.
fn script(seed: u64) -> Vec<Value> {
    let mut world = random_world(seed);
    let chance = &mut Chance::new(seed + 11);
    let mut steps = vec![json!({ "world": seed, "now": world.now, "timeZone": world.zone.name })];
    steps.extend(
        world
            .users
            .iter()
            .map(|(index, profile)| load(*index, profile)),
    );
    for one in &world.cohorts {
        let members: Vec<_> = one
            .members
            .iter()
            .map(|index| &world.users[index])
            .collect();
        steps.push(cohort(&one.partner, &one.id, &members, &[]));
    }
    for definition in world.segments.values() {
        steps.push(json!({ "define": definition }));
    }
    for family in FAMILIES {
        for _ in 0..3 {
            let definition = json!({ "filter": random_condition(chance, &world, family) });
            steps.push(ask(&definition, &world));
        }
    }
    for _ in 0..6 {
        let before = world.users.clone();
        let users =
            |some: &BTreeSet<usize>| some.iter().map(|index| &before[index]).collect::<Vec<_>>();
        steps.push(match random_change(chance, &mut world) {
            Change::Deleted { index } => {
                json!({ "delete": match before[&index].get("external_id") {
                Some(id) => json!({ "external_id": id }),
                None => json!({ "alias": before[&index]["user_aliases"][0] }),
            } })
            }
            Change::Profile { index, profile } => load(index, &profile),
            Change::Cohort {
                partner,
                id,
                add,
                remove,
            } => cohort(&partner, &id, &users(&add), &users(&remove)),
        });
        for _ in 0..5 {
            steps.push(ask(&random_definition(chance, &world), &world));
        }
    }
    steps
}

#[test]
fn scripts_hold_every_family_and_every_kind_of_step() {
    let worlds = std::env::var("KOHORT_WORLDS").map_or(4, |worlds| worlds.parse().unwrap());
    let (mut text, mut kinds, mut members) = (String::new(), BTreeSet::new(), 0);
    for seed in 0..worlds {
        for step in script(seed) {
            kinds.extend(step.as_object().unwrap().keys().cloned());
            members += step["members"].as_array().map_or(0, Vec::len);
            writeln!(text, "{step}").unwrap();
        }
    }
    for kind in ["world", "load", "cohort", "define", "ask", "delete"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    assert!(FAMILIES.iter().all(|family| text.contains(family)));
    assert!(members > 1000, "{members}");
    if let Ok(file) = std::env::var("KOHORT_SCRIPTS") {
        std::fs::write(file, text).unwrap();
    }
}
