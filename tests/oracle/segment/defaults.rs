//! Fields that Braze has by itself. One of the wrong type is dropped at loading, so it is absent (rule 4).

use super::custom::{day_of, full_years};
use super::operands::comparison;
use super::operators::{Place, is_of_numbers, satisfies, twin};
use super::{Tri, World};
use serde_json::{Value, json};

const TEXTS: [&str; 10] = [
    "country",
    "language",
    "gender",
    "email",
    "phone",
    "first_name",
    "last_name",
    "home_city",
    "time_zone",
    "external_id",
];

/// Rails's names of time zones and the IANA's (rule 13): those that random worlds have.
pub const RAILS_ZONES: [(&str, &str); 4] = [
    ("Eastern Time (US & Canada)", "America/New_York"),
    ("Vienna", "Europe/Vienna"),
    ("Berlin", "Europe/Berlin"),
    ("Kyiv", "Europe/Kiev"),
];

/// A default field that is a text.
pub fn text<'a>(profile: &'a Value, field: &str) -> Option<&'a str> {
    profile.get(field).and_then(Value::as_str)
}

/// A date of birth, which is `YYYY-MM-DD` alone.
pub fn dob(profile: &Value) -> Option<&str> {
    text(profile, "dob").filter(|text| {
        let is_iso = text.len() == 10 && text.as_bytes()[4] == b'-';
        is_iso && day_of(text).is_some()
    })
}

pub fn attribute(body: &Value, profile: &Value, world: &World) -> bool {
    let comparison = comparison(body);
    let mut operand = body["value"].clone();
    let value = match body["attribute_name"].as_str().unwrap() {
        "age" => dob(profile).and_then(day_of).map(|born| {
            let today = world.zone.day(world.now);
            json!(full_years(born, today))
        }),
        "dob" => dob(profile).map(Value::from),
        "total_revenue" => total_revenue(comparison, &operand, profile),
        "time_zone" => {
            if matches!(
                twin(comparison).unwrap_or(comparison),
                "equals" | "is_any_of"
            ) {
                operand = iana_of(&operand);
            }
            text(profile, "time_zone").map(|zone| iana_of(&zone.into()))
        }
        name if TEXTS.contains(&name) || name.ends_with("_at") => {
            text(profile, name).map(Value::from)
        }
        other => panic!("{other} is no default attribute"),
    };
    satisfies(comparison, &operand, value.as_ref(), Place::Flat, world)
}

/// What was spent. Rule 4: 0 where absent, for every operator of numbers.
pub fn total_revenue(comparison: &str, operand: &Value, profile: &Value) -> Option<Value> {
    let value = profile
        .get("total_revenue")
        .filter(|value| value.is_number());
    match value {
        None if is_of_numbers(comparison, operand) => Some(json!(0)),
        value => value.cloned(),
    }
}

/// Rule 13, for a text or each of a list.
fn iana_of(value: &Value) -> Value {
    match value {
        Value::String(name) => {
            let zone = RAILS_ZONES.iter().find(|(rails, _)| rails == name);
            zone.map_or(value.clone(), |(_, iana)| json!(iana))
        }
        Value::Array(names) => names.iter().map(iana_of).collect(),
        other => other.clone(),
    }
}

/// A subscription state: `subscribed` where none is said (rule 4).
pub fn status(field: &str, body: &Value, profile: &Value, world: &World) -> bool {
    let state = json!(state(profile, field));
    satisfies(
        comparison(body),
        &body["value"],
        Some(&state),
        Place::Flat,
        world,
    )
}

pub fn state<'a>(profile: &'a Value, field: &str) -> &'a str {
    let known = ["opted_in", "subscribed", "unsubscribed"];
    let state = text(profile, field).filter(|state| known.contains(state));
    state.unwrap_or("subscribed")
}

/// Rule 4: each Braze user has a bucket, so an absent one is unknown.
pub fn random_bucket(body: &Value, profile: &Value, world: &World) -> Tri {
    let bucket = profile.get("random_bucket");
    match bucket.filter(|bucket| bucket.is_number()) {
        None => Tri::Unknown,
        bucket => {
            let comparison = comparison(body);
            satisfies(comparison, &body["value"], bucket, Place::Flat, world).into()
        }
    }
}

/// How the user came.
pub fn attribution(body: &Value, profile: &Value, world: &World) -> bool {
    let field = format!("attributed_{}", body["attribute_name"].as_str().unwrap());
    let value = text(profile, &field).map(Value::from);
    satisfies(
        comparison(body),
        &body["value"],
        value.as_ref(),
        Place::Flat,
        world,
    )
}
