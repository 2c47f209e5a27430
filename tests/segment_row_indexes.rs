//! What an index of rows answers for all users is what each user is asked: lists of mixed types, empty ones,
//! nulls and duplicates, objects in lists, users beyond one block, changes and deletions between evaluations,
//! and any amount of memory.
//!
//! What indexes take and how long they last, for a million users:
//! `cargo test --release --test segment_row_indexes -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/chance.rs"]
mod chance;
#[path = "segment_row_indexes/rules.rs"]
mod rules;
#[path = "segment_row_indexes/users.rs"]
mod users;

use chance::Chance;
use kohort::identity::UserIx;
use kohort::profile::Scalar;
use kohort::segment::index::Indexes;
use kohort::segment::{
    Answer, Apps, Comparison, Condition, Days, Metric, Moment, Node, Predicate, Rule, Step,
    Subject, Test, Value,
};
use rules::{boxed, random_rule, random_subject};
use serde_json::{Value as Json, json};
use std::time::Instant;
use users::{Users, attribute};

fn rounds(default: usize) -> usize {
    let asked = std::env::var("KOHORT_ROUNDS").ok();
    asked.map_or(default, |asked| asked.parse().unwrap())
}

fn text(text: &str) -> Value {
    Value::Text(boxed(text))
}

fn rule(subject: Subject, predicate: Predicate, negated: bool) -> Rule {
    Rule {
        apps: Apps::All,
        filter: Some(Node::Condition(Condition {
            path: boxed(""),
            family: "",
            name: None,
            operator: "",
            operand: None,
            whole: None,
            subject,
            test: Test {
                predicate,
                negated,
                absent_is_zero: false,
            },
        })),
        exclude: Vec::new(),
    }
}

#[test]
fn indexes_say_what_each_user_is_asked_while_users_change() {
    for seed in 0..4 {
        let chance = &mut Chance::new(seed * 2 + 11);
        let mut users = Users::new();
        let mut indexes = Indexes::default();
        for _ in 0..400 {
            let user = users.add(chance.below(3));
            if !chance.one_in(10) {
                users.random(user, chance);
            }
        }
        for round in 0..rounds(150) {
            if chance.one_in(5) {
                let user = chance.below(users.directory.len()) as UserIx;
                match chance.below(4) {
                    0 => {
                        let user = users.add(1);
                        users.random(user, chance);
                    }
                    1 if users.directory.is_known(user) => users.remove(user),
                    _ if users.directory.is_known(user) => users.random(user, chance),
                    _ => {}
                }
            }
            let rule = random_rule(chance);
            users.compare(&rule, &mut indexes, &format!("seed {seed}, round {round}"));
        }
        assert!(indexes.rows.bytes() > 0);
    }
}

/// So that no condition is asked user by user where an index would do.
#[test]
fn what_stands_in_rows_has_an_index() {
    let chance = &mut Chance::new(11);
    let mut users = Users::new();
    for _ in 0..300 {
        let user = users.add(2);
        users.random(user, chance);
    }
    for (what, subject, predicate) in [
        (
            "devices",
            Subject::Device("model"),
            Predicate::TextAnyOf(vec![boxed("model 1")]),
        ),
        ("how many devices", Subject::DeviceCount, Predicate::Exists),
        (
            "apps",
            Subject::Apps,
            Predicate::IncludesAnyOf(vec![text("app 1")]),
        ),
        (
            "an app's version",
            Subject::AppVersion {
                app: boxed("app 1"),
            },
            Predicate::Exists,
        ),
        (
            "sessions",
            Subject::Sessions { app: None },
            Predicate::Exists,
        ),
        ("places", Subject::Location, Predicate::Exists),
    ] {
        let mut indexes = Indexes::default();
        users.compare(&rule(subject, predicate, false), &mut indexes, what);
        assert!(indexes.rows.bytes() > 0, "{what}");
    }
}

#[test]
fn with_any_budget_the_answers_are_the_same() {
    let chance = &mut Chance::new(5);
    let mut users = Users::new();
    for _ in 0..300 {
        let user = users.add(1);
        users.random(user, chance);
    }
    let mut indexes = Indexes::default();
    for round in 0..rounds(300) {
        let bits = 4 + chance.below(14);
        let max = chance.below(1 << bits);
        indexes.rows.set_max_bytes(max);
        let rule = random_rule(chance);
        users.compare(&rule, &mut indexes, &format!("round {round}, {max} bytes"));
        assert!(indexes.rows.bytes() <= max, "{max}");
    }
}

#[test]
fn columns_have_what_is_worked_out_of_rows() {
    let chance = &mut Chance::new(21);
    let mut users = Users::new();
    for _ in 0..300 {
        let user = users.add(chance.below(3));
        users.random(user, chance);
    }
    let mut indexes = Indexes::default();
    indexes.rows.begin(0);
    let (mut times, mut numbers) = (0, 0);
    for _ in 0..rounds(300) {
        let mut condition = Condition {
            path: boxed(""),
            family: "",
            name: None,
            operator: "",
            operand: None,
            whole: None,
            subject: random_subject(chance),
            test: Test {
                predicate: Predicate::Days(Days::LessAgo, 60.0),
                negated: false,
                absent_is_zero: false,
            },
        };
        users.ask(|world| {
            let Some((column, _, others)) = indexes.rows.column(&condition, world) else {
                return;
            };
            for user in 0..300 {
                let mut has = |predicate| {
                    condition.test.predicate = predicate;
                    let answer = condition.ask(world, user);
                    assert_eq!(answer, Answer::True, "user {user}");
                };
                match (column.get(user), others) {
                    (Some(Scalar::Number(number)), Some(_)) | (None, Some(number)) => {
                        has(Predicate::Number(Comparison::Equal, number));
                        numbers += u32::from(number != 0.0);
                    }
                    (Some(Scalar::Time(time)), None) => {
                        has(Predicate::Before(Moment::Instant(time.ms() + 1)));
                        has(Predicate::After(Moment::Instant(time.ms() - 1)));
                        times += 1;
                    }
                    (None, None) => {
                        let never = Moment::Instant(i64::MIN);
                        condition.test.negated = true;
                        condition.test.predicate = Predicate::After(never);
                        assert_eq!(condition.ask(world, user), Answer::True, "user {user}");
                        condition.test.negated = false;
                    }
                    _ => panic!("neither a number nor a time"),
                }
            }
        });
    }
    assert!(times > 1000 && numbers > 1000, "{times} {numbers}");
}

#[test]
fn users_of_several_blocks_and_common_tags_agree() {
    let chance = &mut Chance::new(9);
    let mut users = Users::new();
    let tags = 12;
    for user in 0..140_000 {
        users.add(0);
        // The block between has few.
        let is_far = (65_536..131_072).contains(&user) && !chance.one_in(500);
        if is_far || chance.one_in(9) {
            continue;
        }
        let some: Json = (0..chance.below(6))
            .map(|_| match chance.below(30) {
                0 => json!(format!("rare {}", chance.below(1000))),
                _ => json!(format!("tag {}", chance.below(tags))),
            })
            .collect();
        let mut values = vec![(12, some)];
        if chance.one_in(4) {
            values.push((13, attribute(chance, "pet")));
        }
        users.put(user, &values);
    }
    let mut indexes = Indexes::default();
    let key = |key: &str| Step::Key(boxed(key));
    let custom = |name: &str, path| Subject::Custom {
        name: boxed(name),
        path,
    };
    for negated in [false, true] {
        let both = || vec![text("tag 1"), text("tag 2")];
        for (name, path, predicate) in [
            ("tags", vec![], Predicate::IncludesAnyOf(both())),
            ("tags", vec![], Predicate::IncludesAllOf(both())),
            (
                "tags",
                vec![],
                Predicate::IncludesAnyOf(vec![text("rare 7")]),
            ),
            (
                "tags",
                vec![],
                Predicate::ElementContains(vec![boxed("re 1")]),
            ),
            ("tags", vec![], Predicate::Matches(boxed("TAG 1"))),
            ("tags", vec![], Predicate::Empty),
            ("tags", vec![], Predicate::HasElement),
            ("tags", vec![], Predicate::Blank),
            (
                "pet",
                vec![key("legs")],
                Predicate::Number(Comparison::Less, 3.0),
            ),
            (
                "pet",
                vec![key("since")],
                Predicate::Days(Days::LessAgo, 60.0),
            ),
            (
                "pet",
                vec![key("name"), key("all")],
                Predicate::IncludesAnyOf(vec![text("red")]),
            ),
            (
                "pet",
                vec![key("name"), key("all"), Step::Any],
                Predicate::TextContains(vec![boxed("e")]),
            ),
        ] {
            let rule = rule(custom(name, path), predicate, negated);
            users.compare(&rule, &mut indexes, name);
        }
    }
    assert!(indexes.rows.bytes() < 140_000 * 16);
}

/// Milliseconds that this thread has run, as Linux counts them.
fn spent_ms() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = told.split(' ').next().unwrap();
    nanoseconds.parse::<f64>().unwrap() / 1e6
}

#[test]
#[ignore = "measures"]
fn a_million_users() {
    let chance = &mut Chance::new(3);
    let mut users = Users::new();
    let count = rounds(1_000_000);
    for user in 0..count as UserIx {
        users.add(0);
        let time = |chance: &mut Chance| {
            let (day, second) = (1 + chance.below(28), chance.below(60));
            json!(format!(
                "2026-{:02}-{day:02}T07:{second:02}:11.123Z",
                1 + chance.below(12)
            ))
        };
        let mut tags: Vec<usize> = Vec::new();
        while tags.len() < 5 {
            let tag = chance.below(100);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let tags: Json = tags.iter().map(|tag| json!(format!("tag {tag}"))).collect();
        let apps = json!([{ "name": "Shop", "platform": "ios", "version": "1.2.3",
            "sessions": chance.below(50), "first_used": time(chance), "last_used": time(chance) }]);
        let events: Json = (0..chance.below(4))
            .map(|at| {
                json!({ "name": format!("event {at}"), "first": time(chance),
                "last": time(chance), "count": 1 + chance.below(9) })
            })
            .collect();
        users.put(user, &[(0, apps), (1, events), (12, tags)]);
    }
    let tags = || Subject::Custom {
        name: boxed("tags"),
        path: vec![],
    };
    let used = || Subject::AppUse {
        app: None,
        last: true,
    };
    let event = || Subject::Summary {
        of: "custom_events",
        name: Some(boxed("event 1")),
        metric: Metric::Count,
    };
    let mut indexes = Indexes::default();
    let live = users.live();
    for (name, subject, predicate) in [
        (
            "one tag",
            tags(),
            Predicate::IncludesAnyOf(vec![text("tag 7")]),
        ),
        ("half of the tags", tags(), {
            let values = (0..50).map(|tag| text(&format!("tag {tag}"))).collect();
            Predicate::IncludesAnyOf(values)
        }),
        (
            "all of two tags",
            tags(),
            Predicate::IncludesAllOf(vec![text("tag 7"), text("tag 9")]),
        ),
        (
            "tags contain",
            tags(),
            Predicate::ElementContains(vec![boxed("g 1")]),
        ),
        ("last used", used(), Predicate::Days(Days::LessAgo, 60.0)),
        (
            "count of an event",
            event(),
            Predicate::Number(Comparison::Greater, 3.0),
        ),
        (
            "an app's sessions",
            Subject::Sessions {
                app: Some(boxed("Shop")),
            },
            Predicate::Number(Comparison::Greater, 3.0),
        ),
        (
            "an app's version",
            Subject::AppVersion { app: boxed("Shop") },
            Predicate::Version(Comparison::Greater, boxed("1.2")),
        ),
        (
            "elements one by one",
            Subject::Element {
                name: boxed("tags"),
                path: vec![],
                all_of: vec![],
            },
            Predicate::Is(true),
        ),
    ] {
        let rule = rule(subject, predicate, false);
        let before = indexes.rows.bytes();
        let start = spent_ms();
        let mut members = 0;
        let (mut first, mut again) = (0.0, f64::INFINITY);
        for time in 0..20 {
            let begun = Instant::now();
            members = users.ask(|world| {
                let found = rule.evaluate(world, &live, &mut indexes);
                found.unwrap().count
            });
            if time == 0 {
                first = spent_ms() - start;
            } else {
                again = begun.elapsed().as_secs_f64().min(again / 1e3) * 1e3;
            }
        }
        let start = spent_ms();
        let some = 50_000.min(count) as UserIx;
        let asked: usize = users.ask(|world| {
            (0..some)
                .filter(|&user| rule.ask(world, user) == Answer::True)
                .count()
        });
        let plain = (spent_ms() - start) * 1e6 / f64::from(some);
        println!(
            "{name:20} {first:8.2} ms first, {again:8.3} ms again, {:6.2} B a user more, {members} members; asked: {plain:.0} ns a user, {asked}",
            (indexes.rows.bytes() - before) as f64 / count as f64,
        );
    }
}
