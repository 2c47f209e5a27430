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

const PRESENCE: &str = "exists does_not_exist is_blank is_not_blank";
const EQUALS: &str = "equals not_equal does_not_equal";
const COMPARISONS: &str = "equals not_equal does_not_equal exactly more_than less_than greater_than greater_than_or_equal_to less_than_or_equal_to";
const TEXTS: &str =
    "is_any_of is_none_of contains_any_of doesnt_contain_any_of matches_regex does_not_match_regex";
const BOOLS: &str = "true false true_or_not_set false_or_not_set";
const ARRAYS: &str = "includes_value does_not_include_value includes_any_of includes_none_of values_contain_any_of values_dont_contain_any_of is_all_of isnt_all_of has_a_value is_empty matches_regex does_not_match_regex";
const DAYS: &str = "less_than_x_days_ago greater_than_x_days_ago less_than_x_days_in_the_future greater_than_x_days_in_the_future";
const DATES: &str = "before after";
const IS: &str = "is is_not";
const INCLUDES: &str = "includes_value does_not_include_value";

/// The operators that a family has by the documents, so that none is left out.
fn operators(family: &str) -> BTreeSet<String> {
    let words: &[&str] = match family {
        "custom_attribute" => &[PRESENCE, COMPARISONS, TEXTS, BOOLS, ARRAYS, DAYS, DATES],
        "nested_custom_attribute" => &[
            PRESENCE,
            COMPARISONS,
            TEXTS,
            BOOLS,
            ARRAYS,
            DAYS,
            DATES,
            "all_of",
        ],
        "default_attribute" => &[PRESENCE, COMPARISONS, TEXTS, DAYS, DATES],
        "last_used_app" => &[DAYS, DATES],
        "custom_event" | "purchase" | "session" => &[PRESENCE, COMPARISONS, DAYS, DATES],
        "app" => &[COMPARISONS, INCLUDES],
        "device" => &[PRESENCE, COMPARISONS, TEXTS, BOOLS],
        "location" => &["inside outside is_blank is_not_blank"],
        "random_bucket" => &[COMPARISONS],
        "message" => &[IS, PRESENCE, EQUALS, TEXTS, DAYS, DATES],
        "install_attribution" => &[PRESENCE, EQUALS, TEXTS],
        "recurring_day" => &[DAYS, DATES, "on"],
        "partner_cohort" | "segment_membership" => &[INCLUDES],
        _ => &[IS],
    };
    words
        .iter()
        .flat_map(|words| words.split(' '))
        .map(String::from)
        .collect()
}

#[test]
fn every_operator_of_every_family_is_asked_and_answers_both_ways() {
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
        let asked: BTreeSet<String> = seen[family].keys().cloned().collect();
        assert_eq!(asked, operators(family), "{family}");
        for (comparison, answers) in &seen[family] {
            let both = answers.contains("true") && answers.contains("false");
            assert!(both, "{family} {comparison} answers {answers:?} alone");
        }
    }
}
