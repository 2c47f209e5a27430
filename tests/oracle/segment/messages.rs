//! Messages that users received, and subscription groups.

use super::operands::{comparison, present, rows};
use super::operators::{Place, any_satisfies, satisfies};
use super::times::{moment_stored, stored_text};
use super::{Tri, World};
use serde_json::Value;

/// What a row tells of a message.
struct Row<'a> {
    is_control: bool,
    received_at: Option<&'a Value>,
    variation: Option<&'a Value>,
    /// What was opened or clicked.
    engaged: Option<&'a Value>,
    converted: bool,
}

/// The rows of the message of a condition.
fn message_rows<'a>(body: &Value, profile: &'a Value) -> Vec<Row<'a>> {
    let is_asked = |row: &Value, id: &str| match body.get("api_id") {
        Some(asked) => row[id] == *asked,
        None => row["name"] == body["name"],
    };
    let row = |row: &'a Value, received_at: &str| Row {
        is_control: row["in_control"] == true,
        received_at: present(row, received_at),
        variation: present(row, "variation_name"),
        engaged: present(row, "engaged"),
        converted: row["converted"] == true,
    };
    let canvases = || rows(profile, "canvases_received").into_iter();
    match body["kind"].as_str().unwrap() {
        "campaign" => rows(profile, "campaigns_received")
            .into_iter()
            .filter(|campaign| is_asked(campaign, "api_campaign_id"))
            .map(|campaign| row(campaign, "last_received"))
            .collect(),
        "canvas" => canvases()
            .filter(|canvas| is_asked(canvas, "api_canvas_id"))
            .map(|canvas| row(canvas, "last_received_message"))
            .collect(),
        // A step of a Canvas in whose control group the user is was not received.
        "canvas_step" => canvases()
            .flat_map(|canvas| {
                let steps = rows(canvas, "steps_received").into_iter();
                steps.map(move |step| (canvas, step))
            })
            .filter(|(_, step)| is_asked(step, "api_canvas_step_id"))
            .map(|(canvas, step)| Row {
                is_control: canvas["in_control"] == true,
                ..row(step, "last_received")
            })
            .collect(),
        // Cards have a name alone.
        "card" => rows(profile, "cards_clicked")
            .into_iter()
            .filter(|card| body.get("api_id").is_none() && card["name"] == body["name"])
            .map(|card| row(card, "last_received"))
            .collect(),
        other => panic!("{other}"),
    }
}

pub fn message(body: &Value, profile: &Value, world: &World) -> Tri {
    let rows = message_rows(body, profile);
    let kind = body["kind"].as_str().unwrap();
    // Rule 14: a row of the control group counts as not received.
    let received: Vec<&Row> = rows.iter().filter(|row| !row.is_control).collect();
    match (body["metric"].as_str().unwrap(), kind) {
        // An export tells the names of the cards that were clicked, and of no others that they were received.
        ("received", "card") => Tri::Unknown,
        (_, "card") if body.get("api_id").is_some() => Tri::Unknown,
        ("received", _) => yes_or_no(body, !received.is_empty()).into(),
        // A card that was clicked is all that is known of it.
        ("engaged" | "clicked", "card") => yes_or_no(body, !received.is_empty()).into(),
        ("engaged", "campaign") => {
            let engaged = received.iter().any(|row| row.is_engaged(""));
            yes_or_no(body, engaged).into()
        }
        ("clicked", "campaign") => {
            let clicked = received.iter().any(|row| row.is_engaged("clicked_"));
            yes_or_no(body, clicked).into()
        }
        ("converted", "campaign") => {
            let converted = received.iter().any(|row| row.converted);
            yes_or_no(body, converted).into()
        }
        ("in_control", "campaign" | "canvas" | "canvas_step") => in_control(body, &rows).into(),
        ("last_received", "campaign" | "canvas" | "canvas_step") => {
            let times = received.iter().filter_map(|row| row.received_at);
            let moment = |time: &Value| time.as_str().and_then(stored_text).map(moment_stored);
            let times = times.filter(|time| moment(time).is_some());
            let last = times.max_by_key(|time| moment(time));
            let comparison = comparison(body);
            satisfies(comparison, &body["value"], last, Place::Flat, world).into()
        }
        // Of all users, the control group's too.
        ("variation", "campaign" | "canvas") => {
            let variations: Vec<_> = rows.iter().map(|row| row.variation).collect();
            any_satisfies(comparison(body), &body["value"], &variations, world).into()
        }
        // An export does not tell.
        _ => Tri::Unknown,
    }
}

impl Row<'_> {
    fn is_engaged(&self, prefix: &str) -> bool {
        let fields = self.engaged.and_then(Value::as_object);
        fields
            .into_iter()
            .flatten()
            .any(|(what, engaged)| what.starts_with(prefix) && *engaged == true)
    }
}

/// `is` or `is_not`, true or false.
fn yes_or_no(body: &Value, is_so: bool) -> bool {
    let is_asked = is_so == body["value"].as_bool().unwrap();
    match comparison(body) {
        "is" => is_asked,
        "is_not" => !is_asked,
        other => panic!("{other}"),
    }
}

/// Rule 2, the exception: not in the control group (`is_not` true, `is` false) is only who has a row.
fn in_control(body: &Value, rows: &[Row<'_>]) -> bool {
    let is_in = rows.iter().any(|row| row.is_control);
    let is_not_in = !rows.is_empty() && !is_in;
    match (comparison(body), body["value"].as_bool().unwrap()) {
        ("is", true) => is_in,
        ("is", false) | ("is_not", true) => is_not_in,
        // Not excepted, so NOT the twin `is` false: who has no row too.
        ("is_not", false) => !is_not_in,
        other => panic!("{other:?}"),
    }
}

/// Rule 10: unknown without data of this group.
pub fn subscription_group(body: &Value, profile: &Value) -> Tri {
    let groups = rows(profile, "subscription_groups");
    let group = groups
        .iter()
        .find(|group| group["subscription_group_id"] == body["subscription_group_id"]);
    let state = group.and_then(|group| group["subscription_state"].as_str());
    let Some(state) = state else {
        return Tri::Unknown;
    };
    let is_asked = body["value"] == state;
    match comparison(body) {
        "is" => is_asked.into(),
        "is_not" => (!is_asked).into(),
        other => panic!("{other}"),
    }
}
