//! The engine and the oracle say the same of every user of random worlds, while cohorts and profiles
//! change and users are deleted: asked user by user, and evaluated for all at once.
//!
//! `KOHORT_WORLDS` says how many worlds; 250 of them are some ten million comparisons.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/segment/mod.rs"]
mod segment;
#[path = "support/segment_world.rs"]
mod segment_world;

use kohort::hash::Seed;
use kohort::problem::Problems;
use kohort::segment::{Answer, Automata, Clock, Definition, Indexes, Rule, World, Zone, parse};
use kohort::workspace::Workspace;
use segment::{
    Chance, Change, FAMILIES, Tri, holds, random_change, random_condition, random_definition,
    random_world,
};
use segment_world::{change_cohort, ids, load, user_of, workspace_of};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn rule(definition: &Value) -> Rule {
    let text = definition.to_string();
    let mut problems = Problems::new(10);
    let parsed = parse(text.as_bytes(), 1 << 20, &Seed::new(2), None, &mut problems);
    let told: Vec<_> = problems.errors().iter().map(|one| one.code).collect();
    let Some(Definition { rule, .. }) = parsed else {
        panic!("{told:?} of {text}");
    };
    rule
}

/// Holds definitions against the oracle; answers how many answers were compared.
fn compare(
    workspace: &Workspace,
    world: &segment::World,
    indexes: &mut Indexes,
    definitions: &[Value],
) -> usize {
    let others: BTreeMap<Vec<u8>, Rule> = world
        .segments
        .iter()
        .map(|(name, definition)| (name.clone().into_bytes(), rule(definition)))
        .collect();
    let clock = Clock {
        now: world.now,
        zone: Zone::new(world.zone.changes.clone()),
    };
    let live = workspace.live_users().unwrap();
    let rules = |name: &[u8]| others.get(name);
    let patterns = Automata::default();
    let asked = World {
        directory: workspace.directory(),
        profiles: workspace.profiles(),
        cohorts: workspace.cohorts(),
        clock: &clock,
        patterns: &patterns,
        rules: &rules,
    };
    let mut compared = 0;
    for definition in definitions {
        let rule = rule(definition);
        let found = rule.evaluate(&asked, &live, indexes).unwrap();
        let counted = rule.count(&asked, &live, indexes).unwrap();
        let (mut count, mut unknown) = (0, 0);
        for view in world.views() {
            let user = user_of(workspace, view.profile);
            let expected = match holds(definition, view, world) {
                Tri::True => Answer::True,
                Tri::False => Answer::False,
                Tri::Unknown => Answer::Unknown,
            };
            let word = found.members[user as usize / 64];
            let is_member = word >> (user % 64) & 1 != 0;
            let answer = rule.ask(&asked, user);
            let profile = view.profile;
            assert_eq!(answer, expected, "{definition}\nof {profile}");
            assert_eq!(
                is_member,
                expected == Answer::True,
                "a member of {definition}\n{profile}"
            );
            let explained = rule.explain(&asked, user).unwrap();
            assert_eq!(explained.tree.answer, expected);
            count += u32::from(is_member);
            unknown += u32::from(expected == Answer::Unknown);
            compared += 1;
        }
        assert_eq!(
            (found.count, found.unknown),
            (count, unknown),
            "{definition}"
        );
        assert_eq!((counted.count, counted.unknown), (count, unknown));
    }
    compared
}

fn worlds(default: u64) -> u64 {
    let asked = std::env::var("KOHORT_WORLDS").ok();
    asked.map_or(default, |asked| asked.parse().unwrap())
}

#[test]
fn each_family_agrees() {
    for seed in 0..worlds(6) {
        let world = random_world(seed);
        let workspace = workspace_of(&world);
        let indexes = &mut Indexes::default();
        let chance = &mut Chance::new(seed + 7);
        for family in FAMILIES {
            if family == "segment_membership" && world.segments.is_empty() {
                continue;
            }
            let definitions: Vec<Value> = (0..12)
                .map(|_| json!({ "filter": random_condition(chance, &world, family) }))
                .collect();
            compare(&workspace, &world, indexes, &definitions);
        }
    }
}

#[test]
fn definitions_agree_while_the_world_changes() {
    let mut compared = 0;
    for seed in 0..worlds(6) {
        let mut world = random_world(seed + 1000);
        let mut workspace = workspace_of(&world);
        let indexes = &mut Indexes::default();
        let chance = &mut Chance::new(seed + 3);
        for _ in 0..8 {
            let definitions: Vec<Value> =
                (0..6).map(|_| random_definition(chance, &world)).collect();
            compared += compare(&workspace, &world, indexes, &definitions);
            let before = world.users.clone();
            match random_change(chance, &mut world) {
                Change::Deleted { index } => {
                    let user = user_of(&workspace, &before[&index]);
                    assert_eq!(workspace.delete(user), Ok(true));
                }
                Change::Profile { profile, .. } => load(&mut workspace, &profile),
                Change::Cohort {
                    partner,
                    id,
                    add,
                    remove,
                } => {
                    let of = |some: &std::collections::BTreeSet<usize>| {
                        ids(some.iter().map(|index| &before[index]))
                    };
                    change_cohort(&mut workspace, &partner, &id, of(&add), of(&remove));
                }
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}
