//! Users with random lists and objects, of right types and of wrong ones.

use crate::chance::Chance;
use kohort::cohort::membership::{Cohorts, Members};
use kohort::hash::Seed;
use kohort::identity::{Directory, ProfileIdKind, ProfileIds, UserIx};
use kohort::profile::{AttributeIx, Draft, Namespace, Profiles, Scope};
use kohort::segment::index::Indexes;
use kohort::segment::{Answer, Clock, Patterns, Rule, World, Zone};
use serde_json::{Value as Json, json};

/// A pattern is a text that is contained, in whatever case.
struct Contained;

impl Patterns for Contained {
    fn matches(&self, pattern: &[u8], text: &[u8]) -> bool {
        let lower = |text: &[u8]| text.to_ascii_lowercase();
        let (pattern, text) = (lower(pattern), lower(text));
        text.windows(pattern.len()).any(|part| part == pattern)
    }
}

pub const NOW: i64 = 1_790_000_000_000;

/// Attributes of Braze's own, and custom ones.
const ATTRIBUTES: [(Namespace, &str); 15] = [
    (Namespace::Default, "apps"),
    (Namespace::Default, "custom_events"),
    (Namespace::Default, "purchases"),
    (Namespace::Default, "devices"),
    (Namespace::Default, "push_tokens"),
    (Namespace::Default, "campaigns_received"),
    (Namespace::Default, "canvases_received"),
    (Namespace::Default, "cards_clicked"),
    (Namespace::Default, "subscription_groups"),
    (Namespace::Default, "last_coordinates"),
    (Namespace::Default, "push_subscribe"),
    (Namespace::Default, "country"),
    (Namespace::Custom, "tags"),
    (Namespace::Custom, "pet"),
    (Namespace::Custom, "lone"),
];

pub const TEXTS: [&str; 9] = [
    "",
    "a",
    "red",
    "Red wine",
    "blue",
    "1.2.10",
    "10",
    "2026-05-01",
    "2026-08-09T10:00:00.000Z",
];

pub fn pick<'t>(chance: &mut Chance, of: &[&'t str]) -> &'t str {
    of[chance.below(of.len())]
}

fn time(chance: &mut Chance) -> Json {
    match chance.below(12) {
        0 => json!("3002-01-01"),
        1 => json!("2026-08-09T12:00:00+02:00"),
        2 => json!(7),
        3 => Json::Null,
        _ => {
            let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
            json!(format!(
                "2026-{month:02}-{day:02}T0{}:00:00.000Z",
                chance.below(9)
            ))
        }
    }
}

fn scalar(chance: &mut Chance) -> Json {
    match chance.below(10) {
        0 => json!(true),
        1 => json!(false),
        2 => json!(chance.below(4)),
        3 => json!(chance.below(40) as f64 / 8.0),
        4 => json!(-1e300),
        5 => Json::Null,
        _ => json!(pick(chance, &TEXTS)),
    }
}

fn any(chance: &mut Chance, depth: usize) -> Json {
    match chance.below(if depth == 0 { 6 } else { 10 }) {
        6 | 7 => (0..chance.below(20).saturating_sub(2) % 17)
            .map(|_| any(chance, depth - 1))
            .collect(),
        8 | 9 => object(
            chance,
            &["name", "kind", "since", "$time", "legs"],
            |chance, _| any(chance, depth - 1),
        ),
        _ => scalar(chance),
    }
}

/// An object with some of these members.
fn object(
    chance: &mut Chance,
    keys: &[&str],
    mut value: impl FnMut(&mut Chance, &str) -> Json,
) -> Json {
    let mut members = serde_json::Map::new();
    for key in keys {
        if !chance.one_in(5) {
            let value = if chance.one_in(25) {
                scalar(chance)
            } else {
                value(chance, key)
            };
            members.insert((*key).to_string(), value);
        }
    }
    Json::Object(members)
}

fn rows(
    chance: &mut Chance,
    most: usize,
    keys: &[&str],
    value: impl Fn(&mut Chance, &str) -> Json,
) -> Json {
    (0..chance.below(most))
        .map(|_| match chance.below(30) {
            0 => scalar(chance),
            _ => object(chance, keys, &value),
        })
        .collect()
}

/// The value of an attribute of a user.
pub fn attribute(chance: &mut Chance, name: &str) -> Json {
    if chance.one_in(20) {
        return any(chance, 2);
    }
    let bool_or = |chance: &mut Chance| json!(chance.one_in(2));
    let row = |chance: &mut Chance, key: &str| match key {
        "name" => json!(pick(chance, &["one", "two", "10"])),
        "api_campaign_id" | "api_canvas_id" | "api_canvas_step_id" | "subscription_group_id" => {
            json!(pick(chance, &["one", "two"]))
        }
        "first" | "last" | "first_used" | "last_used" | "last_received" => time(chance),
        "last_received_message" => time(chance),
        "version" | "model" => json!(pick(chance, &TEXTS)),
        "subscription_state" => json!(pick(chance, &["subscribed", "unsubscribed"])),
        "platform" => json!(pick(chance, &["ios", "Android", "web", "kindle"])),
        "count" | "sessions" => json!(chance.below(5) as f64 - 1.0),
        "engaged" => object(chance, &["opened_email", "clicked_email"], |chance, _| {
            json!(chance.one_in(2))
        }),
        _ => bool_or(chance),
    };
    match name {
        "apps" => rows(
            chance,
            4,
            &["name", "version", "sessions", "first_used", "last_used"],
            row,
        ),
        "custom_events" | "purchases" => rows(chance, 4, &["first", "name", "count", "last"], row),
        "devices" => rows(
            chance,
            4,
            &["model", "carrier", "idfv", "ad_tracking_enabled"],
            row,
        ),
        "push_tokens" => rows(chance, 3, &["platform", "notifications_enabled"], row),
        "campaigns_received" | "cards_clicked" => rows(
            chance,
            4,
            &[
                "name",
                "api_campaign_id",
                "last_received",
                "engaged",
                "converted",
                "in_control",
                "variation_name",
            ],
            |chance, key| match key {
                "variation_name" => json!(pick(chance, &TEXTS)),
                _ => row(chance, key),
            },
        ),
        "canvases_received" => rows(
            chance,
            3,
            &[
                "name",
                "api_canvas_id",
                "in_control",
                "last_received_message",
                "steps_received",
            ],
            |chance, key| match key {
                "steps_received" => rows(
                    chance,
                    3,
                    &[
                        "name",
                        "api_canvas_step_id",
                        "last_received",
                        "engaged",
                        "converted",
                    ],
                    row,
                ),
                _ => row(chance, key),
            },
        ),
        "subscription_groups" => rows(
            chance,
            3,
            &["subscription_group_id", "subscription_state"],
            row,
        ),
        "last_coordinates" => {
            let mut degrees = |span: usize| chance.below(span * 100) as f64 / 100.0;
            json!([degrees(30) - 10.0, degrees(20) + 40.0])
        }
        "push_subscribe" => json!(pick(chance, &["opted_in", "subscribed", "unsubscribed"])),
        "country" => scalar(chance),
        "pet" => object(
            chance,
            &["name", "kind", "since", "legs"],
            |chance, key| match key {
                "since" => json!({ "$time": time(chance) }),
                "kind" => any(chance, 1),
                "legs" => json!(chance.below(5)),
                _ => json!({ "first": scalar(chance), "all": [scalar(chance), scalar(chance)] }),
            },
        ),
        _ => (0..chance.below(6)).map(|_| scalar(chance)).collect(),
    }
}

pub struct Users {
    pub directory: Directory,
    pub profiles: Profiles,
    of: Vec<AttributeIx>,
    draft: Draft,
    cohorts: Cohorts,
    revision: u64,
}

impl Users {
    pub fn new() -> Users {
        let mut profiles = Profiles::new(Seed::new(1));
        let of = ATTRIBUTES
            .iter()
            .map(|(namespace, name)| profiles.attribute(*namespace, name.as_bytes()).unwrap())
            .collect();
        Users {
            directory: Directory::new(Seed::new(1)),
            profiles,
            of,
            draft: Draft::default(),
            cohorts: Cohorts::default(),
            revision: 0,
        }
    }

    pub fn add(&mut self, devices: usize) -> UserIx {
        let user = self.directory.len() as UserIx;
        let mut ids = ProfileIds::default();
        ids.push(ProfileIdKind::External, format!("user {user}").as_bytes());
        for device in 0..devices {
            ids.push(
                ProfileIdKind::Device,
                format!("d {user} {device}").as_bytes(),
            );
        }
        assert!(self.directory.put(&mut ids).is_ok());
        self.revision += 1;
        user
    }

    /// Replaces the whole profile of a user.
    pub fn put(&mut self, user: UserIx, values: &[(usize, Json)]) {
        let draft = &mut self.draft;
        draft.clear();
        for (at, value) in values {
            write(draft, Some(self.of[*at]), value);
        }
        let reserved = self.profiles.reserve(draft, user, Scope::Profile);
        reserved.unwrap().commit();
        self.revision += 1;
    }

    pub fn random(&mut self, user: UserIx, chance: &mut Chance) {
        let mut values = Vec::new();
        for (at, (_, name)) in ATTRIBUTES.iter().enumerate() {
            let rare = if *name == "lone" { 50 } else { 3 };
            if (*name == "lone") == chance.one_in(rare) {
                let value = attribute(chance, name);
                if !value.is_null() {
                    values.push((at, value));
                }
            }
        }
        self.put(user, &values);
    }

    pub fn remove(&mut self, user: UserIx) {
        assert!(self.directory.remove(user));
        self.profiles.remove(user).unwrap();
        self.revision += 1;
    }

    pub fn live(&self) -> Members {
        let mut live = Members::default();
        live.reserve(self.directory.len()).unwrap();
        for user in 0..self.directory.len() as UserIx {
            if self.directory.is_known(user) {
                live.insert(user);
            }
        }
        live
    }

    pub fn ask<T>(&self, with: impl FnOnce(&World<'_>) -> T) -> T {
        let clock = Clock {
            now: NOW,
            zone: Zone::UTC,
        };
        with(&World {
            directory: &self.directory,
            profiles: &self.profiles,
            cohorts: &self.cohorts,
            clock: &clock,
            patterns: &Contained,
            rules: &|_| None,
        })
    }

    /// Holds what is found against what each user is asked.
    pub fn compare(&self, rule: &Rule, indexes: &mut Indexes, what: &str) {
        let live = self.live();
        self.ask(|world| {
            let found = rule.evaluate(world, &live, indexes).unwrap();
            let (mut count, mut unknown) = (0, 0);
            for user in 0..self.directory.len() {
                if !self.directory.is_known(user as UserIx) {
                    continue;
                }
                let answer = rule.ask(world, user as UserIx);
                let is_member = found.members[user / 64] >> (user % 64) & 1 != 0;
                assert_eq!(is_member, answer == Answer::True, "user {user}: {what}");
                count += u32::from(answer == Answer::True);
                unknown += u32::from(answer == Answer::Unknown);
            }
            assert_eq!((found.count, found.unknown), (count, unknown), "{what}");
        });
    }
}

fn write(draft: &mut Draft, at: Option<AttributeIx>, value: &Json) {
    match (value, at) {
        (Json::Null, _) => draft.null_item(),
        (Json::Bool(value), Some(at)) => draft.bool(at, *value),
        (Json::Bool(value), None) => draft.bool_item(*value),
        (Json::Number(number), Some(at)) => draft.number(at, number.as_f64().unwrap()),
        (Json::Number(number), None) => draft.number_item(number.as_f64().unwrap()),
        (Json::String(text), Some(at)) => draft.text(at, text.as_bytes()),
        (Json::String(text), None) => draft.text_item(text.as_bytes()),
        (Json::Array(elements), at) => {
            let begun = match at {
                Some(at) => draft.list(at),
                None => draft.begin_list(),
            };
            begun.unwrap();
            elements
                .iter()
                .for_each(|element| write(draft, None, element));
            draft.end()
        }
        (Json::Object(members), at) => {
            let begun = match at {
                Some(at) => draft.object(at),
                None => draft.begin_object(),
            };
            begun.unwrap();
            for (key, value) in members {
                draft.key(key.as_bytes()).unwrap();
                // Some ids of devices are told as those of the user.
                if key == "idfv" && value == &json!(true) {
                    draft.id_item(0).unwrap();
                } else {
                    write(draft, None, value);
                }
            }
            draft.end()
        }
    }
    .unwrap();
}
