//! Cases of meanings: what users are, did, received and can be reached by.

use crate::meanings::{Case, campaign, message, of, version, x};
use serde_json::{Value, json};

pub fn people() -> Vec<Case> {
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

pub fn reach() -> Vec<Case> {
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
