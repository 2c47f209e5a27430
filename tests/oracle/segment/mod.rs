//! Who is in a segment, as slow and obvious code: the specification of segments, written down to be read
//! beside the engine and to be held against it. One file for each group of families; no caches, and nothing
//! of the engine.
//!
//! "Rule 1" to "rule 14" are the decided meanings of segment conditions; `tests/segment_oracle/` states them
//! as tables of profiles and answers. Rule 12, whose profile it is, is about loading and not here.
//!
//! A profile is a JSON object as an export has it. It may be raw or as a workspace answers it back: fields of
//! the wrong type read as absent either way.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests; each uses a part of this"
)]

pub mod archetypes;
#[path = "../../support/chance.rs"]
pub mod chance;
mod custom;
mod defaults;
mod devices;
mod messages;
pub mod operands;
mod operators;
mod random_attributes;
mod random_bodies;
mod random_definitions;
mod random_operands;
mod random_worlds;
pub mod times;
mod usage;

#[allow(unused_imports, reason = "each test uses a part of this")]
pub use {
    chance::Chance,
    random_definitions::{FAMILIES, random_condition, random_definition, random_node},
    random_worlds::{Change, random_change, random_profile, random_world},
    times::Zone,
};

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What may be said of a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tri {
    True,
    False,
    Unknown,
}

use Tri::{False, True, Unknown};

/// A user and the profile, which is an object.
#[derive(Clone, Copy)]
pub struct UserView<'a> {
    pub index: usize,
    pub profile: &'a Value,
}

/// A cohort of a partner.
#[derive(Clone)]
pub struct Cohort {
    pub partner: String,
    pub id: String,
    pub members: BTreeSet<usize>,
}

/// Everything that a segment may look at.
#[derive(Clone)]
pub struct World {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// The company's.
    pub zone: Zone,
    /// The profiles by the index of their user. Who is deleted is not among them.
    pub users: BTreeMap<usize, Value>,
    pub cohorts: Vec<Cohort>,
    /// Definitions by name, for segment membership.
    pub segments: BTreeMap<String, Value>,
}

impl World {
    /// A world without users, cohorts and segments.
    pub fn new(now: i64, zone: Zone) -> World {
        World {
            now,
            zone,
            users: BTreeMap::new(),
            cohorts: Vec::new(),
            segments: BTreeMap::new(),
        }
    }

    pub fn views(&self) -> impl Iterator<Item = UserView<'_>> {
        self.users
            .iter()
            .map(|(&index, profile)| UserView { index, profile })
    }

    /// How many users a segment has, and for how many it cannot be said (rule 11).
    pub fn count(&self, definition: &Value) -> (usize, usize) {
        let results: Vec<Tri> = self
            .views()
            .map(|user| holds(definition, user, self))
            .collect();
        let of = |result| results.iter().filter(|other| **other == result).count();
        (of(True), of(Unknown))
    }
}

impl From<bool> for Tri {
    fn from(holds: bool) -> Tri {
        if holds { True } else { False }
    }
}

// Rule 11: Kleene's logic.
impl Tri {
    pub const ALL: [Tri; 3] = [True, False, Unknown];

    pub fn and(self, other: Tri) -> Tri {
        match (self, other) {
            (False, _) | (_, False) => False,
            (True, True) => True,
            _ => Unknown,
        }
    }

    pub fn or(self, other: Tri) -> Tri {
        match (self, other) {
            (True, _) | (_, True) => True,
            (False, False) => False,
            _ => Unknown,
        }
    }

    #[allow(clippy::should_implement_trait, reason = "its standard name")]
    pub fn not(self) -> Tri {
        match self {
            True => False,
            False => True,
            Unknown => Unknown,
        }
    }
}

/// Is the user in the segment? The users of its apps, AND its filter, AND NOT any exclusion.
///
/// The definition must be one that compiles.
pub fn holds(definition: &Value, user: UserView<'_>, world: &World) -> Tri {
    let apps = Tri::from(usage::is_of_apps(definition.get("apps"), user.profile));
    let filter = definition
        .get("filter")
        .map_or(True, |filter| node(filter, user, world));
    let excluded = definition
        .get("exclude")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .fold(False, |excluded, entry| {
            excluded.or(node(entry, user, world))
        });
    apps.and(filter).and(excluded.not())
}

/// A filter or a part of it: `AND`, `OR`, or a condition.
pub fn node(node: &Value, user: UserView<'_>, world: &World) -> Tri {
    let (key, body) = single(node.as_object().unwrap());
    let parts = || body.as_array().unwrap().iter();
    match key {
        "AND" => parts().fold(True, |all, part| all.and(self::node(part, user, world))),
        "OR" => parts().fold(False, |any, part| any.or(self::node(part, user, world))),
        family => condition(family, body, user, world),
    }
}

/// One key per object.
fn single(object: &Map<String, Value>) -> (&str, &Value) {
    assert_eq!(object.len(), 1, "one key per object");
    let (key, value) = object.iter().next().unwrap();
    (key, value)
}

fn condition(family: &str, body: &Value, user: UserView<'_>, world: &World) -> Tri {
    let profile = user.profile;
    match family {
        "custom_attribute" => custom::attribute(body, profile, world).into(),
        "nested_custom_attribute" => custom::nested(body, profile, world).into(),
        "recurring_day" => custom::recurring_day(body, profile, world).into(),
        "default_attribute" => defaults::attribute(body, profile, world).into(),
        "install_attribution" => defaults::attribution(body, profile, world).into(),
        "email_subscription_status" => {
            defaults::status("email_subscribe", body, profile, world).into()
        }
        "push_subscription_status" => {
            defaults::status("push_subscribe", body, profile, world).into()
        }
        "random_bucket" => defaults::random_bucket(body, profile, world),
        "last_used_app" => usage::last_used_app(body, profile, world).into(),
        "app" => usage::app(body, profile, world).into(),
        "session" => usage::session(body, profile, world),
        "custom_event" => usage::custom_event(body, profile, world),
        "purchase" => usage::purchase(body, profile, world),
        "device" => devices::device(body, profile, world).into(),
        "location" => devices::location(body, profile).into(),
        "channel_reachable" => devices::reachable(body, profile),
        "message" => messages::message(body, profile, world),
        "subscription_group" => messages::subscription_group(body, profile),
        "partner_cohort" => partner_cohort(body, user, world).into(),
        "segment_membership" => segment_membership(body, user, world),
        other => panic!("{other} is no family"),
    }
}

/// Any of the cohorts, or none of them. One that nobody has seen has no members (rule 10).
fn partner_cohort(body: &Value, user: UserView<'_>, world: &World) -> bool {
    let is_member = operands::list(&body["value"]).iter().any(|id| {
        world.cohorts.iter().any(|cohort| {
            body["partner"] == *cohort.partner
                && *id == *cohort.id
                && cohort.members.contains(&user.index)
        })
    });
    operators::includes(body, is_member.into()) == True
}

/// Any of the segments, or none of them.
fn segment_membership(body: &Value, user: UserView<'_>, world: &World) -> Tri {
    let names = operands::list(&body["value"]);
    let is_member = names.iter().fold(False, |any, name| {
        let definition = &world.segments[name.as_str().unwrap()];
        any.or(holds(definition, user, world))
    });
    operators::includes(body, is_member)
}
