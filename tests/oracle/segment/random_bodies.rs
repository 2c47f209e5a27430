//! Bodies of conditions by chance, of the families that have many.

use super::random_operands::{
    ARRAYS, BOOLS, COMPARISONS, MEMBERSHIPS, MOMENTS, NUMBERS, PRESENCE, TEXTS, TIMES, one_or_some,
    operand, pick, put,
};
use super::times::{moment_stored, stored_text};
use super::{Chance, World};
use serde_json::{Value, json};

/// A body with an operator of these, and an operand.
pub fn comparing(
    c: &mut Chance,
    world: &World,
    operators: &[&str],
    values: &[Value],
    body: Value,
) -> Value {
    let comparison = pick(c, operators);
    put(
        body,
        comparison,
        operand(c, comparison, operators, values, world),
    )
}

pub fn including(c: &mut Chance, value: Value, body: Value) -> Value {
    let comparison = pick(c, &MEMBERSHIPS);
    put(body, comparison, Some(value))
}

pub fn yes_or_no(c: &mut Chance, body: Value) -> Value {
    let comparison = pick(c, &["is", "is_not"]);
    put(body, comparison, Some(json!(c.one_in(2))))
}

/// What profiles hold somewhere, without what is absent.
pub fn values(world: &World, of: impl Fn(&Value) -> Vec<Value>) -> Vec<Value> {
    let mut values: Vec<Value> = world.users.values().flat_map(of).collect();
    values.retain(|value| !value.is_null());
    values
}

/// A field of the rows of a list.
pub fn field_of(world: &World, list: &str, field: &str) -> Vec<Value> {
    values(world, |profile| {
        let rows = profile[list].as_array().into_iter().flatten();
        rows.map(|row| row[field].clone()).collect()
    })
}

pub fn default(c: &mut Chance, world: &World) -> Value {
    let texts = [
        "country",
        "language",
        "gender",
        "email",
        "phone",
        "first_name",
        "last_name",
        "home_city",
        "time_zone",
        "time_zone",
        "external_id",
    ];
    let times = [
        "dob",
        "created_at",
        "push_opted_in_at",
        "push_unsubscribed_at",
        "email_opted_in_at",
        "email_unsubscribed_at",
        "uninstalled_at",
    ];
    let (name, operators) = match c.below(5) {
        0 | 1 => (pick(c, &texts), &TEXTS[..]),
        2 => (pick(c, &times), &TIMES[..]),
        3 => ("age", &NUMBERS[..]),
        _ => ("total_revenue", &NUMBERS[..]),
    };
    let values = match name {
        "age" => (0..80).step_by(4).map(|age| json!(age)).collect(),
        name => values(world, |profile| vec![profile[name].clone()]),
    };
    comparing(
        c,
        world,
        operators,
        &values,
        json!({ "attribute_name": name }),
    )
}

/// A custom event or a purchase.
pub fn done(c: &mut Chance, world: &World, family: &str) -> Value {
    let (list, key, names) = match family {
        "custom_event" => (
            "custom_events",
            "event_name",
            ["signed_up", "searched", "left", "never seen"],
        ),
        _ => (
            "purchases",
            "product_id",
            ["mug", "pen", "cup", "never seen"],
        ),
    };
    if family == "purchase" && c.one_in(5) {
        let spent = values(world, |profile| vec![profile["total_revenue"].clone()]);
        let mut body = json!({"metric": "money_spent"});
        if c.one_in(12) {
            body[key] = json!(names[0]);
        }
        return comparing(c, world, &COMPARISONS, &spent, body);
    }
    let of_all = family == "purchase" && c.one_in(3);
    let among = if c.one_in(10) { 4 } else { 3 };
    let name = names[c.below(among)];
    let named = |metric: &str| {
        let mut body = json!({ "metric": metric });
        if !of_all {
            body[key] = json!(name);
        }
        body
    };
    match c.below(8) {
        0..3 => {
            let counts = field_of(world, list, "count");
            comparing(c, world, &COMPARISONS, &counts, named("count"))
        }
        way @ 3..7 => {
            let metric = if way < 5 { "first" } else { "last" };
            let times = field_of(world, list, metric);
            let mut body = comparing(c, world, &TIMES, &times, named(metric));
            // These may have parts of days.
            if metric == "last" && body["value"].is_number() && c.one_in(3) {
                body["value"] = json!(body["value"].as_f64().unwrap() + 0.25);
            }
            body
        }
        _ => {
            let window = json!(pick(c, &[1, 3, 7, 14, 21, 30]));
            let metrics = ["count_in_days", "property_in_days", "money_in_days"];
            let metric = metrics[c.below(if family == "purchase" { 3 } else { 2 })];
            let mut body = named(metric);
            body["days"] = window;
            if metric == "property_in_days" {
                let types = [&TEXTS[..], &NUMBERS, &BOOLS, &ARRAYS, &TIMES];
                let operators = pick(c, &types);
                let colour = json!({"name": "colour"});
                body["property"] =
                    comparing(c, world, operators, &[json!(["red", 7, true])], colour);
            }
            let comparison = pick(c, &COMPARISONS);
            put(body, comparison, Some(json!(c.below(51))))
        }
    }
}

pub fn session(c: &mut Chance, world: &World) -> Value {
    let app = pick(c, &[None, Some("Shop"), Some("News")]);
    let of_app = |metric: &str| match app {
        Some(app) => json!({"metric": metric, "app": app}),
        None => json!({ "metric": metric }),
    };
    match c.below(6) {
        0 | 1 => {
            let counts = field_of(world, "apps", "sessions");
            comparing(c, world, &COMPARISONS, &counts, of_app("count"))
        }
        2 | 3 => {
            let (metric, field) = pick(c, &[("first", "first_used"), ("last", "last_used")]);
            let times = field_of(world, "apps", field);
            comparing(c, world, &TIMES, &times, of_app(metric))
        }
        4 => {
            let mut body = of_app("count_in_days");
            body["days"] = json!(pick(c, &[1, 7, 30]));
            put(body, pick(c, &COMPARISONS), Some(json!(c.below(51))))
        }
        _ => {
            let body = of_app("median_duration_s");
            put(body, pick(c, &COMPARISONS), Some(json!(c.below(600))))
        }
    }
}

pub fn app(c: &mut Chance, world: &World) -> Value {
    let name = |c: &mut Chance| json!(pick(c, &["Shop", "Shop", "News", "never seen"]));
    if c.one_in(3) {
        let value = one_or_some(c, name);
        return including(c, value, json!({}));
    }
    let mut versions = field_of(world, "apps", "version");
    versions.retain(|version| super::usage::parts(version).is_some());
    let body = json!({"app": name(c), "attribute_name": "version"});
    if c.one_in(5) {
        return put(body, pick(c, &PRESENCE), None);
    }
    let comparison = pick(c, &COMPARISONS);
    put(body, comparison, Some(pick(c, &versions)))
}

pub fn device(c: &mut Chance, world: &World) -> Value {
    let texts = [
        "model",
        "os",
        "carrier",
        "idfa",
        "idfv",
        "google_ad_id",
        "roku_ad_id",
    ];
    let (name, operators) = match c.below(4) {
        0 => ("ad_tracking_enabled", &BOOLS[..]),
        1 => ("count", &COMPARISONS[..]),
        _ => (pick(c, &texts), &TEXTS[..]),
    };
    let values = match name {
        "count" => vec![json!(0), json!(1), json!(2)],
        name => field_of(world, "devices", name),
    };
    comparing(
        c,
        world,
        operators,
        &values,
        json!({ "attribute_name": name }),
    )
}

/// Areas whose corners are on the grid of half degrees on which users are.
pub fn location(c: &mut Chance) -> Value {
    let comparison = pick(
        c,
        &[
            "inside",
            "inside",
            "inside",
            "outside",
            "outside",
            "outside",
            "is_blank",
            "is_not_blank",
            "exists",
            "does_not_exist",
        ],
    );
    if PRESENCE.contains(&comparison) {
        return json!({ "comparison": comparison });
    }
    let (x, y) = (
        9.0 + c.below(15) as f64 / 2.0,
        45.0 + c.below(15) as f64 / 2.0,
    );
    if c.one_in(2) {
        let radius = pick(c, &[0.0, 77.7, 250.25, 400.4, 1_234.5, 15_000.0]);
        return json!({"comparison": comparison, "circle": {"latitude": y, "longitude": x, "radius_km": radius}});
    }
    let corners: &[(f64, f64)] = pick(
        c,
        &[
            // A square, a triangle, an L, and an arrow.
            &[(0.0, 0.0), (5.0, 0.0), (5.0, 4.0), (0.0, 4.0)],
            &[(-4.0, -2.0), (4.0, 0.0), (0.0, 6.0)],
            &[
                (-3.0, -3.0),
                (3.0, -3.0),
                (3.0, 0.0),
                (0.0, 0.0),
                (0.0, 3.0),
                (-3.0, 3.0),
            ],
            &[(-6.0, -4.0), (0.0, -2.0), (6.0, -4.0), (0.0, 8.0)],
        ],
    );
    let corners: Vec<[f64; 2]> = corners.iter().map(|(dx, dy)| [x + dx, y + dy]).collect();
    json!({"comparison": comparison, "polygon": corners})
}

pub fn message(c: &mut Chance, world: &World) -> Value {
    let (kind, list, names, ids): (_, _, &[&str], &[&str]) = pick(
        c,
        &[
            (
                "campaign",
                "campaigns_received",
                &["Welcome", "Sale"],
                &["c-1", "c-2", "c-3"],
            ),
            (
                "canvas",
                "canvases_received",
                &["Journey", "Return"],
                &["v-1", "v-2"],
            ),
            (
                "canvas_step",
                "canvases_received",
                &["Step 1", "Step 2"],
                &["s-1", "s-2"],
            ),
            (
                "card",
                "cards_clicked",
                &["Spring", "Summer"],
                // No export has ids of cards.
                &["d-1"],
            ),
        ],
    );
    let named = |c: &mut Chance, metric: &str| {
        let mut body = json!({"kind": kind, "metric": metric});
        if c.one_in(if kind == "card" { 12 } else { 2 }) {
            body["api_id"] = json!(pick(c, ids));
        } else {
            body["name"] = json!(if c.one_in(10) {
                "never seen"
            } else {
                pick(c, names)
            });
        }
        body
    };
    let all = [
        "received",
        "engaged",
        "clicked",
        "converted",
        "in_control",
        "last_received",
        "variation",
    ];
    // What an export does not tell of them is asked more rarely.
    let told: &[&str] = match kind {
        _ if c.one_in(5) => &all,
        "campaign" => &all,
        "canvas" => &["received", "in_control", "last_received", "variation"],
        "canvas_step" => &["received", "in_control", "last_received"],
        _ => &["clicked", "engaged"],
    };
    let metric = pick(c, told);
    let body = named(c, metric);
    match metric {
        "last_received" => {
            let field = if kind == "canvas" {
                "last_received_message"
            } else {
                "last_received"
            };
            let mut times = field_of(world, list, field);
            if times.is_empty() {
                times = field_of(world, list, "last_received_message");
            }
            comparing(c, world, &TIMES, &times, body)
        }
        "variation" => {
            let variations = field_of(world, list, "variation_name");
            comparing(c, world, &TEXTS, &variations, body)
        }
        _ => yes_or_no(c, body),
    }
}

pub fn recurring_day(c: &mut Chance, world: &World) -> Value {
    let custom = c
        .one_in(2)
        .then(|| pick(c, &["renewal", "renewal", "mixed"]));
    let of = |profile: &Value| match custom {
        Some(name) => profile["custom_attributes"][name].clone(),
        None => profile["dob"].clone(),
    };
    let body = match custom {
        Some(name) => json!({ "custom_attribute_name": name }),
        None => json!({"attribute_name": "dob"}),
    };
    if c.one_in(2) {
        let comparison = pick(c, &MOMENTS[2..]);
        return put(body, comparison, Some(json!(c.below(367))));
    }
    let times = values(world, |profile| vec![of(profile)]);
    let mut dates: Vec<Value> = times
        .iter()
        .filter_map(|time| stored_text(time.as_str()?))
        .map(|time| json!(super::times::iso(moment_stored(time))[5..10]))
        .collect();
    dates.extend(["02-28", "02-29", "03-01", "12-31", "01-01"].map(|day| json!(day)));
    let comparison = pick(c, &["on", "before", "after", "before", "after"]);
    put(body, comparison, Some(pick(c, &dates)))
}
