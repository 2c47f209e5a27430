//! A workspace takes every profile of a random world, and what it answers back says the same to the oracle.

use crate::segment::archetypes::archetypes;
use crate::segment::{
    Chance, Change, UserView, holds, random_change, random_definition, random_world,
};
use kohort::hash::Seed;
use kohort::workspace::Workspace;
use serde_json::Value;
use std::collections::BTreeSet;

fn load(workspace: &mut Workspace, profiles: &[&Value]) {
    workspace.begin_load(100).unwrap();
    for profile in profiles {
        assert!(workspace.push(format!("{profile}\n").as_bytes()));
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    assert!(
        problems.ok(),
        "{:?}",
        problems.errors().first().map(|problem| problem.code)
    );
    assert_eq!(loaded.loaded, profiles.len() as u64);
}

#[test]
fn what_is_answered_back_says_the_same() {
    for seed in 0..4 {
        let mut world = random_world(seed);
        let chance = &mut Chance::new(seed + 1);
        for _ in 0..5 {
            random_change(chance, &mut world);
        }
        let mut workspace = Workspace::new(Seed::new(1));
        load(&mut workspace, &world.users.values().collect::<Vec<_>>());
        let definitions: Vec<Value> = (0..20).map(|_| random_definition(chance, &world)).collect();
        for (user, raw) in (0..).zip(world.views()) {
            let mut bytes = Vec::new();
            workspace.write_profile(user, &mut bytes).unwrap();
            let profile: Value = serde_json::from_slice(&bytes).unwrap();
            let back = UserView {
                index: raw.index,
                profile: &profile,
            };
            for definition in &definitions {
                let (raw_says, back_says) = (
                    holds(definition, raw, &world),
                    holds(definition, back, &world),
                );
                assert_eq!(
                    raw_says, back_says,
                    "{definition}\n{}\n{profile}",
                    raw.profile
                );
            }
        }
    }
}

#[test]
fn each_archetype_has_a_name_of_its_own() {
    let all = archetypes(0);
    let names: BTreeSet<&str> = all.iter().map(|(name, _)| *name).collect();
    assert!(names.len() == all.len() && names.len() >= 40);
}

#[test]
fn a_world_and_its_changes_are_those_of_its_seed() {
    let twice = [0, 1].map(|_| {
        let mut world = random_world(5);
        let chance = &mut Chance::new(5);
        let mut deleted = 0;
        for _ in 0..60 {
            match random_change(chance, &mut world) {
                Change::Deleted { index } => {
                    deleted += 1;
                    assert!(
                        world
                            .cohorts
                            .iter()
                            .all(|cohort| !cohort.members.contains(&index))
                    );
                }
                Change::Profile { index, profile } => assert_eq!(world.users[&index], profile),
                Change::Cohort {
                    partner,
                    id,
                    add,
                    remove,
                } => {
                    let is_it = |cohort: &&crate::segment::Cohort| {
                        cohort.partner == partner && cohort.id == id
                    };
                    let cohort = world.cohorts.iter().find(is_it).unwrap();
                    assert!(
                        cohort.members.is_superset(&add) && cohort.members.is_disjoint(&remove)
                    );
                }
            }
        }
        assert!(deleted > 5);
        let members: Vec<_> = world
            .cohorts
            .iter()
            .map(|cohort| cohort.members.clone())
            .collect();
        (world.users, members, world.segments)
    });
    assert!(twice[0] == twice[1]);
    assert!(random_world(6).users != twice[0].0);
}
