//! Definitions by chance: every family and every operator, with operands from what profiles hold, so that
//! answers are mixed.

use super::random_attributes::{custom, nested};
use super::random_bodies::{
    app, comparing, default, device, done, field_of, including, location, message, recurring_day,
    session, values, yes_or_no,
};
use super::random_operands::{COMPARISONS, TEXTS, TIMES, one_or_some, pick};
use super::random_worlds::{COHORTS, PARTNERS};
use super::{Chance, World};
use serde_json::{Map, Value, json};

/// Every family.
pub const FAMILIES: [&str; 20] = [
    "custom_attribute",
    "nested_custom_attribute",
    "default_attribute",
    "email_subscription_status",
    "push_subscription_status",
    "last_used_app",
    "partner_cohort",
    "custom_event",
    "purchase",
    "session",
    "app",
    "device",
    "location",
    "random_bucket",
    "message",
    "subscription_group",
    "channel_reachable",
    "install_attribution",
    "recurring_day",
    "segment_membership",
];

/// A definition that compiles. It asks for membership only if the world has segments, which ask for none.
pub fn random_definition(chance: &mut Chance, world: &World) -> Value {
    let mut definition = Map::new();
    match chance.below(8) {
        0 => definition.insert("apps".into(), json!("all")),
        1 => definition.insert("apps".into(), json!("none")),
        2 => {
            let apps = [json!(["Shop"]), json!(["News"]), json!(["Shop", "News"])];
            definition.insert("apps".into(), json!({ "any_of": pick(chance, &apps) }))
        }
        _ => None,
    };
    if !chance.one_in(12) {
        definition.insert("filter".into(), random_node(chance, world, 3));
    }
    if chance.one_in(3) {
        let count = 1 + chance.below(2);
        let entries: Vec<Value> = (0..count).map(|_| random_node(chance, world, 1)).collect();
        definition.insert("exclude".into(), json!(entries));
    }
    Value::Object(definition)
}

/// A condition, or an `AND` or `OR` of at most so many levels.
pub fn random_node(chance: &mut Chance, world: &World, levels: usize) -> Value {
    if levels == 0 || chance.one_in(3) {
        let families = FAMILIES.len() - usize::from(world.segments.is_empty());
        let family = FAMILIES[chance.below(families)];
        return random_condition(chance, world, family);
    }
    let count = 1 + chance.below(4);
    let parts: Vec<Value> = (0..count)
        .map(|_| random_node(chance, world, levels - 1))
        .collect();
    let joiner = pick(chance, &["AND", "OR"]);
    json!({ joiner: parts })
}

/// A condition of a family.
pub fn random_condition(chance: &mut Chance, world: &World, family: &str) -> Value {
    let c = chance;
    let body = match family {
        "custom_attribute" => custom(c, world),
        "nested_custom_attribute" => nested(c, world),
        "default_attribute" => default(c, world),
        "email_subscription_status" | "push_subscription_status" => {
            let states = ["opted_in", "subscribed", "unsubscribed"];
            let comparison = pick(c, &["is", "is_not"]);
            json!({"comparison": comparison, "value": pick(c, &states)})
        }
        "last_used_app" => {
            let times = field_of(world, "apps", "last_used");
            comparing(c, world, &TIMES, &times, json!({}))
        }
        "partner_cohort" => {
            let value = if c.one_in(16) {
                json!("never seen")
            } else {
                one_or_some(c, |c| json!(pick(c, &COHORTS)))
            };
            let partner = if c.one_in(12) {
                "kubit"
            } else {
                pick(c, &PARTNERS)
            };
            including(c, value, json!({ "partner": partner }))
        }
        "custom_event" | "purchase" => done(c, world, family),
        "session" => session(c, world),
        "app" => app(c, world),
        "device" => device(c, world),
        "location" => location(c),
        "random_bucket" => {
            let values = values(world, |profile| vec![profile["random_bucket"].clone()]);
            let mut body = comparing(c, world, &COMPARISONS, &values, json!({}));
            // Buckets are whole numbers from 0 to 9999.
            if let Some(value) = body["value"].as_f64() {
                body["value"] = json!(value.round().clamp(0.0, 9999.0) as u16);
            }
            body
        }
        "message" => message(c, world),
        "subscription_group" => {
            let comparison = pick(c, &["is", "is_not"]);
            let group = pick(c, &["sms-1", "sms-1", "mail-1", "mail-1", "never seen"]);
            let state = pick(c, &["subscribed", "unsubscribed"]);
            json!({"subscription_group_id": group, "comparison": comparison, "value": state})
        }
        "channel_reachable" => {
            let channels = [
                "email",
                "push",
                "ios_push",
                "android_push",
                "web_push",
                "sms",
            ];
            let channel = pick(c, &channels);
            yes_or_no(c, json!({ "channel": channel }))
        }
        "install_attribution" => {
            let name = pick(c, &["source", "campaign", "adgroup", "ad"]);
            let field = format!("attributed_{name}");
            let values = values(world, |profile| vec![profile[&field].clone()]);
            comparing(c, world, &TEXTS, &values, json!({ "attribute_name": name }))
        }
        "recurring_day" => recurring_day(c, world),
        "segment_membership" => {
            let names: Vec<&String> = world.segments.keys().collect();
            let value = one_or_some(c, |c| json!(pick(c, &names)));
            including(c, value, json!({}))
        }
        other => panic!("{other} is no family"),
    };
    json!({ family: body })
}
