//! What users did: apps, sessions, events and purchases.

use super::operands::{comparison, list, present, rows};
use super::operators::{Place, any_satisfies, includes, satisfies, twin};
use super::random_operands::PRESENCE;
use super::times::{moment_stored, stored_text};
use super::{Tri, World, defaults};
use serde_json::{Value, json};
use std::cmp::Ordering;

/// The app choice: a session in any of them, or in none at all, push tokens or not (rule 9).
pub fn is_of_apps(apps: Option<&Value>, profile: &Value) -> bool {
    match apps {
        None => true,
        Some(Value::String(word)) if word == "all" => true,
        Some(Value::String(word)) if word == "none" => sessions(&rows(profile, "apps")) == 0.0,
        Some(apps) => list(&apps["any_of"])
            .iter()
            .any(|app| sessions(&named(profile, "apps", Some(app))) > 0.0),
    }
}

/// The rows of a list that have this name, or all.
fn named<'a>(profile: &'a Value, key: &str, name: Option<&Value>) -> Vec<&'a Value> {
    let mut rows = rows(profile, key);
    rows.retain(|row| name.is_none_or(|name| row["name"] == *name));
    rows
}

fn sessions(apps: &[&Value]) -> f64 {
    sum(apps, "sessions")
}

/// Rule 8: never is 0. What is no number counts nothing.
fn sum(rows: &[&Value], field: &str) -> f64 {
    let numbers = rows.iter().filter_map(|row| row[field].as_f64());
    numbers.fold(0.0, |sum, number| sum + number)
}

/// The first, or the last, of the times of rows.
fn time<'a>(rows: &[&'a Value], field: &str, is_last: bool) -> Option<&'a Value> {
    let times = rows.iter().map(|row| &row[field]);
    let moment = |time: &Value| time.as_str().and_then(stored_text).map(moment_stored);
    let times = times.filter(|time| moment(time).is_some());
    if is_last {
        times.max_by_key(|time| moment(time))
    } else {
        times.min_by_key(|time| moment(time))
    }
}

fn test(body: &Value, value: Option<&Value>, world: &World) -> bool {
    satisfies(comparison(body), &body["value"], value, Place::Flat, world)
}

pub fn last_used_app(body: &Value, profile: &Value, world: &World) -> bool {
    test(body, time(&rows(profile, "apps"), "last_used", true), world)
}

pub fn session(body: &Value, profile: &Value, world: &World) -> Tri {
    let apps = named(profile, "apps", body.get("app"));
    match body["metric"].as_str().unwrap() {
        "count" => test(body, Some(&json!(sessions(&apps))), world).into(),
        "first" => test(body, time(&apps, "first_used", false), world).into(),
        "last" => test(body, time(&apps, "last_used", true), world).into(),
        // There are no sessions one by one, for no user (rule 8).
        "count_in_days" | "median_duration_s" => Tri::Unknown,
        other => panic!("{other}"),
    }
}

pub fn custom_event(body: &Value, profile: &Value, world: &World) -> Tri {
    let rows = named(profile, "custom_events", Some(&body["event_name"]));
    match body["metric"].as_str().unwrap() {
        "count" => test(body, Some(&json!(sum(&rows, "count"))), world).into(),
        "first" => test(body, time(&rows, "first", false), world).into(),
        "last" => test(body, time(&rows, "last", true), world).into(),
        // There are no events one by one, for no user (rule 8).
        "count_in_days" | "property_in_days" => Tri::Unknown,
        other => panic!("{other}"),
    }
}

/// Of a product, or of all.
pub fn purchase(body: &Value, profile: &Value, world: &World) -> Tri {
    let product = body.get("product_id");
    let rows = named(profile, "purchases", product);
    match body["metric"].as_str().unwrap() {
        "count" => test(body, Some(&json!(sum(&rows, "count"))), world).into(),
        "first" => test(body, time(&rows, "first", false), world).into(),
        "last" => test(body, time(&rows, "last", true), world).into(),
        // An export has no money for each product.
        "money_spent" if product.is_some() => Tri::Unknown,
        "money_spent" => {
            let spent = defaults::total_revenue(comparison(body), &body["value"], profile);
            test(body, spent.as_ref(), world).into()
        }
        "count_in_days" | "money_in_days" | "property_in_days" => Tri::Unknown,
        other => panic!("{other}"),
    }
}

/// Has the user the app, with sessions or not, or which version of it?
pub fn app(body: &Value, profile: &Value, world: &World) -> bool {
    if body.get("attribute_name").is_some() {
        return version(body, profile, world);
    }
    let apps = rows(profile, "apps");
    let has = list(&body["value"])
        .iter()
        .any(|name| apps.iter().any(|app| app["name"] == *name));
    includes(body, has.into()) == Tri::True
}

/// Rule 9. An app may be there on several platforms, of which any may satisfy it.
fn version(body: &Value, profile: &Value, world: &World) -> bool {
    let apps = named(profile, "apps", Some(&body["app"]));
    let comparison = comparison(body);
    if PRESENCE.contains(&comparison) {
        let versions: Vec<_> = apps.iter().map(|app| present(app, "version")).collect();
        return any_satisfies(comparison, &Value::Null, &versions, world);
    }
    let asked = parts(&body["value"]).unwrap();
    // The app's absence is that of its version.
    let versions: Vec<&Value> = match apps[..] {
        [] => vec![&Value::Null],
        _ => apps.iter().map(|app| &app["version"]).collect(),
    };
    let any = |comparison: &str| {
        versions.iter().any(|version| {
            if version.is_null() {
                return matches!(comparison, "less_than" | "less_than_or_equal_to");
            }
            // A text that is no version satisfies nothing (rule 1).
            let Some(version) = parts(version) else {
                return false;
            };
            let order = compare(&version, &asked);
            match comparison {
                "equals" | "exactly" => order == Ordering::Equal,
                "less_than" => order == Ordering::Less,
                "less_than_or_equal_to" => order != Ordering::Greater,
                "more_than" | "greater_than" => order == Ordering::Greater,
                "greater_than_or_equal_to" => order != Ordering::Less,
                other => panic!("{other}"),
            }
        })
    };
    match twin(comparison) {
        Some(positive) => !any(positive),
        None => any(comparison),
    }
}

/// Part by part: digits between points.
pub fn parts(version: &Value) -> Option<Vec<String>> {
    let parts = version.as_str()?.split('.');
    let parts: Vec<String> = parts.map(String::from).collect();
    let is_number = |part: &String| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts.iter().all(is_number).then_some(parts)
}

/// As numbers of any size; a part that is missing is 0.
fn compare(one: &[String], other: &[String]) -> Ordering {
    let part = |parts: &[String], at: usize| -> String {
        let part = parts.get(at).map_or("", String::as_str);
        part.trim_start_matches('0').to_string()
    };
    (0..one.len().max(other.len()))
        .map(|at| (part(one, at), part(other, at)))
        .map(|(one, other)| one.len().cmp(&other.len()).then(one.cmp(&other)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
