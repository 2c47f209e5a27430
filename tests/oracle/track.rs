//! A plain applier of `/users/track` bodies: what a workspace is to answer back after them. Slow, and
//! short enough to be read as the definition.

use serde_json::{Map, Value, json};

/// How many objects became what.
#[derive(Default, Debug, PartialEq, Clone, Copy)]
pub struct Counts {
    pub loaded: u64,
    pub updated: u64,
    pub rejected: u64,
    pub covered: u64,
}

/// Known users, as profiles, each with the moment that its export covers.
#[derive(Default)]
pub struct Track {
    pub users: Vec<(Map<String, Value>, Option<i64>)>,
    pub counts: Counts,
}

/// Why an object is not applied.
struct Refused;

const TEXTS: &[&str] = &[
    "country",
    "date_of_first_session",
    "date_of_last_session",
    "dob",
    "email",
    "email_subscribe",
    "first_name",
    "gender",
    "home_city",
    "language",
    "last_name",
    "marked_email_as_spam_at",
    "phone",
    "push_subscribe",
    "time_zone",
];
const BOOLS: &[&str] = &[
    "email_click_tracking_disabled",
    "email_open_tracking_disabled",
];
const OBJECTS: &[&str] = &["facebook", "twitter"];
const META: &[&str] = &[
    "external_id",
    "user_alias",
    "braze_id",
    "_merge_objects",
    "_update_existing_only",
    "push_token_import",
];

impl Track {
    /// Applies a body, attributes first.
    pub fn body(&mut self, body: &Value) {
        for what in ["attributes", "events", "purchases"] {
            for object in body[what].as_array().into_iter().flatten() {
                if self.object(what, object).is_err() {
                    self.counts.rejected += 1;
                }
            }
        }
    }

    fn object(&mut self, what: &str, object: &Value) -> Result<(), Refused> {
        let object = object.as_object().ok_or(Refused)?;
        let known = self.find(object)?;
        let mut profile = match known {
            Some(at) => self.users[at].0.clone(),
            None => new_profile(object)?,
        };
        match what {
            "attributes" => attributes(&mut profile, object)?,
            _ => {
                let time = object
                    .get("time")
                    .and_then(Value::as_str)
                    .and_then(moment)
                    .ok_or(Refused)?;
                let (list, name, count) = happening(what, object)?;
                if known.is_some_and(|at| self.users[at].1.is_some_and(|as_of| time <= as_of)) {
                    self.counts.covered += 1;
                    return Ok(());
                }
                summarise(&mut profile, list, name, count, time);
                if what == "purchases" {
                    let price = object["price"].as_f64().ok_or(Refused)?;
                    let before = profile
                        .get("total_revenue")
                        .and_then(Value::as_f64)
                        .unwrap_or(0.0);
                    profile.insert("total_revenue".into(), json!(before + price * count));
                }
            }
        }
        match known {
            Some(at) => self.users[at].0 = profile,
            None => self.users.push((profile, None)),
        }
        *(if known.is_some() {
            &mut self.counts.updated
        } else {
            &mut self.counts.loaded
        }) += 1;
        Ok(())
    }

    fn find(&self, object: &Map<String, Value>) -> Result<Option<usize>, Refused> {
        let ids = ["external_id", "user_alias", "braze_id"];
        let mut given = ids
            .iter()
            .filter(|id| object.get(**id).is_some_and(|id| !id.is_null()));
        let (Some(id), None) = (given.next(), given.next()) else {
            return Err(Refused);
        };
        Ok(self.users.iter().position(|(profile, _)| match *id {
            "user_alias" => profile
                .get("user_aliases")
                .is_some_and(|all| all.as_array().unwrap().contains(&object["user_alias"])),
            id => profile.get(id) == object.get(id),
        }))
    }
}

/// Somebody who is created, unless the object is only to change a known user.
fn new_profile(object: &Map<String, Value>) -> Result<Map<String, Value>, Refused> {
    let alias = object.get("user_alias").filter(|alias| !alias.is_null());
    let update_only = object.get("_update_existing_only").and_then(Value::as_bool);
    if update_only.unwrap_or(alias.is_some()) {
        return Err(Refused);
    }
    let mut profile = Map::new();
    match alias {
        Some(alias) => profile.insert("user_aliases".into(), json!([alias])),
        None => {
            let id = if object.contains_key("external_id") {
                "external_id"
            } else {
                "braze_id"
            };
            profile.insert(id.into(), object[id].clone())
        }
    };
    Ok(profile)
}

fn attributes(
    profile: &mut Map<String, Value>,
    object: &Map<String, Value>,
) -> Result<(), Refused> {
    let merges = object.get("_merge_objects") == Some(&json!(true));
    for (name, value) in object {
        let name = name.as_str();
        let is_default = TEXTS.contains(&name) || BOOLS.contains(&name) || OBJECTS.contains(&name);
        let is_right = TEXTS.contains(&name) && value.is_string()
            || BOOLS.contains(&name) && value.is_boolean()
            || OBJECTS.contains(&name) && value.is_object();
        match name {
            _ if META.contains(&name) => {}
            "push_tokens" | "subscription_groups" => panic!("not modelled"),
            "current_location" => {
                let (longitude, latitude) =
                    (value["longitude"].as_f64(), value["latitude"].as_f64());
                if value.is_null() {
                    profile.remove("last_coordinates");
                } else if let Some((longitude, latitude)) = longitude.zip(latitude)
                    && longitude.abs() <= 180.0
                    && latitude.abs() <= 90.0
                {
                    profile.insert("last_coordinates".into(), json!([longitude, latitude]));
                }
            }
            _ if is_default && value.is_null() => {
                profile.remove(name);
            }
            _ if is_default && !is_right => {}
            "time_zone" if value == "Eastern Time (US & Canada)" => {
                profile.insert(name.into(), json!("America/New_York"));
            }
            _ if is_default => {
                profile.insert(name.into(), value.clone());
            }
            _ => {
                let custom = profile
                    .entry("custom_attributes")
                    .or_insert_with(|| json!({}));
                let custom = custom.as_object_mut().unwrap();
                match changed(custom.get(name), value, merges)? {
                    Value::Null => custom.remove(name),
                    value => custom.insert(name.into(), value),
                };
                if custom.is_empty() {
                    profile.remove("custom_attributes");
                }
            }
        }
    }
    Ok(())
}

/// What an attribute becomes.
fn changed(now: Option<&Value>, value: &Value, merges: bool) -> Result<Value, Refused> {
    let Some(fields) = value.as_object() else {
        return Ok(value.clone());
    };
    let only = |names: &[&str]| {
        !fields.is_empty() && fields.keys().all(|key| names.contains(&key.as_str()))
    };
    if only(&["inc"]) {
        let now = now.map_or(Some(0.0), Value::as_f64);
        return Ok(json!(
            now.ok_or(Refused)? + fields["inc"].as_f64().ok_or(Refused)?
        ));
    }
    if only(&["add", "remove"]) {
        let mut list = list_of(now)?;
        for value in items(fields, "add")? {
            list.retain(|other| other != value);
            list.push(value.clone());
        }
        for value in items(fields, "remove")? {
            list.retain(|other| other != value);
        }
        return Ok(Value::Array(list));
    }
    if ["$add", "$remove", "$update"]
        .iter()
        .any(|name| fields.contains_key(*name))
    {
        if !only(&["$add", "$remove", "$update"]) {
            return Err(Refused);
        }
        let mut list = list_of(now)?;
        for value in items(fields, "$add")? {
            list.push(value.as_object().ok_or(Refused)?.clone().into());
        }
        for value in items(fields, "$remove")? {
            let (key, id) = identifier(value)?;
            list.retain(|element| element.get(key) != Some(id));
        }
        for value in items(fields, "$update")? {
            let (key, id) = identifier(value)?;
            let new = value["$new_object"].as_object().ok_or(Refused)?;
            for element in list
                .iter_mut()
                .filter(|element| element.get(key) == Some(id))
            {
                if merges {
                    merge(element.as_object_mut().unwrap(), new);
                } else {
                    *element = new.clone().into();
                }
            }
        }
        return Ok(Value::Array(list));
    }
    match now.and_then(Value::as_object) {
        Some(now) if merges => {
            let mut merged = now.clone();
            merge(&mut merged, fields);
            Ok(merged.into())
        }
        _ => Ok(value.clone()),
    }
}

fn list_of(now: Option<&Value>) -> Result<Vec<Value>, Refused> {
    now.map_or(Ok(vec![]), |now| now.as_array().cloned().ok_or(Refused))
}

fn items<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
) -> Result<std::slice::Iter<'a, Value>, Refused> {
    fields.get(name).map_or(Ok([].iter()), |items| {
        Ok(items.as_array().ok_or(Refused)?.iter())
    })
}

fn identifier(value: &Value) -> Result<(&str, &Value), Refused> {
    let key = value["$identifier_key"].as_str().ok_or(Refused)?;
    Ok((key, value.get("$identifier_value").ok_or(Refused)?))
}

/// Member by member, objects within objects too.
fn merge(now: &mut Map<String, Value>, new: &Map<String, Value>) {
    for (key, value) in new {
        match (
            now.get_mut(key).and_then(Value::as_object_mut),
            value.as_object(),
        ) {
            (Some(now), Some(new)) => merge(now, new),
            _ => drop(now.insert(key.clone(), value.clone())),
        }
    }
}

/// The list that an event or a purchase counts in, its name there, and how often it happened.
fn happening<'a>(
    what: &str,
    object: &'a Map<String, Value>,
) -> Result<(&'static str, &'a str, f64), Refused> {
    let text = |name| {
        object
            .get(name)
            .and_then(Value::as_str)
            .filter(|text: &&str| !text.is_empty())
            .ok_or(Refused)
    };
    if what == "events" {
        return Ok(("custom_events", text("name")?, 1.0));
    }
    text("currency")?;
    object.get("price").and_then(Value::as_f64).ok_or(Refused)?;
    let quantity = object.get("quantity").map_or(Some(1), Value::as_u64);
    let quantity = quantity
        .filter(|quantity| (1..=100).contains(quantity))
        .ok_or(Refused)?;
    Ok(("purchases", text("product_id")?, quantity as f64))
}

fn summarise(profile: &mut Map<String, Value>, list: &str, name: &str, count: f64, time: i64) {
    let list = profile
        .entry(list)
        .or_insert_with(|| json!([]))
        .as_array_mut()
        .unwrap();
    let at = list
        .iter()
        .position(|row| row["name"] == name)
        .unwrap_or_else(|| {
            list.push(json!({"name": name, "first": null, "last": null, "count": 0}));
            list.len() - 1
        });
    let row = &mut list[at];
    row["count"] = json!(row["count"].as_f64().unwrap_or(0.0) + count);
    for (field, is_later) in [("first", false), ("last", true)] {
        let before = row[field].as_str().and_then(moment);
        if before.is_none_or(|before| {
            if is_later {
                time > before
            } else {
                time < before
            }
        }) {
            row[field] = json!(written(time));
        }
    }
}

/// Milliseconds of a time.
pub fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let time = text.parse::<jiff::civil::DateTime>().ok()?;
    let time = jiff::tz::Offset::UTC.to_timestamp(time);
    Some(time.ok()?.as_millisecond())
}

fn written(time: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(time).unwrap();
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
