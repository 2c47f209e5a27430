//! Each meaning decides of a user for whom it has to.

use crate::{explained, segment, world_of};
use kohort::segment::{Meaning, Status};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A filter on a custom attribute.
fn custom(comparison: &str, value: Value) -> Value {
    json!({"custom_attribute": {"custom_attribute_name": "x", "comparison": comparison, "value": value}})
}

/// On what a path leads to in it.
fn nested(path: &str, comparison: &str, value: Value) -> Value {
    json!({"nested_custom_attribute": {"custom_attribute_name": "x", "path": path, "comparison": comparison, "value": value}})
}

/// A user with this attribute.
fn x(value: Value) -> Value {
    json!({"custom_attributes": {"x": value}})
}

fn of(family: &str, body: Value) -> Value {
    json!({ family: body })
}

fn version(comparison: &str, value: Value) -> Value {
    json!({"app": {"app": "Shop", "attribute_name": "version", "comparison": comparison, "value": value}})
}

fn message(metric: &str, comparison: &str, value: Value) -> Value {
    json!({"message": {"kind": "campaign", "name": "Welcome", "metric": metric, "comparison": comparison, "value": value}})
}

fn campaign(row: Value) -> Value {
    let mut row = row;
    row["name"] = json!("Welcome");
    json!({"campaigns_received": [row]})
}

/// The meaning, the answer (T, F or ?), the user and the filter.
type Case = (&'static str, char, Value, Value);

fn values() -> Vec<Case> {
    let nobody = || json!({});
    vec![
        (
            "absent.satisfies_nothing",
            'F',
            nobody(),
            custom("equals", json!("a")),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            nobody(),
            custom("more_than", json!(-1)),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            x(json!(null)),
            custom("before", json!("2026-01-01")),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            x(json!([])),
            nested("[].a", "equals", json!("a")),
        ),
        (
            "negative.not_positive",
            'T',
            nobody(),
            custom("is_none_of", json!(["a"])),
        ),
        (
            "negative.not_positive",
            'T',
            x(json!(5)),
            custom("not_equal", json!("a")),
        ),
        (
            "negative.not_positive",
            'T',
            x(json!("a")),
            custom("includes_none_of", json!(["a"])),
        ),
        (
            "negative.not_positive",
            'T',
            nobody(),
            of(
                "default_attribute",
                json!({"attribute_name": "age", "comparison": "not_equal", "value": 5}),
            ),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!(5)),
            custom("equals", json!("5")),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!("5")),
            custom("less_than", json!(9)),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!(5)),
            custom("before", json!("2026-01-01")),
        ),
        (
            "value.wrong_type",
            'F',
            x(json!("yes")),
            custom("true_or_not_set", json!(null)),
        ),
        (
            "text.exact",
            'F',
            x(json!("A")),
            custom("equals", json!("a")),
        ),
        (
            "text.exact",
            'T',
            x(json!("2026-01-01")),
            custom("contains_any_of", json!(["-01-"])),
        ),
        (
            "regex.partial",
            'T',
            x(json!("xAx")),
            custom("matches_regex", json!("a")),
        ),
        (
            "regex.partial",
            'F',
            x(json!("xAx")),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.any_element",
            'T',
            x(json!(["b", "a"])),
            custom("matches_regex", json!("a")),
        ),
        (
            "regex.any_element",
            'F',
            x(json!(["b", "a"])),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            x(json!("")),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            x(json!([])),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "regex.blank",
            'F',
            nobody(),
            custom("does_not_match_regex", json!("a")),
        ),
        (
            "number.double",
            'T',
            x(json!(0.5)),
            custom("less_than", json!(1)),
        ),
        (
            "number.absent_is_zero",
            'T',
            nobody(),
            custom("exactly", json!(0)),
        ),
        (
            "number.absent_is_zero",
            'F',
            nobody(),
            custom("not_equal", json!(0)),
        ),
        (
            "revenue.absent_is_zero",
            'F',
            nobody(),
            of(
                "purchase",
                json!({"metric": "money_spent", "comparison": "more_than", "value": 0}),
            ),
        ),
        (
            "boolean.explicit",
            'T',
            x(json!(false)),
            custom("false", json!(null)),
        ),
        (
            "boolean.not_set",
            'T',
            nobody(),
            custom("false_or_not_set", json!(null)),
        ),
        (
            "array.any_element",
            'T',
            x(json!(["b", "a"])),
            custom("includes_value", json!("a")),
        ),
        (
            "array.any_element",
            'F',
            x(json!(["b", "a"])),
            custom("does_not_include_value", json!("a")),
        ),
        (
            "array.every_value",
            'F',
            x(json!(["b", "a"])),
            custom("is_all_of", json!(["a", "c"])),
        ),
        (
            "array.any_contains",
            'T',
            x(json!(["ba"])),
            custom("values_contain_any_of", json!(["a"])),
        ),
        (
            "array.empty",
            'T',
            nobody(),
            custom("is_empty", json!(null)),
        ),
        (
            "array.empty",
            'F',
            x(json!("a")),
            custom("has_a_value", json!(null)),
        ),
        (
            "time.strict",
            'F',
            x(json!("2026-01-01T00:00:00Z")),
            custom("after", json!("2026-01-01T00:00:00Z")),
        ),
        (
            "time.relative_days",
            'T',
            x(json!("2026-11-30T00:00:00Z")),
            custom("less_than_x_days_ago", json!(1)),
        ),
        (
            "time.relative_days",
            'T',
            x(json!({"a": {"$time": "2026-11-30T00:00:00Z"}})),
            nested("a", "less_than_x_days_ago", json!(1)),
        ),
        (
            "time.unreadable",
            'F',
            x(json!("soon")),
            custom("after", json!("2026-01-01")),
        ),
        (
            "time.unreadable",
            'F',
            x(json!("3001-01-01")),
            custom("after", json!("2026-01-01")),
        ),
        (
            "time.unreadable",
            'F',
            x(json!({"a": {"$time": "soon"}})),
            nested("a", "after", json!("2026-01-01")),
        ),
        (
            "time.nested",
            'F',
            x(json!({"a": "2026-11-30T00:00:00Z"})),
            nested("a", "after", json!("2026-01-01")),
        ),
        (
            "presence.any_type",
            'T',
            x(json!("")),
            custom("exists", json!(null)),
        ),
        (
            "presence.blank",
            'T',
            x(json!("")),
            custom("is_blank", json!(null)),
        ),
        (
            "presence.blank",
            'F',
            nobody(),
            of("location", json!({"comparison": "is_not_blank"})),
        ),
        (
            "element.any",
            'T',
            x(json!([{"a": 1}, {"a": "b"}])),
            nested("[].a", "not_equal", json!("b")),
        ),
        (
            "element.any",
            'F',
            x(json!([{"b": 1}])),
            nested("[].a", "equals", json!("b")),
        ),
    ]
}

fn people() -> Vec<Case> {
    let shop = |row: Value| {
        let mut row = row;
        row["name"] = json!("Shop");
        row
    };
    let app = |row: Value| json!({"apps": [shop(row)]});
    let default = |name: &str, comparison: &str, value: Value| {
        of(
            "default_attribute",
            json!({"attribute_name": name, "comparison": comparison, "value": value}),
        )
    };
    let event = |comparison: &str, value: Value| {
        of(
            "custom_event",
            json!({"metric": "count", "event_name": "e", "comparison": comparison, "value": value}),
        )
    };
    let device = |comparison: &str, value: Value| {
        of(
            "device",
            json!({"attribute_name": "model", "comparison": comparison, "value": value}),
        )
    };
    let state = |comparison: &str, value: &str| {
        of(
            "email_subscription_status",
            json!({"comparison": comparison, "value": value}),
        )
    };
    let cohort = |id: &str, comparison: &str| {
        of(
            "partner_cohort",
            json!({"partner": "heap", "comparison": comparison, "value": id}),
        )
    };
    let circle = |comparison: &str| {
        of(
            "location",
            json!({"comparison": comparison, "circle": {"latitude": 48, "longitude": 16, "radius_km": 5}}),
        )
    };
    let day = |comparison: &str, value: Value| {
        of(
            "recurring_day",
            json!({"attribute_name": "dob", "comparison": comparison, "value": value}),
        )
    };
    vec![
        (
            "version.part_by_part",
            'T',
            app(json!({"version": "1.10"})),
            version("more_than", json!("1.9")),
        ),
        (
            "version.unreadable",
            'F',
            app(json!({"version": "beta"})),
            version("less_than", json!("1.9")),
        ),
        (
            "negative.not_positive",
            'T',
            app(json!({"version": "beta"})),
            version("not_equal", json!("1.9")),
        ),
        (
            "version.absent_is_less",
            'T',
            json!({}),
            version("less_than", json!("1.9")),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            app(json!({})),
            version("more_than", json!("1.9")),
        ),
        (
            "version.any_platform",
            'T',
            json!({"apps": [shop(json!({"version": "1"})), shop(json!({"version": "3"}))]}),
            version("more_than", json!("2")),
        ),
        (
            "element.all_criteria",
            'F',
            x(json!([{"a": 1}, {"b": 2}])),
            json!({"nested_custom_attribute": {"custom_attribute_name": "x", "path": "[]", "all_of": [{"path": "a", "comparison": "equals", "value": 1}, {"path": "b", "comparison": "equals", "value": 2}]}}),
        ),
        (
            "age.full_years",
            'T',
            json!({"dob": "2000-11-30"}),
            default("age", "exactly", json!(26)),
        ),
        (
            "age.no_dob",
            'F',
            json!({}),
            default("age", "less_than", json!(99)),
        ),
        (
            "state.default_subscribed",
            'T',
            json!({}),
            state("is", "subscribed"),
        ),
        (
            "text.exact",
            'F',
            json!({"email_subscribe": "opted_in"}),
            state("is", "subscribed"),
        ),
        (
            "membership.any",
            'F',
            json!({}),
            cohort("7", "includes_value"),
        ),
        (
            "membership.any",
            'T',
            json!({"apps": [shop(json!({}))]}),
            of(
                "app",
                json!({"comparison": "includes_any_of", "value": ["News", "Shop"]}),
            ),
        ),
        (
            "cohort.never_seen",
            'T',
            json!({}),
            cohort("8", "does_not_include_value"),
        ),
        (
            "segment.its_answer",
            '?',
            json!({}),
            of(
                "segment_membership",
                json!({"comparison": "does_not_include_value", "value": "bucketed"}),
            ),
        ),
        (
            "count.ninety_days",
            'T',
            json!({"custom_events": [{"name": "e", "count": 2}]}),
            event("more_than", json!(1)),
        ),
        (
            "count.never_is_zero",
            'T',
            json!({}),
            event("exactly", json!(0)),
        ),
        (
            "device.any",
            'T',
            json!({"devices": [{"model": "a"}, {"model": "b"}]}),
            device("equals", json!("b")),
        ),
        (
            "device.any",
            'T',
            json!({}),
            device("is_blank", json!(null)),
        ),
        (
            "device.regex",
            'T',
            json!({"devices": [{"model": "a"}, {}]}),
            device("does_not_match_regex", json!("b")),
        ),
        (
            "location.area",
            'T',
            json!({"last_coordinates": [16, 48]}),
            circle("inside"),
        ),
        ("location.no_coordinates", 'F', json!({}), circle("outside")),
        (
            "random_bucket.absent",
            '?',
            json!({}),
            of(
                "random_bucket",
                json!({"comparison": "less_than", "value": 5}),
            ),
        ),
        (
            "number.double",
            'T',
            json!({"random_bucket": 4}),
            of(
                "random_bucket",
                json!({"comparison": "less_than", "value": 5}),
            ),
        ),
        (
            "recurring.day_of_year",
            'T',
            json!({"dob": "2000-02-29"}),
            day("on", json!("02-29")),
        ),
        (
            "recurring.leap_day",
            'T',
            json!({"dob": "2000-02-29"}),
            day("on", json!("03-01")),
        ),
        (
            "recurring.nearest",
            'T',
            json!({"dob": "2000-12-02"}),
            day("less_than_x_days_in_the_future", json!(2)),
        ),
        (
            "absent.satisfies_nothing",
            'F',
            json!({}),
            day("on", json!("02-29")),
        ),
        (
            "message.row",
            'T',
            campaign(json!({})),
            message("received", "is", json!(true)),
        ),
        (
            "message.no_row",
            'T',
            json!({}),
            message("clicked", "is_not", json!(true)),
        ),
        (
            "message.no_row",
            'F',
            json!({}),
            message("last_received", "less_than_x_days_ago", json!(5)),
        ),
        (
            "time.relative_days",
            'T',
            campaign(json!({"last_received": "2026-11-30T00:00:00Z"})),
            message("last_received", "less_than_x_days_ago", json!(5)),
        ),
        (
            "message.control_group",
            'F',
            campaign(json!({"in_control": true})),
            message("received", "is", json!(true)),
        ),
        (
            "message.in_control",
            'T',
            campaign(json!({"in_control": true})),
            message("in_control", "is", json!(true)),
        ),
        (
            "message.in_control",
            'F',
            json!({}),
            message("in_control", "is", json!(true)),
        ),
        (
            "message.not_in_control",
            'F',
            json!({}),
            message("in_control", "is_not", json!(true)),
        ),
        (
            "message.not_in_control",
            'F',
            json!({}),
            message("in_control", "is", json!(false)),
        ),
        (
            "message.not_in_control",
            'T',
            json!({}),
            message("in_control", "is_not", json!(false)),
        ),
        (
            "message.any_variation",
            'T',
            campaign(json!({"variation_name": "A"})),
            message("variation", "equals", json!("A")),
        ),
    ]
}

fn reach() -> Vec<Case> {
    let reach = |channel: &str, comparison: &str| {
        of(
            "channel_reachable",
            json!({"channel": channel, "comparison": comparison, "value": true}),
        )
    };
    let token = |state: &str| json!({"push_subscribe": state, "push_tokens": [{"platform": "iOS", "token": "t", "notifications_enabled": true}]});
    let metric = |family: &str, metric: &str| {
        let mut body = json!({"metric": metric, "days": 7, "comparison": "more_than", "value": 1});
        if family == "custom_event" {
            body["event_name"] = json!("e");
        }
        of(family, body)
    };
    vec![
        (
            "reach.no_address",
            'F',
            json!({"email": ""}),
            reach("email", "is"),
        ),
        (
            "reach.unsubscribed",
            'T',
            json!({"email": "a@example.com", "email_subscribe": "unsubscribed"}),
            reach("email", "is_not"),
        ),
        (
            "unknown.needs_bounces",
            '?',
            json!({"email": "a@example.com"}),
            reach("email", "is"),
        ),
        (
            "unknown.needs_subscription_groups",
            '?',
            json!({}),
            reach("sms", "is"),
        ),
        (
            "reach.no_token",
            'F',
            token("opted_in"),
            reach("web_push", "is"),
        ),
        (
            "reach.push",
            'T',
            token("opted_in"),
            reach("ios_push", "is"),
        ),
        (
            "reach.unsubscribed",
            'F',
            token("unsubscribed"),
            reach("push", "is"),
        ),
        (
            "unknown.needs_events",
            '?',
            json!({}),
            metric("custom_event", "count_in_days"),
        ),
        (
            "unknown.needs_sessions",
            '?',
            json!({}),
            metric("session", "count_in_days"),
        ),
        (
            "unknown.needs_subscription_groups",
            '?',
            json!({}),
            of(
                "subscription_group",
                json!({"subscription_group_id": "g", "comparison": "is", "value": "subscribed"}),
            ),
        ),
        (
            "unknown.needs_messages",
            '?',
            json!({}),
            of(
                "message",
                json!({"kind": "canvas", "name": "n", "metric": "clicked", "comparison": "is", "value": true}),
            ),
        ),
    ]
}

fn world(profile: Value) -> segment::World {
    let mut world = world_of(profile);
    world.cohorts.push(segment::Cohort {
        partner: "heap".into(),
        id: "7".into(),
        members: BTreeSet::new(),
    });
    let bucketed = json!({"filter": {"random_bucket": {"comparison": "less_than", "value": 5}}});
    world.segments.insert("bucketed".into(), bucketed);
    world
}

#[test]
fn each_meaning_decides_where_it_has_to() {
    let mut met = BTreeSet::new();
    let mut met_one = |code: &str, result: char, profile: Value, definition: Value| {
        let explained = explained(&world(profile.clone()), &definition);
        let node = &explained["tree"]["children"][0];
        let result = match result {
            'T' => json!(true),
            'F' => json!(false),
            _ => json!("unknown"),
        };
        let told = (&node["rule"], &node["result"]);
        assert_eq!(told, (&json!(code), &result), "{definition} of {profile}");
        met.insert(code.to_owned());
    };
    for (code, result, profile, filter) in values().into_iter().chain(people()).chain(reach()) {
        met_one(code, result, profile, json!({ "filter": filter }));
    }
    let used = json!({"apps": [{"name": "Shop", "sessions": 1}]});
    met_one(
        "apps.any_of",
        'T',
        used.clone(),
        json!({"apps": {"any_of": ["News", "Shop"]}}),
    );
    met_one("apps.none", 'F', used, json!({"apps": "none"}));
    let all: BTreeSet<String> = Meaning::ALL
        .iter()
        .map(|meaning| meaning.row().code.to_owned())
        .collect();
    assert_eq!(met, all);
}

#[test]
fn the_table_of_meanings_is_in_order() {
    let rows: Vec<_> = Meaning::ALL.iter().map(|meaning| meaning.row()).collect();
    let codes: BTreeSet<&str> = rows.iter().map(|row| row.code).collect();
    assert_eq!(codes.len(), rows.len());
    for row in &rows {
        let is_word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let parts: Vec<&str> = row.code.split('.').collect();
        assert!(
            parts.len() == 2 && parts.iter().all(|part| is_word(part)),
            "{}",
            row.code
        );
        assert!(
            row.says.ends_with('.') && row.says.len() > 20,
            "{}",
            row.code
        );
    }
    for status in [Status::Documented, Status::Inferred, Status::Ours] {
        assert!(
            rows.iter().filter(|row| row.status == status).count() > 5,
            "{}",
            status.word()
        );
    }
}
