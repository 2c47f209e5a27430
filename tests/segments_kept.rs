//! What is kept from one count to the next never says what is no longer so: definitions counted again and
//! again, with what was kept and without, say the same of every user, and the same as asking users one by one,
//! while profiles and cohorts change, users come and go and time passes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::identity::UserIx;
use kohort::problem::Problems;
use kohort::segment::{Answer, Clock, Indexes, Node, Patterns, Rule, Test, World, Zone, parse};
use kohort::workspace::Workspace;
use std::fmt::Write;

struct Substrings;

impl Patterns for Substrings {
    fn matches(&self, pattern: &[u8], text: &[u8]) -> bool {
        text.windows(pattern.len()).any(|part| part == pattern)
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

const NOW: i64 = 1_790_000_000_000;
const DAY: i64 = 86_400_000;

/// More than one block of users.
const USERS: u64 = 66_000;

/// Each kind of column: narrow and wide numbers, decimals, doubles, times of several formats, texts that are
/// moments, many texts and few, values of several types in one attribute, and lists among texts.
fn profile(out: &mut String, id: u64, chance: &mut Chance) {
    write!(out, r#"{{"external_id":"u{id}""#).unwrap();
    let mut has = |percent| chance.below(100) < percent;
    let some = [(); 12].map(|()| has(80));
    if some[0] {
        write!(out, r#","country":"C{}""#, chance.below(50)).unwrap();
    }
    if some[1] {
        write!(
            out,
            r#","dob":"{}-0{}-1{}""#,
            1940 + chance.below(70),
            1 + chance.below(9),
            chance.below(10)
        )
        .unwrap();
    }
    if some[2] {
        let state = chance.pick(&["opted_in", "subscribed", "unsubscribed"]);
        write!(out, r#","email_subscribe":"{state}""#).unwrap();
    }
    if some[3] {
        write!(out, r#","random_bucket":{}"#, chance.below(10_000)).unwrap();
    }
    out.push_str(r#","custom_attributes":{"all":1"#);
    if some[4] {
        write!(out, r#","age":{}"#, 18 + chance.below(63)).unwrap();
    }
    if some[5] {
        let spent = [0.0, chance.below(100_000) as f64 / 100.0][chance.below(2) as usize];
        write!(out, r#","spent":{spent}"#).unwrap();
    }
    if some[6] {
        let score = chance.below(1 << 40) as f64 / 7.0;
        let mixed = [
            chance.below(100).to_string(),
            score.to_string(),
            "\"many\"".into(),
        ];
        write!(out, r#","score":{}"#, mixed[chance.below(3) as usize]).unwrap();
    }
    if some[7] {
        let time = kohort::profile::Time::of_ms(NOW - chance.below(400 * DAY as u64) as i64).text();
        let time = std::str::from_utf8(&time).unwrap();
        let mixed = [time, time, &time[..10], "2026-02-03T04:05+02:00", "soon"];
        let odd = if chance.below(50) == 0 { 5 } else { 3 };
        write!(out, r#","seen":"{}""#, mixed[chance.below(odd) as usize]).unwrap();
    }
    if some[8] {
        let time = kohort::profile::Time::of_ms(NOW - chance.below(400 * DAY as u64) as i64).text();
        write!(out, r#","used":"{}""#, std::str::from_utf8(&time).unwrap()).unwrap();
    }
    if some[9] {
        write!(out, r#","vip":{}"#, chance.below(2) == 0).unwrap();
    }
    if some[10] {
        let tags = [r#"["a","b"]"#, r#""a""#, "[]", r#"{"a":1}"#];
        write!(out, r#","tags":{}"#, tags[chance.below(4) as usize]).unwrap();
    }
    if some[11] {
        write!(out, r#","note":"n{}""#, chance.below(90_000)).unwrap();
    }
    out.push_str("}}\n");
}

fn custom(name: &str, comparison: &str, value: &str) -> String {
    let value = match value {
        "" => String::new(),
        value => format!(r#","value":{value}"#),
    };
    format!(
        r#"{{"custom_attribute":{{"custom_attribute_name":"{name}","comparison":"{comparison}"{value}}}}}"#
    )
}

fn default(name: &str, comparison: &str, value: &str) -> String {
    format!(
        r#"{{"default_attribute":{{"attribute_name":"{name}","comparison":"{comparison}","value":{value}}}}}"#
    )
}

fn condition(chance: &mut Chance) -> String {
    let number = chance.pick(&[
        "equals",
        "does_not_equal",
        "more_than",
        "less_than",
        "greater_than_or_equal_to",
        "less_than_or_equal_to",
    ]);
    let days = chance.pick(&[
        "less_than_x_days_ago",
        "greater_than_x_days_ago",
        "less_than_x_days_in_the_future",
        "greater_than_x_days_in_the_future",
    ]);
    let text = chance.pick(&["equals", "does_not_equal"]);
    match chance.below(16) {
        0 => default("country", text, &format!(r#""C{}""#, chance.below(52))),
        1 => {
            let comparison = chance.pick(&["is_any_of", "is_none_of"]);
            let (one, other) = (chance.below(50), chance.below(50));
            default("country", comparison, &format!(r#"["C{one}","C{other}"]"#))
        }
        2 => default("age", number, &(15 + chance.below(80)).to_string()),
        3 => {
            let state = chance.pick(&["opted_in", "subscribed", "unsubscribed"]);
            let is = chance.pick(&["is", "is_not"]);
            format!(r#"{{"email_subscription_status":{{"comparison":"{is}","value":"{state}"}}}}"#)
        }
        4 => format!(
            r#"{{"random_bucket":{{"comparison":"{number}","value":{}}}}}"#,
            chance.below(10_000)
        ),
        5 => custom("age", number, &(18 + chance.below(64)).to_string()),
        6 => custom(
            "spent",
            number,
            chance.pick(&["0", "0.01", "17.5", "900", "-3", "1e9"]),
        ),
        7 => custom(
            "score",
            number,
            chance.pick(&["0", "50", "3000000.14", "1e11", "0.5"]),
        ),
        8 => custom("seen", days, &chance.below(300).to_string()),
        9 => custom("used", days, &chance.below(300).to_string()),
        10 => custom(
            "used",
            chance.pick(&["before", "after"]),
            r#""2026-05-01T00:00:00Z""#,
        ),
        11 => custom("vip", "equals", chance.pick(&["true", "false"])),
        12 => custom(
            "tags",
            chance.pick(&["includes_value", "does_not_include_value"]),
            r#""a""#,
        ),
        13 => custom(
            "tags",
            chance.pick(&["is_blank", "is_not_blank", "exists", "does_not_exist"]),
            "",
        ),
        14 => custom(
            "note",
            chance.pick(&["contains_any_of", "matches_regex", "does_not_match_regex"]),
            chance.pick(&["\"n12\"", "\"77\""]),
        ),
        _ => {
            let comparison = chance.pick(&["includes_value", "does_not_include_value"]);
            format!(
                r#"{{"partner_cohort":{{"partner":"heap","comparison":"{comparison}","value":"{}"}}}}"#,
                chance.below(4)
            )
        }
    }
}

fn rule(text: &str) -> Rule {
    let mut problems = Problems::new(10);
    let definition = parse(text.as_bytes(), 1 << 20, &Seed::new(2), None, &mut problems);
    assert!(problems.ok(), "{text}");
    definition.unwrap().rule
}

/// Conditions joined, of which the first few are in most definitions, as where one operand moves.
fn definition(chance: &mut Chance, same: &[String]) -> Rule {
    let mut all: Vec<String> = same
        .iter()
        .filter(|_| chance.below(8) > 0)
        .cloned()
        .collect();
    all.push(condition(chance));
    all.push(format!(
        r#"{{"OR":[{},{}]}}"#,
        condition(chance),
        condition(chance)
    ));
    let exclude = if chance.below(3) == 0 {
        condition(chance)
    } else {
        String::new()
    };
    let of = chance.pick(&["AND", "AND", "OR"]);
    rule(&format!(
        r#"{{"filter":{{"{of}":[{}]}},"exclude":[{exclude}]}}"#,
        all.join(",")
    ))
}

/// A definition that is about two cohorts alone.
fn in_one_and_not_in_another(cohort: u64) -> Rule {
    let of = |comparison, cohort| {
        format!(
            r#"{{"partner_cohort":{{"partner":"heap","comparison":"{comparison}","value":"{cohort}"}}}}"#
        )
    };
    let is_in = of("includes_value", cohort);
    let is_not_in = of("does_not_include_value", (cohort + 1) % 4);
    rule(&format!(r#"{{"filter":{{"AND":[{is_in},{is_not_in}]}}}}"#))
}

/// Counts with what was kept and without, and asks some users; answers how many were members.
fn compare(workspace: &Workspace, now: i64, indexes: &mut Indexes, rules: &[Rule]) -> u32 {
    let clock = Clock {
        now,
        zone: Zone::UTC,
    };
    let none = |_: &[u8]| None;
    let world = World {
        directory: workspace.directory(),
        profiles: workspace.profiles(),
        cohorts: workspace.cohorts(),
        clock: &clock,
        patterns: &Substrings,
        rules: &none,
    };
    let live = workspace.live_users().unwrap();
    let mut members = 0;
    for rule in rules {
        let plain = rule
            .evaluate(&world, &live, &mut Indexes::default())
            .unwrap();
        for _ in 0..2 {
            let kept = rule.evaluate(&world, &live, indexes).unwrap();
            let counted = rule.count(&world, &live, indexes).unwrap();
            assert!(kept.members == plain.members);
            assert_eq!((kept.count, kept.unknown), (plain.count, plain.unknown));
            assert_eq!(
                (counted.count, counted.unknown),
                (plain.count, plain.unknown)
            );
        }
        for user in (0..live.words().len() as UserIx * 64)
            .step_by(389)
            .filter(|user| live.contains(*user))
        {
            let is_member = plain.members[user as usize / 64] >> (user % 64) & 1 != 0;
            assert_eq!(is_member, rule.ask(&world, user) == Answer::True);
        }
        members += plain.count;
    }
    members
}

fn load(workspace: &mut Workspace, lines: &str) {
    workspace.begin_load(100).unwrap();
    workspace.push(lines.as_bytes());
    let (_, problems) = workspace.finish_load().unwrap();
    assert!(problems.ok());
}

fn change_cohort(
    workspace: &mut Workspace,
    id: u64,
    users: impl Iterator<Item = u64>,
    removes: bool,
) {
    let users: Vec<String> = users.map(|user| format!("\"u{user}\"")).collect();
    let body = format!(
        r#"{{"cohort_id":"{id}","cohort_changes":[{{"user_ids":[{}],"should_remove":{removes}}}]}}"#,
        users.join(",")
    );
    let done = workspace.apply(&[body.as_bytes()], Partner::new("heap").unwrap());
    assert!(done.is_ok());
}

#[test]
fn what_is_kept_says_what_is_so() {
    let chance = &mut Chance(88_172_645_463_325_252);
    let mut workspace = Workspace::new(Seed::new(1));
    let mut lines = String::new();
    (0..USERS).for_each(|id| profile(&mut lines, id, chance));
    load(&mut workspace, &lines);
    for cohort in 0..4 {
        for first in (0..USERS).step_by(2000) {
            let of_it = (first..first + 900).step_by(cohort as usize + 2);
            change_cohort(&mut workspace, cohort, of_it, false);
        }
    }
    let same: Vec<String> = (0..4).map(|_| condition(chance)).collect();
    let indexes = &mut Indexes::default();
    let (mut now, mut next, mut members) = (NOW, USERS, 0);
    for round in 0..24 {
        let mut rules: Vec<Rule> = (0..4).map(|_| definition(chance, &same)).collect();
        rules.push(rule(&format!(r#"{{"filter":{}}}"#, condition(chance))));
        rules.extend((0..4).map(in_one_and_not_in_another));
        members += compare(&workspace, now, indexes, &rules);
        let most = indexes.bytes();
        assert!(most <= 1 << 21, "{most} bytes are kept");
        match round % 6 {
            // Profiles that become others, some of them with less in them.
            0 => {
                let mut lines = String::new();
                for _ in 0..20 {
                    profile(&mut lines, chance.below(USERS), chance);
                }
                load(&mut workspace, &lines);
            }
            // Of cohorts alone, so that all else stays.
            1 => {
                for cohort in 0..4 {
                    let users = (0..50).map(|at| at * 311 + cohort);
                    change_cohort(&mut workspace, cohort, users, round % 4 == 1);
                    members += compare(&workspace, now, indexes, &rules);
                }
            }
            2 => {
                let user = chance.below(USERS) as UserIx;
                assert!(workspace.delete(user).is_ok());
            }
            // New users, also such as grow the sets by a word.
            3 => {
                let mut lines = String::new();
                for id in next..next + 90 {
                    profile(&mut lines, id, chance);
                }
                next += 90;
                load(&mut workspace, &lines);
            }
            4 => now += DAY * chance.below(20) as i64 + 1,
            _ => members += compare(&workspace, now, indexes, &rules),
        };
    }
    assert!(members > 100_000, "{members}");
}

/// A definition in which a condition stands in a place that its path tells.
fn around(place: &str, moving: &str, others: &[String]) -> (String, String) {
    let others = others.join(",");
    match place {
        "AND" => (
            format!(r#"{{"filter":{{"AND":[{moving},{others}]}}}}"#),
            "/filter/AND/0".into(),
        ),
        "OR" => (
            format!(r#"{{"filter":{{"AND":[{others},{{"OR":[{moving},{others}]}}]}}}}"#),
            "/filter/AND/2/OR/0".into(),
        ),
        _ => (
            format!(r#"{{"filter":{{"OR":[{others}]}},"exclude":[{moving}]}}"#),
            "/exclude/0".into(),
        ),
    }
}

/// The condition at a place.
fn test_at<'a>(node: &'a Node, path: &str) -> Option<&'a Test> {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().find_map(|node| test_at(node, path)),
        Node::Condition(condition) => {
            (*condition.path == *path.as_bytes()).then_some(&condition.test)
        }
    }
}

#[test]
fn a_sweep_counts_what_each_definition_counts() {
    let chance = &mut Chance(7_777_777);
    let mut workspace = Workspace::new(Seed::new(1));
    let mut lines = String::new();
    (0..3000).for_each(|id| profile(&mut lines, id, chance));
    load(&mut workspace, &lines);
    change_cohort(&mut workspace, 0, (0..900).step_by(2), false);
    let clock = Clock {
        now: NOW,
        zone: Zone::UTC,
    };
    let none = |_: &[u8]| None;
    let world = World {
        directory: workspace.directory(),
        profiles: workspace.profiles(),
        cohorts: workspace.cohorts(),
        clock: &clock,
        patterns: &Substrings,
        rules: &none,
    };
    let live = workspace.live_users().unwrap();
    let indexes = &mut Indexes::default();
    let numbers = [
        "equals",
        "does_not_equal",
        "more_than",
        "less_than",
        "less_than_or_equal_to",
    ];
    let times = [
        "less_than_x_days_ago",
        "greater_than_x_days_ago",
        "less_than_x_days_in_the_future",
    ];
    let mut counts = std::collections::BTreeSet::new();
    for round in 0..60 {
        let kind = round % 6;
        let moving = |chance: &mut Chance| {
            let number = chance.pick(&numbers);
            let wide = chance.below(300).to_string();
            match kind {
                0 => custom("age", number, &(18 + chance.below(64)).to_string()),
                1 => custom("spent", number, chance.pick(&["0", "-1", "17.5", "500"])),
                2 => custom("score", number, chance.pick(&["0", "3.5", "70", "1e10"])),
                3 => custom("seen", chance.pick(&times), &wide),
                4 => default("age", number, &(15 + chance.below(80)).to_string()),
                _ => format!(r#"{{"random_bucket":{{"comparison":"{number}","value":{wide}}}}}"#),
            }
        };
        let others = [condition(chance), condition(chance)];
        let place = ["AND", "OR", "exclude"][round / 6 % 3];
        let (text, path) = around(place, &moving(chance), &others);
        let sweep = rule(&text).sweep(path.as_bytes(), &world, &live, indexes);
        let sweep = sweep.unwrap().unwrap();
        for _ in 0..8 {
            let (text, path) = around(place, &moving(chance), &others);
            let other = rule(&text);
            let mut nodes = other.filter.iter().chain(&other.exclude);
            let test = nodes.find_map(|node| test_at(node, &path)).unwrap();
            let counted = other.count(&world, &live, indexes).unwrap();
            assert_eq!(sweep.count(test, &clock), Some(counted.count), "{text}");
            counts.insert(counted.count);
        }
    }
    assert!(counts.len() > 50, "{}", counts.len());
    let none = rule(
        r#"{"filter":{"default_attribute":{"attribute_name":"country","comparison":"equals","value":"C1"}}}"#,
    );
    assert!(
        none.sweep(b"/filter", &world, &live, indexes)
            .unwrap()
            .is_none()
    );
    assert!(
        none.sweep(b"/filter/AND/0", &world, &live, indexes)
            .unwrap()
            .is_none()
    );
}
