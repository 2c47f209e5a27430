//! Devices, places, and ways to reach a user.

use super::operands::{comparison, present, rows};
use super::operators::{Place, any_satisfies, satisfies};
use super::{Tri, World, defaults};
use serde_json::{Value, json};

/// Rule 9: any device.
pub fn device(body: &Value, profile: &Value, world: &World) -> bool {
    let devices = rows(profile, "devices");
    let (comparison, operand) = (comparison(body), &body["value"]);
    match body["attribute_name"].as_str().unwrap() {
        "count" => {
            let count = json!(devices.len());
            satisfies(comparison, operand, Some(&count), Place::Flat, world)
        }
        field => {
            let values: Vec<_> = devices
                .iter()
                .map(|device| present(device, field))
                .collect();
            any_satisfies(comparison, operand, &values, world)
        }
    }
}

/// Longitude and latitude. Rule 9: a second number beyond ±90 can only be a longitude.
fn coordinates(profile: &Value) -> Option<(f64, f64)> {
    let [first, second] = profile.get("last_coordinates")?.as_array()?.as_slice() else {
        return None;
    };
    let (first, second) = (first.as_f64()?, second.as_f64()?);
    let (longitude, latitude) = if second.abs() > 90.0 {
        (second, first)
    } else {
        (first, second)
    };
    (longitude.abs() <= 180.0 && latitude.abs() <= 90.0).then_some((longitude, latitude))
}

pub fn location(body: &Value, profile: &Value) -> bool {
    let point = coordinates(profile);
    match comparison(body) {
        "is_not_blank" | "exists" => point.is_some(),
        "is_blank" | "does_not_exist" => point.is_none(),
        "inside" => point.is_some_and(|point| is_inside(body, point)),
        // Rule 9: outside needs coordinates.
        "outside" => point.is_some_and(|point| !is_inside(body, point)),
        other => panic!("{other}"),
    }
}

/// Rule 9: the edge counts as inside.
fn is_inside(body: &Value, point: (f64, f64)) -> bool {
    if let Some(circle) = body.get("circle") {
        let number = |field: &str| circle[field].as_f64().unwrap();
        let centre = (number("longitude"), number("latitude"));
        return kilometres(centre, point) <= number("radius_km");
    }
    let corners: Vec<(f64, f64)> = body["polygon"]
        .as_array()
        .unwrap()
        .iter()
        .map(|corner| (corner[0].as_f64().unwrap(), corner[1].as_f64().unwrap()))
        .collect();
    let edges = || {
        let next = corners.iter().cycle().skip(1);
        corners.iter().copied().zip(next.copied())
    };
    edges().any(|(from, to)| is_on(point, from, to))
        // A ray to the east crosses an odd number of edges.
        || edges().filter(|&(from, to)| is_crossed(point, from, to)).count() % 2 == 1
}

/// Which side of an edge the point is on; 0 is on the line.
fn side(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    (to.0 - from.0) * (point.1 - from.1) - (point.0 - from.0) * (to.1 - from.1)
}

fn is_on(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> bool {
    let is_between = |at: f64, one: f64, other: f64| one.min(other) <= at && at <= one.max(other);
    side(point, from, to) == 0.0
        && is_between(point.0, from.0, to.0)
        && is_between(point.1, from.1, to.1)
}

fn is_crossed(point: (f64, f64), from: (f64, f64), to: (f64, f64)) -> bool {
    let is_above = |corner: (f64, f64)| corner.1 > point.1;
    match (is_above(from), is_above(to)) {
        (false, true) => side(point, from, to) > 0.0,
        (true, false) => side(point, from, to) < 0.0,
        _ => false,
    }
}

/// The great circle's arc, by the haversine formula (rule 9).
fn kilometres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let [lon1, lat1, lon2, lat2] = [one.0, one.1, other.0, other.1].map(f64::to_radians);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half(lon2 - lon1);
    2.0 * 6_371.008_8 * chord.sqrt().min(1.0).asin()
}

/// Rule 14.
pub fn reachable(body: &Value, profile: &Value) -> Tri {
    let reached = match body["channel"].as_str().unwrap() {
        "email" => {
            let address = defaults::text(profile, "email").unwrap_or("");
            let state = defaults::state(profile, "email_subscribe");
            if address.is_empty() || state == "unsubscribed" {
                Tri::False
            } else {
                // Bounces and spam are not known.
                Tri::Unknown
            }
        }
        "sms" => Tri::Unknown,
        "push" => has_push(profile, None),
        "ios_push" => has_push(profile, Some("ios")),
        "android_push" => has_push(profile, Some("android")),
        "web_push" => has_push(profile, Some("web")),
        other => panic!("{other}"),
    };
    let is_asked = if body["value"].as_bool().unwrap() {
        reached
    } else {
        reached.not()
    };
    match comparison(body) {
        "is" => is_asked,
        "is_not" => is_asked.not(),
        other => panic!("{other}"),
    }
}

fn has_push(profile: &Value, platform: Option<&str>) -> Tri {
    let has = rows(profile, "push_tokens").iter().any(|token| {
        let is_there = token["platform"]
            .as_str()
            .is_some_and(|there| platform.is_none_or(|asked| there.eq_ignore_ascii_case(asked)));
        token["notifications_enabled"] == true && (is_there || platform.is_none())
    });
    (has && defaults::state(profile, "push_subscribe") != "unsubscribed").into()
}
