//! The rules that are not about one operator of one value: T true, F false, ? unknown.

use crate::segment::{Cohort, Tri, UserView, World, holds};
use crate::{ask, family, world};
use serde_json::{Value, json};

fn pets(pets: Value) -> Value {
    json!({"custom_attributes": {"pets": pets}})
}

/// Rule 2: on an array of objects any element decides, whether the operator is positive or negative; without
/// elements as for an absent value.
#[test]
fn rule_2_arrays_of_objects() {
    let profiles = [
        json!({}),
        pets(json!([])),
        pets(json!([{"name": "Rex", "age": 3}])),
        pets(json!([{"name": "Rex"}, {"name": "Mia", "age": 9}])),
        pets(json!([{"name": null}])),
        pets(json!("Rex")),
    ];
    let of = |path: &str, comparison: &str, value: Value| json!({"custom_attribute_name": "pets", "path": path, "comparison": comparison, "value": value});
    let both = |name: &str, age: u8| {
        json!({"custom_attribute_name": "pets", "path": "[]", "all_of": [
            {"path": "name", "comparison": "equals", "value": name},
            {"path": "age", "comparison": "more_than", "value": age}]})
    };
    family(
        "nested_custom_attribute",
        &profiles,
        &[
            (of("[].name", "equals", json!("Rex")), "FFTTFF"),
            (of("[].name", "not_equal", json!("Rex")), "TTFTTT"),
            (of("[].name", "is_none_of", json!(["Rex", "Mia"])), "TTFFTT"),
            (of("[].name", "is_blank", json!(null)), "TTFFTT"),
            (of("[].name", "is_not_blank", json!(null)), "FFTTFF"),
            (
                of("[].name", "does_not_match_regex", json!("rex")),
                "FFFTFF",
            ),
            (of("[].age", "less_than", json!(4)), "TTTTTT"),
            (of("[].age", "more_than", json!(3)), "FFFTFF"),
            // All in one element, and false without elements (rule 9).
            (both("Rex", 2), "FFTFFF"),
            (both("Mia", 2), "FFFTFF"),
            (
                json!({"custom_attribute_name": "pets", "path": "[]", "all_of": [{"path": "age", "comparison": "does_not_exist"}]}),
                "FFFTTF",
            ),
        ],
    );
}

/// Braze: a leaf that is missing is blank. Rule 7: nested times are `{"$time": …}`.
#[test]
fn paths_within_objects() {
    let car = |car: Value| json!({"custom_attributes": {"car": car}});
    let profiles = [
        json!({}),
        car(json!({"specs": {"power": 90}, "sold": {"$time": "2026-11-30T10:00:00Z"}})),
        car(json!({"specs": {"power": null}, "sold": "2026-11-30T10:00:00Z"})),
        car(json!({"specs": "fast", "sold": {"$time": "2026-12-01"}})),
        car(json!([{"specs": {"power": 90}}])),
    ];
    let of = |path: &str, comparison: &str, value: Value| json!({"custom_attribute_name": "car", "path": path, "comparison": comparison, "value": value});
    family(
        "nested_custom_attribute",
        &profiles,
        &[
            (of("specs.power", "exactly", json!(90)), "FTFFF"),
            (of("specs.power", "less_than", json!(90)), "TFTTT"),
            (of("specs.power", "is_blank", json!(null)), "TFTTT"),
            (of("specs", "exists", json!(null)), "FTTTF"),
            (of("sold", "less_than_x_days_ago", json!(1)), "FTFFF"),
            (of("sold", "after", json!("2026-11-30T11:00:00Z")), "FFFTF"),
            (of("sold", "exists", json!(null)), "FTTTF"),
        ],
    );
    let born = |born: Value| pets(json!([{"name": "Rex", "born": born}]));
    family(
        "nested_custom_attribute",
        &[
            born(json!({"$time": "2026-11-30"})),
            born(json!("2026-11-30")),
        ],
        &[(
            json!({"custom_attribute_name": "pets", "path": "[]", "all_of": [
                {"path": "name", "comparison": "equals", "value": "Rex"},
                {"path": "born", "comparison": "less_than_x_days_ago", "value": 1}]}),
            "TF",
        )],
    );
}

/// Rule 4: default attributes.
#[test]
fn rule_4_defaults() {
    let profiles = [
        json!({}),
        json!({"dob": "1996-11-30", "total_revenue": 9.5, "country": "AT"}),
        json!({"dob": "1996-12-01", "total_revenue": 0, "country": "at"}),
        json!({"dob": "2030-01-01", "total_revenue": -1, "country": ""}),
        json!({"dob": "30.11.1996", "total_revenue": "9.5", "country": 43}),
    ];
    let of = |name: &str, comparison: &str, value: Value| json!({"attribute_name": name, "comparison": comparison, "value": value});
    family(
        "default_attribute",
        &profiles,
        &[
            // Full years; who is not born yet is less than none.
            (of("age", "exactly", json!(30)), "FTFFF"),
            (of("age", "exactly", json!(29)), "FFTFF"),
            (of("age", "less_than", json!(1)), "FFFTF"),
            (of("age", "not_equal", json!(30)), "TFTTT"),
            (of("age", "exists", json!(null)), "FTTTF"),
            (of("total_revenue", "exactly", json!(0)), "TFTFT"),
            (of("total_revenue", "more_than", json!(-1)), "TTTFT"),
            (of("total_revenue", "less_than", json!(0)), "FFFTF"),
            (of("total_revenue", "is_blank", json!(null)), "TFFFT"),
            (of("country", "equals", json!("AT")), "FTFFF"),
            (of("country", "is_none_of", json!(["AT", "at"])), "TFFTT"),
            (of("country", "is_blank", json!(null)), "TFFTT"),
            (of("country", "exists", json!(null)), "FTTTF"),
            (of("country", "does_not_match_regex", json!("^a")), "FFFFF"),
            (of("dob", "before", json!("1996-12-01")), "FTFFF"),
        ],
    );
    let states = [
        json!({}),
        json!({"email_subscribe": "subscribed"}),
        json!({"email_subscribe": "opted_in"}),
        json!({"email_subscribe": "maybe", "push_subscribe": "unsubscribed"}),
    ];
    let of = |comparison: &str, value: &str| json!({"comparison": comparison, "value": value});
    family(
        "email_subscription_status",
        &states,
        &[
            (of("is", "subscribed"), "TTFT"),
            (of("is_not", "subscribed"), "FFTF"),
            (of("is", "opted_in"), "FFTF"),
        ],
    );
    family(
        "push_subscription_status",
        &states,
        &[
            (of("is", "unsubscribed"), "FFFT"),
            (of("is_not", "unsubscribed"), "TTTF"),
        ],
    );
    let buckets = [
        json!({}),
        json!({"random_bucket": 0}),
        json!({"random_bucket": 9999}),
        json!({"random_bucket": "7"}),
    ];
    let of = |comparison: &str, value: u32| json!({"comparison": comparison, "value": value});
    family(
        "random_bucket",
        &buckets,
        &[
            (of("less_than", 5000), "?TF?"),
            (of("not_equal", 0), "?FT?"),
            (of("greater_than_or_equal_to", 0), "?TT?"),
        ],
    );
}

/// Rule 8: never is 0; what needs each event is unknown for everybody, before any other rule.
#[test]
fn rule_8_counts() {
    let profiles = [
        json!({}),
        json!({"custom_events": [{"name": "a", "first": "2026-11-01T00:00:00Z", "last": "2026-11-29T00:00:00Z", "count": 3}]}),
        json!({"custom_events": [{"name": "b", "first": "2026-11-01T00:00:00Z", "last": "2026-11-29T00:00:00Z", "count": 3}]}),
    ];
    let of = |metric: &str, comparison: &str, value: Value| json!({"event_name": "a", "metric": metric, "comparison": comparison, "value": value});
    family(
        "custom_event",
        &profiles,
        &[
            (of("count", "exactly", json!(0)), "TFT"),
            (of("count", "less_than", json!(3)), "TFT"),
            (of("count", "more_than", json!(-1)), "TTT"),
            (of("count", "not_equal", json!(3)), "TFT"),
            (of("last", "less_than_x_days_ago", json!(1.75)), "FTF"),
            (of("last", "less_than_x_days_ago", json!(1)), "FFF"),
            (of("first", "before", json!("2026-11-02")), "FTF"),
            (of("first", "is_blank", json!(null)), "TFT"),
            (
                json!({"event_name": "a", "metric": "count_in_days", "days": 7, "comparison": "more_than", "value": 50}),
                "???",
            ),
            (
                json!({"event_name": "a", "metric": "property_in_days", "days": 7, "property": {"name": "p", "comparison": "exists"}, "comparison": "exactly", "value": 0}),
                "???",
            ),
        ],
    );
    let of =
        |metric: &str| json!({"metric": metric, "days": 30, "comparison": "exactly", "value": 0});
    family(
        "purchase",
        &profiles,
        &[
            (of("count_in_days"), "???"),
            (of("money_in_days"), "???"),
            (of("count"), "TTT"),
            (of("money_spent"), "TTT"),
        ],
    );
    family(
        "session",
        &profiles,
        &[
            (of("count_in_days"), "???"),
            (of("median_duration_s"), "???"),
            (of("count"), "TTT"),
        ],
    );
}

fn with_cohorts() -> World {
    let mut world = world();
    for (partner, id, members) in [
        ("heap", "1", vec![0, 1]),
        ("heap", "2", vec![1]),
        ("kubit", "1", vec![2]),
    ] {
        world.cohorts.push(Cohort {
            partner: partner.into(),
            id: id.into(),
            members: members.into_iter().collect(),
        });
    }
    world
}

/// Rules 2 and 10: cohorts, and those that nobody has seen.
#[test]
fn rule_10_unknown_names_and_cohorts() {
    let world = with_cohorts();
    let profile = json!({});
    for (partner, comparison, value, expected) in [
        ("heap", "includes_value", json!("1"), "TTF"),
        ("heap", "does_not_include_value", json!("1"), "FFT"),
        ("heap", "includes_value", json!(["1", "2"]), "TTF"),
        ("heap", "does_not_include_value", json!(["1", "2"]), "FFT"),
        ("heap", "includes_value", json!("9"), "FFF"),
        ("heap", "does_not_include_value", json!("9"), "TTT"),
        ("kubit", "includes_value", json!(["1"]), "FFT"),
        ("never", "does_not_include_value", json!("1"), "TTT"),
    ] {
        let definition = json!({"filter": {"partner_cohort": {"partner": partner, "comparison": comparison, "value": value}}});
        for (index, expected) in expected.chars().enumerate() {
            let user = UserView {
                index,
                profile: &profile,
            };
            assert_eq!(
                holds(&definition, user, &world),
                Tri::from(expected == 'T'),
                "{definition} {index}"
            );
        }
    }
    let profiles = [
        json!({}),
        json!({"subscription_groups": [{"subscription_group_id": "g", "subscription_state": "subscribed"}]}),
    ];
    let of = |id: &str, comparison: &str, value: &str| json!({"subscription_group_id": id, "comparison": comparison, "value": value});
    family(
        "subscription_group",
        &profiles,
        &[
            (of("g", "is", "subscribed"), "?T"),
            (of("g", "is_not", "subscribed"), "?F"),
            (of("g", "is", "unsubscribed"), "?F"),
            (of("never", "is_not", "subscribed"), "??"),
        ],
    );
    family(
        "custom_event",
        &profiles,
        &[(
            json!({"event_name": "never", "metric": "count", "comparison": "equals", "value": 0}),
            "TT",
        )],
    );
    family(
        "custom_attribute",
        &profiles,
        &[(
            json!({"custom_attribute_name": "never", "comparison": "is_none_of", "value": ["x"]}),
            "TT",
        )],
    );
}

/// Rule 13: Rails's names are the IANA's, stored and as operands.
#[test]
fn rule_13_time_zones() {
    let profiles = [
        json!({}),
        json!({"time_zone": "Eastern Time (US & Canada)"}),
        json!({"time_zone": "America/New_York"}),
    ];
    let of = |comparison: &str, value: Value| json!({"attribute_name": "time_zone", "comparison": comparison, "value": value});
    family(
        "default_attribute",
        &profiles,
        &[
            (of("equals", json!("America/New_York")), "FTT"),
            (of("equals", json!("Eastern Time (US & Canada)")), "FTT"),
            (
                of("is_none_of", json!(["Eastern Time (US & Canada)"])),
                "TFF",
            ),
            (of("contains_any_of", json!(["New"])), "FTT"),
            (of("matches_regex", json!("eastern")), "FFF"),
        ],
    );
}

/// Rule 14: reach.
#[test]
fn rule_14_reach() {
    let token = |platform: &str, enabled: bool, state: &str| json!({"push_subscribe": state, "push_tokens": [{"platform": platform, "token": "t", "notifications_enabled": enabled}]});
    let profiles = [
        json!({}),
        json!({"email": "a@b.c"}),
        json!({"email": "a@b.c", "email_subscribe": "unsubscribed"}),
        json!({"email": ""}),
        token("iOS", true, "subscribed"),
        token("Android", false, "opted_in"),
        token("iOS", true, "unsubscribed"),
    ];
    let of = |channel: &str, comparison: &str, value: bool| json!({"channel": channel, "comparison": comparison, "value": value});
    family(
        "channel_reachable",
        &profiles,
        &[
            (of("email", "is", true), "F?FFFFF"),
            (of("email", "is_not", true), "T?TTTTT"),
            (of("email", "is", false), "T?TTTTT"),
            (of("push", "is", true), "FFFFTFF"),
            (of("push", "is_not", true), "TTTTFTT"),
            (of("ios_push", "is", true), "FFFFTFF"),
            (of("android_push", "is", true), "FFFFFFF"),
            (of("sms", "is", true), "???????"),
        ],
    );
}

/// The app choice, and rule 9: `none` is no session, push tokens or not.
#[test]
fn app_choice() {
    let profiles = [
        json!({}),
        json!({"apps": [{"name": "Shop", "sessions": 0}], "push_tokens": [{"app": "Shop"}]}),
        json!({"apps": [{"name": "Shop", "sessions": 2}]}),
        json!({"apps": [{"name": "News", "sessions": 1}, {"name": "Shop"}]}),
    ];
    for (apps, expected) in [
        (json!("all"), "TTTT"),
        (json!("none"), "TTFF"),
        (json!({"any_of": ["Shop"]}), "FFTF"),
        (json!({"any_of": ["Shop", "News"]}), "FFTT"),
    ] {
        for (profile, expected) in profiles.iter().zip(expected.chars()) {
            let definition = json!({"apps": apps});
            let answer = holds(&definition, UserView { index: 0, profile }, &world());
            assert_eq!(answer, Tri::from(expected == 'T'), "{apps} of {profile}");
        }
    }
}

/// Rule 11: false AND unknown is false, true OR unknown is true, an exclusion that is unknown leaves unknown.
#[test]
fn rule_11_three_values() {
    let unknown = json!({"random_bucket": {"comparison": "equals", "value": 1}});
    let yes =
        json!({"custom_attribute": {"custom_attribute_name": "a", "comparison": "does_not_exist"}});
    let no = json!({"custom_attribute": {"custom_attribute_name": "a", "comparison": "exists"}});
    let profile = json!({});
    for (condition, expected) in [
        (json!({"AND": [no, unknown]}), Tri::False),
        (json!({"AND": [yes, unknown]}), Tri::Unknown),
        (json!({"OR": [yes, unknown]}), Tri::True),
        (json!({"OR": [no, unknown]}), Tri::Unknown),
    ] {
        assert_eq!(
            ask(&world(), &profile, condition.clone()),
            expected,
            "{condition}"
        );
    }
    let user = UserView {
        index: 0,
        profile: &profile,
    };
    for (definition, expected) in [
        (json!({}), Tri::True),
        (json!({"exclude": [unknown]}), Tri::Unknown),
        (json!({"exclude": [unknown, yes]}), Tri::False),
        (json!({"filter": no, "exclude": [unknown]}), Tri::False),
        (json!({"filter": yes, "exclude": [no]}), Tri::True),
    ] {
        assert_eq!(holds(&definition, user, &world()), expected, "{definition}");
    }
    let mut world = world();
    world.users.insert(0, profile.clone());
    assert_eq!(world.count(&json!({"exclude": [unknown]})), (0, 1));
}

/// Segment membership, one level deep; NOT of unknown is unknown.
#[test]
fn segment_membership() {
    let mut world = world();
    world.segments.insert("Pro".into(), json!({"filter": {"custom_attribute": {"custom_attribute_name": "plan", "comparison": "equals", "value": "pro"}}}));
    world.segments.insert(
        "Half".into(),
        json!({"filter": {"random_bucket": {"comparison": "less_than", "value": 5000}}}),
    );
    let of = |name: &str, comparison: &str| json!({"segment_membership": {"comparison": comparison, "value": name}});
    let profile = json!({"custom_attributes": {"plan": "pro"}});
    for (name, comparison, expected) in [
        ("Pro", "includes_value", Tri::True),
        ("Pro", "does_not_include_value", Tri::False),
        ("Half", "includes_value", Tri::Unknown),
        ("Half", "does_not_include_value", Tri::Unknown),
    ] {
        assert_eq!(
            ask(&world, &profile, of(name, comparison)),
            expected,
            "{name} {comparison}"
        );
    }
}
