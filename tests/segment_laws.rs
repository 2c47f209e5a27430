//! The algebra of segments, as laws that hold for every user of random worlds. They are told of the oracle,
//! which is the specification: an engine that agrees with it obeys them too.
//!
//! A segment is an app choice AND a filter AND NOT any exclusion, in Kleene's three values. Its users are
//! those for whom it is true; besides there are those for whom nobody can say.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/segment/mod.rs"]
mod segment;

use segment::Tri::{self, False, True, Unknown};
use segment::{
    Chance, UserView, World, holds, random_definition, random_node, random_world, times,
};
use serde_json::{Value, json};

// 1. Three values.

#[test]
fn kleenes_tables() {
    for (one, other, and, or) in [
        (True, True, True, True),
        (True, False, False, True),
        (True, Unknown, Unknown, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, Unknown, False, Unknown),
        (Unknown, True, Unknown, True),
        (Unknown, False, False, Unknown),
        (Unknown, Unknown, Unknown, Unknown),
    ] {
        assert_eq!(one.and(other), and, "{one:?} AND {other:?}");
        assert_eq!(one.or(other), or, "{one:?} OR {other:?}");
    }
    assert_eq!(Tri::ALL.map(Tri::not), [False, True, Unknown]);
}

#[test]
fn the_tables_obey_the_laws_of_a_kleene_algebra() {
    for a in Tri::ALL {
        assert_eq!(a.not().not(), a);
        assert_eq!((a.and(a), a.or(a)), (a, a), "idempotent");
        assert_eq!((a.and(True), a.or(False)), (a, a), "neutral");
        assert_eq!((a.and(False), a.or(True)), (False, True), "absorbing");
        for b in Tri::ALL {
            assert_eq!(a.and(b), b.and(a), "commutative");
            assert_eq!(a.or(b), b.or(a), "commutative");
            assert_eq!(a.and(a.or(b)), a, "absorption");
            assert_eq!(a.or(a.and(b)), a, "absorption");
            assert_eq!(a.and(b).not(), a.not().or(b.not()), "De Morgan");
            assert_eq!(a.or(b).not(), a.not().and(b.not()), "De Morgan");
            // What Kleene has instead of the excluded middle.
            assert_eq!(a.and(a.not()).or(b.or(b.not())), b.or(b.not()));
            for c in Tri::ALL {
                assert_eq!(a.and(b).and(c), a.and(b.and(c)), "associative");
                assert_eq!(a.or(b).or(c), a.or(b.or(c)), "associative");
                assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)), "distributive");
                assert_eq!(a.or(b.and(c)), a.or(b).and(a.or(c)), "distributive");
            }
        }
    }
    // Two values are not enough: nothing is known of `a OR NOT a` where nothing is known of `a`.
    assert_eq!(Unknown.or(Unknown.not()), Unknown);
}

// 2. Filters. Each law is asked of the users of many worlds, of filters by chance.

/// Filters by chance and what each user says of them.
fn of_each(law: impl Fn(&mut Chance, &World, [Value; 3], UserView<'_>)) {
    let mut users = 0;
    for seed in 0..4 {
        let world = random_world(seed);
        let chance = &mut Chance::new(seed + 100);
        for _ in 0..4 {
            let filters = [0, 1, 2].map(|levels| random_node(chance, &world, levels));
            for user in world.views() {
                users += 1;
                law(chance, &world, filters.clone(), user);
            }
        }
    }
    assert!(users > 1000);
}

fn filtered(filter: Value) -> Value {
    json!({ "filter": filter })
}

/// Both definitions say the same of a user.
fn same(one: &Value, other: &Value, user: UserView<'_>, world: &World) {
    let (left, right) = (holds(one, user, world), holds(other, user, world));
    assert_eq!(left, right, "{one}\n{other}\nuser {}", user.index);
}

#[test]
fn the_order_of_parts_does_not_matter() {
    of_each(|_, world, [a, b, c], user| {
        for joiner in ["AND", "OR"] {
            let first = filtered(json!({joiner: [a, b, c]}));
            for order in [[&b, &c, &a], [&c, &a, &b], [&c, &b, &a]] {
                same(&first, &filtered(json!({ joiner: order })), user, world);
            }
        }
    });
}

#[test]
fn parts_may_be_grouped_and_repeated() {
    of_each(|_, world, [a, b, c], user| {
        for joiner in ["AND", "OR"] {
            let flat = filtered(json!({joiner: [a, b, c]}));
            let left = filtered(json!({joiner: [{joiner: [a, b]}, c]}));
            let right = filtered(json!({joiner: [a, {joiner: [b, c]}]}));
            let repeated = filtered(json!({joiner: [a, b, a, c, b]}));
            let alone = filtered(json!({joiner: [a]}));
            same(&flat, &left, user, world);
            same(&flat, &right, user, world);
            same(&flat, &repeated, user, world);
            same(&alone, &filtered(a.clone()), user, world);
        }
    });
}

#[test]
fn and_and_or_distribute_and_absorb() {
    of_each(|_, world, [a, b, c], user| {
        for (one, other) in [("AND", "OR"), ("OR", "AND")] {
            let outside = filtered(json!({one: [a, {other: [b, c]}]}));
            let inside = filtered(json!({other: [{one: [a, b]}, {one: [a, c]}]}));
            same(&outside, &inside, user, world);
            let absorbed = filtered(json!({one: [a, {other: [a, b]}]}));
            same(&absorbed, &filtered(a.clone()), user, world);
        }
    });
}

#[test]
fn a_definition_says_what_the_tables_say_of_its_parts() {
    of_each(|_, world, [a, b, c], user| {
        let [is_a, is_b, is_c] =
            [&a, &b, &c].map(|filter| holds(&filtered(filter.clone()), user, world));
        let of = |definition: Value| holds(&definition, user, world);
        assert_eq!(
            of(filtered(json!({"AND": [a, b, c]}))),
            is_a.and(is_b).and(is_c)
        );
        assert_eq!(
            of(filtered(json!({"OR": [a, b, c]}))),
            is_a.or(is_b).or(is_c)
        );
        let excluding = of(json!({"filter": a, "exclude": [b, c]}));
        assert_eq!(excluding, is_a.and(is_b.not()).and(is_c.not()));
    });
}

// 3. Exclusions.

#[test]
fn de_morgan_through_exclusions() {
    of_each(|_, world, [a, b, _], user| {
        // NOT (a OR b) is NOT a AND NOT b: excluding either is excluding both, one by one.
        let both = json!({"exclude": [a, b]});
        let either = json!({"exclude": [{"OR": [a, b]}]});
        same(&both, &either, user, world);
        // NOT (a AND b) is NOT a OR NOT b.
        let all_at_once = holds(&json!({"exclude": [{"AND": [a, b]}]}), user, world);
        let not = |filter: &Value| holds(&json!({"exclude": [filter]}), user, world);
        assert_eq!(all_at_once, not(&a).or(not(&b)));
        assert_eq!(not(&a), holds(&filtered(a), user, world).not());
    });
}

#[test]
fn exclusions_override_and_their_order_does_not_matter() {
    of_each(|_, world, [a, b, c], user| {
        let one = json!({"filter": a, "exclude": [b, c]});
        same(&one, &json!({"filter": a, "exclude": [c, b]}), user, world);
        same(
            &one,
            &json!({"filter": a, "exclude": [b, c, b]}),
            user,
            world,
        );
        let nested = json!({"filter": a, "exclude": [{"OR": [{"OR": [b]}, c]}]});
        same(&one, &nested, user, world);
        // Who is excluded is out, whatever the filter says.
        if holds(&filtered(b.clone()), user, world) == True {
            assert_eq!(holds(&one, user, world), False);
        }
        // Nobody is in what excludes itself.
        assert_ne!(
            holds(&json!({"filter": a, "exclude": [a]}), user, world),
            True
        );
        same(
            &json!({"filter": a, "exclude": []}),
            &filtered(a.clone()),
            user,
            world,
        );
    });
}

#[test]
fn a_filter_and_an_exclusion_part_the_users() {
    for seed in 0..8 {
        let world = random_world(seed);
        let chance = &mut Chance::new(seed + 7);
        for _ in 0..4 {
            let a = random_node(chance, &world, 2);
            let (is, unknown) = world.count(&filtered(a.clone()));
            let (is_not, unknown_too) = world.count(&json!({"exclude": [a]}));
            assert_eq!(unknown, unknown_too, "{a}");
            assert_eq!(is + is_not + unknown, world.users.len(), "{a}");
        }
    }
}

#[test]
fn out_of_what_is_out_is_in() {
    for seed in 0..6 {
        let mut world = random_world(seed);
        let chance = &mut Chance::new(seed + 100);
        for levels in [0, 1, 2, 2] {
            // Without segments there is no filter that asks for one.
            world.segments.clear();
            let a = random_node(chance, &world, levels);
            world.segments.insert("out".into(), json!({"exclude": [a]}));
            let out = |comparison: &str| json!({"segment_membership": {"comparison": comparison, "value": "out"}});
            for user in world.views() {
                let not_not = json!({"exclude": [out("includes_value")]});
                same(&not_not, &filtered(a.clone()), user, &world);
                let not = filtered(out("does_not_include_value"));
                same(&not, &filtered(a.clone()), user, &world);
            }
        }
    }
}

// 4. Apps.

#[test]
fn the_app_choice_is_one_more_filter() {
    of_each(|_, world, [a, b, _], user| {
        let all = json!({"filter": a, "exclude": [b]});
        same(
            &all,
            &json!({"apps": "all", "filter": a, "exclude": [b]}),
            user,
            world,
        );
        let of_apps = |apps: Value| holds(&json!({ "apps": apps }), user, world);
        for apps in [
            json!("none"),
            json!({"any_of": ["Shop"]}),
            json!({"any_of": ["News", "Shop"]}),
        ] {
            let chosen = json!({"apps": apps, "filter": a, "exclude": [b]});
            let expected = of_apps(apps).and(holds(&all, user, world));
            assert_eq!(holds(&chosen, user, world), expected);
        }
        // Any of two is one or the other, and none is neither.
        let (shop, news) = (
            of_apps(json!({"any_of": ["Shop"]})),
            of_apps(json!({"any_of": ["News"]})),
        );
        assert_eq!(of_apps(json!({"any_of": ["Shop", "News"]})), shop.or(news));
        assert_eq!(of_apps(json!("none")), shop.or(news).not());
    });
}

// 5. Negative operators.

/// Rule 2, with its exceptions left out: those that hold only for users who have something.
#[test]
fn a_negative_operator_is_not_its_twin() {
    let twins = [
        ("not_equal", "equals"),
        ("does_not_equal", "equals"),
        ("is_none_of", "is_any_of"),
        ("doesnt_contain_any_of", "contains_any_of"),
        ("does_not_include_value", "includes_value"),
        ("includes_none_of", "includes_any_of"),
        ("values_dont_contain_any_of", "values_contain_any_of"),
        ("isnt_all_of", "is_all_of"),
        ("is_not", "is"),
        ("is_not_blank", "is_blank"),
        ("does_not_exist", "exists"),
    ];
    let mut met = 0;
    for seed in 0..10 {
        let world = random_world(seed);
        let chance = &mut Chance::new(seed + 50);
        for _ in 0..60 {
            let condition = random_node(chance, &world, 0);
            let (family, body) = condition.as_object().unwrap().iter().next().unwrap();
            let on_elements = body["path"]
                .as_str()
                .is_some_and(|path| path.contains("[]"));
            let twin = twins
                .iter()
                .find(|(negative, _)| body["comparison"] == *negative);
            let Some((_, positive)) =
                twin.filter(|_| !on_elements && body["metric"] != "in_control")
            else {
                continue;
            };
            let mut twin = body.clone();
            twin["comparison"] = json!(positive);
            let twin = filtered(json!({ family: twin }));
            for user in world.views() {
                met += 1;
                let is = holds(&twin, user, &world);
                let is_not = holds(&filtered(condition.clone()), user, &world);
                assert_eq!(is_not, is.not(), "{condition} of {}", user.profile);
            }
        }
    }
    assert!(met > 10_000, "{met}");
}

// 6. More data never contradicts what was known.

#[test]
fn what_is_known_stays_known() {
    let mut learned = 0;
    for seed in 0..8 {
        let world = random_world(seed);
        let chance = &mut Chance::new(seed + 3);
        for _ in 0..25 {
            let definition = random_definition(chance, &world);
            for user in world.views() {
                let before = holds(&definition, user, &world);
                let mut known = user.profile.clone();
                if !known["random_bucket"].is_number() {
                    known["random_bucket"] = json!(chance.below(10_000));
                }
                let with = UserView {
                    index: user.index,
                    profile: &known,
                };
                let after = holds(&definition, with, &world);
                match before {
                    Unknown => learned += usize::from(after != Unknown),
                    _ => assert_eq!(after, before, "{definition}\n{}", user.profile),
                }
            }
        }
    }
    assert!(learned > 100, "{learned}");
}

// 7. Times.

#[test]
fn before_at_and_after_part_the_users_with_a_time() {
    // Before, at and after a moment; and of 7 days around now: past, soon, both, longer ago, later, at an edge.
    let (mut moments, mut days) = ([0; 3], [0; 6]);
    for seed in 0..8 {
        let world = random_world(seed);
        let chance = &mut Chance::new(seed + 90);
        let of = |comparison: &str, value: Value, user| {
            let body = json!({"custom_attribute_name": "renewal", "comparison": comparison, "value": value});
            holds(&filtered(json!({ "custom_attribute": body })), user, &world) == True
        };
        let time_of = |user: UserView<'_>| {
            let text = user.profile["custom_attributes"]["renewal"].as_str();
            text.and_then(times::stored_text).map(times::moment_stored)
        };
        let known: Vec<i64> = world.views().filter_map(time_of).collect();
        let known: Vec<i64> = known
            .into_iter()
            .filter(|time| (time - world.now).abs() < 10_000 * times::DAY)
            .collect();
        for round in 0..10 {
            let moment = match round % 2 {
                0 => world.now + (chance.below(60_000) as i64 - 30_000) * 3_600_000,
                _ => known[chance.below(known.len())],
            };
            let text = times::iso(moment);
            for user in world.views() {
                let time = time_of(user);
                let parts = [
                    of("before", json!(text), user),
                    time == Some(moment),
                    of("after", json!(text), user),
                ];
                assert_eq!(count(&parts, &mut moments), usize::from(time.is_some()));
            }
        }
        for user in world.views() {
            let time = time_of(user);
            let past = of("less_than_x_days_ago", json!(7), user);
            let soon = of("less_than_x_days_in_the_future", json!(7), user);
            // Now alone is both. What is 7 days away is neither less nor more.
            let parts = [
                past && !soon,
                soon && !past,
                past && soon,
                of("greater_than_x_days_ago", json!(7), user),
                of("greater_than_x_days_in_the_future", json!(7), user),
                time.is_some_and(|time| (time - world.now).abs() == 7 * times::DAY),
            ];
            assert_eq!(count(&parts, &mut days), usize::from(time.is_some()));
            assert_eq!(past && soon, time == Some(world.now));
        }
    }
    let mut met = moments.iter().chain(&days);
    assert!(met.all(|&met| met > 10), "{moments:?} {days:?}");
}

/// How many of these hold, each of which is counted.
fn count(parts: &[bool], met: &mut [usize]) -> usize {
    for (met, holds) in met.iter_mut().zip(parts) {
        *met += usize::from(*holds);
    }
    parts.iter().filter(|holds| **holds).count()
}
