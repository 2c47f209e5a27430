//! A plain reader of one profile: what a workspace is to answer back. Slow, and simple enough to
//! be read as the definition.

use serde_json::{Map, Value, json};

/// The fields that are texts, numbers, booleans and arrays in Braze's export; others may be anything.
const TEXTS: &[&str] = &[
    "attributed_ad",
    "attributed_adgroup",
    "attributed_campaign",
    "attributed_source",
    "country",
    "created_at",
    "date_of_first_session",
    "date_of_last_session",
    "email",
    "email_opted_in_at",
    "email_unsubscribed_at",
    "first_name",
    "gender",
    "home_city",
    "language",
    "last_name",
    "marked_email_as_spam_at",
    "phone",
    "push_opted_in_at",
    "push_unsubscribed_at",
    "time_zone",
    "uninstalled_at",
];
const STATES: &[&str] = &["email_subscribe", "push_subscribe"];
const NUMBERS: &[&str] = &["random_bucket", "total_revenue"];
const BOOLS: &[&str] = &[
    "email_click_tracking_disabled",
    "email_open_tracking_disabled",
];
const ARRAYS: &[&str] = &[
    "apps",
    "campaigns_received",
    "canvases_received",
    "cards_clicked",
    "custom_events",
    "devices",
    "purchases",
    "push_tokens",
];

/// What is kept of a profile that is taken.
pub fn kept(line: &str) -> Value {
    let Value::Object(fields) = serde_json::from_str(line).unwrap() else {
        panic!("a profile is an object");
    };
    let mut kept = Map::new();
    for (name, value) in fields {
        let is_right = match name.as_str() {
            name if TEXTS.contains(&name) => value.is_string(),
            name if STATES.contains(&name) => matches!(
                value.as_str(),
                Some("opted_in" | "subscribed" | "unsubscribed")
            ),
            "dob" => value.as_str().is_some_and(is_day),
            name if NUMBERS.contains(&name) => value.is_number(),
            name if BOOLS.contains(&name) => value.is_boolean(),
            name if ARRAYS.contains(&name) => value.is_array(),
            "custom_attributes" => value.is_object(),
            _ => true,
        };
        let value = match (name.as_str(), value) {
            (_, Value::Null) => continue,
            _ if !is_right => continue,
            ("custom_attributes", Value::Object(attributes)) => {
                let attributes = attributes.into_iter().filter(|(_, value)| !value.is_null());
                let attributes: Map<_, _> = attributes.collect();
                if attributes.is_empty() {
                    continue;
                }
                Value::Object(attributes)
            }
            ("user_aliases" | "deprecated_external_ids", Value::Array(items))
                if items.is_empty() =>
            {
                continue;
            }
            ("last_coordinates", value) => match coordinates(&value) {
                Some(value) => value,
                None => continue,
            },
            ("time_zone", Value::String(zone)) if zone == "Eastern Time (US & Canada)" => {
                json!("America/New_York")
            }
            (_, value) => value,
        };
        kept.insert(name, value);
    }
    doubles(Value::Object(kept))
}

/// Is it a day of the calendar, as `YYYY-MM-DD`?
fn is_day(text: &str) -> bool {
    let is_digit = |at: usize| text.as_bytes()[at].is_ascii_digit();
    let is_written = text.len() == 10
        && text.is_ascii()
        && [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit)
        && text.as_bytes()[4] == b'-'
        && text.as_bytes()[7] == b'-';
    if !is_written {
        return false;
    }
    let [year, month, day] =
        [&text[..4], &text[5..7], &text[8..]].map(|part| part.parse().unwrap());
    let is_leap: bool = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days: [u32; 12] = [
        31,
        28 + u32::from(is_leap),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    (1..=12).contains(&month) && (1..=days[month as usize - 1]).contains(&day)
}

fn coordinates(value: &Value) -> Option<Value> {
    let [first, second] = value.as_array()?.as_slice() else {
        return None;
    };
    let (first, second) = (first.as_f64()?, second.as_f64()?);
    let (longitude, latitude) = if second.abs() > 90.0 {
        (second, first)
    } else {
        (first, second)
    };
    (longitude.abs() <= 180.0 && latitude.abs() <= 90.0).then(|| json!([longitude, latitude]))
}

/// Every number as the double that JavaScript reads.
pub fn doubles(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().unwrap()),
        Value::Array(items) => items.into_iter().map(doubles).collect(),
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, doubles(value)));
            Value::Object(fields.collect())
        }
        other => other,
    }
}
