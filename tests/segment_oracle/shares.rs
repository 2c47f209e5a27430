//! Random conditions say something: each family is true of some and false of others.

use crate::segment::{
    Chance, FAMILIES, Tri, holds, random_condition, random_definition, random_world,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many of a thousand answers are true, false and unknown.
fn shares(answers: &[Tri]) -> [usize; 3] {
    Tri::ALL.map(|asked| {
        let of = answers.iter().filter(|answer| **answer == asked).count();
        (of * 1000).div_ceil(answers.len().max(1))
    })
}

#[test]
fn each_family_is_mixed() {
    let chance = &mut Chance::new(17);
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let mut answers = Vec::new();
        for seed in 0..8 {
            let world = random_world(seed);
            for _ in 0..20 {
                let definition = json!({"filter": random_condition(chance, &world, family)});
                answers.extend(world.views().map(|user| holds(&definition, user, &world)));
            }
        }
        let [yes, no, unknown] = shares(&answers);
        println!("{family:28} {yes:4} {no:4} {unknown:4}");
        if yes < 100 || no < 100 {
            wrong.push(family);
        }
    }
    assert!(wrong.is_empty(), "nearly always the same: {wrong:?}");
}

#[test]
fn definitions_are_mixed() {
    let chance = &mut Chance::new(18);
    let mut answers = Vec::new();
    for seed in 0..20 {
        let world = random_world(seed);
        for _ in 0..30 {
            let definition = random_definition(chance, &world);
            answers.extend(world.views().map(|user| holds(&definition, user, &world)));
        }
    }
    let [yes, no, unknown] = shares(&answers);
    println!("definitions {yes} {no} {unknown}");
    assert!(yes >= 100 && no >= 100 && unknown >= 20);
}

#[test]
fn every_operator_of_every_family_answers_both_ways() {
    let mut seen: BTreeMap<&str, BTreeMap<String, BTreeSet<&str>>> = BTreeMap::new();
    let chance = &mut Chance::new(19);
    for seed in 20..26 {
        let world = random_world(seed);
        for family in FAMILIES {
            for _ in 0..160 {
                let condition = random_condition(chance, &world, family);
                let comparison = condition[family]["comparison"].as_str();
                let comparison = comparison.unwrap_or("all_of").to_string();
                let definition = json!({ "filter": condition });
                let answers = seen
                    .entry(family)
                    .or_default()
                    .entry(comparison)
                    .or_default();
                for user in world.views().step_by(4) {
                    answers.insert(match holds(&definition, user, &world) {
                        Tri::True => "true",
                        Tri::False => "false",
                        Tri::Unknown => "unknown",
                    });
                }
            }
        }
    }
    for family in FAMILIES {
        for (comparison, answers) in &seen[family] {
            let both = answers.contains("true") && answers.contains("false");
            assert!(both, "{family} {comparison} answers {answers:?} alone");
        }
    }
}
