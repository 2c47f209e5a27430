//! Users by chance, around the archetypes, and what changes them.

use super::archetypes::archetypes;
use super::random_definitions::random_definition;
use super::random_operands::pick;
use super::times::{DAY, iso, midnight, written};
use super::{Chance, Cohort, World, Zone};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Moments at which clocks, days and years change.
const MOMENTS: [&str; 7] = [
    "2026-11-30T12:34:56.789Z",
    "2024-02-29T12:00:00Z",
    "2025-03-01T00:30:00Z",
    "2026-03-28T22:15:00Z",
    "2026-03-29T01:00:00Z",
    "2025-12-31T23:30:00Z",
    "2026-01-01T02:00:00Z",
];

/// How many users are by chance alone, beside the archetypes.
const BY_CHANCE: usize = 80;

/// Some have parts that no number of 64 bits is.
const VERSIONS: [&str; 9] = [
    "1.2.3",
    "1.2",
    "1.10.0",
    "2",
    "1.2.0",
    "x",
    "1.18446744073709551615",
    "1.18446744073709551616",
    "1.0018446744073709551617",
];

pub const PARTNERS: [&str; 2] = ["heap", "amplitude"];
pub const COHORTS: [&str; 3] = ["1338065", "trial", "0"];

/// The world of a seed: the archetypes and others, cohorts, and segments of which none asks for another.
///
/// Each user has an `external_id` or, without one, an alias and a device: `u<index>` wherever an id stands.
pub fn random_world(seed: u64) -> World {
    let chance = &mut Chance::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    chance.below(2);
    let now = match written(MOMENTS[chance.below(MOMENTS.len())]) {
        Some(super::times::Written::Moment(_, moment)) => moment,
        _ => panic!("a moment with a zone"),
    };
    let zones = Zone::all();
    let mut world = World::new(now, zones[chance.below(zones.len())].clone());
    let archetypes = archetypes(now);
    for (_, archetype) in &archetypes {
        let (index, mut profile) = (world.users.len(), archetype.clone());
        name(chance, index, &mut profile);
        world.users.insert(index, profile);
    }
    for _ in 0..BY_CHANCE {
        let index = world.users.len();
        world
            .users
            .insert(index, mixed(chance, now, index, &archetypes));
    }
    for partner in PARTNERS {
        for id in COHORTS {
            let members = world.users.keys().copied();
            let members = members.filter(|_| chance.one_in(2)).collect();
            world.cohorts.push(Cohort {
                partner: partner.into(),
                id: id.into(),
                members,
            });
        }
    }
    // Made before any is there, so that none asks for another.
    let segments = ["active", "lost", "all the rest"].map(|name| {
        let mut definition = random_definition(chance, &world);
        definition["name"] = json!(name);
        (name.to_string(), definition)
    });
    world.segments.extend(segments);
    world
}

/// Names a user.
fn name(chance: &mut Chance, index: usize, profile: &mut Value) {
    let id = format!("u{index}");
    if chance.one_in(8) {
        profile["user_aliases"] = json!([{"alias_name": id, "alias_label": "crm"}]);
        profile["braze_id"] = json!(format!("{index:024x}"));
    } else {
        profile["external_id"] = json!(id);
    }
}

/// A profile in which fields are of two archetypes or by chance.
pub fn random_profile(chance: &mut Chance, now: i64, index: usize) -> Value {
    mixed(chance, now, index, &archetypes(now))
}

fn mixed(chance: &mut Chance, now: i64, index: usize, all: &[(&str, Value)]) -> Value {
    let mut profile = by_chance(chance, now);
    for _ in 0..2 {
        let (_, archetype) = &all[chance.below(all.len())];
        for (field, value) in archetype.as_object().unwrap() {
            match value {
                Value::Object(attributes) => {
                    for (name, value) in attributes {
                        profile[field.as_str()][name.as_str()] = value.clone();
                    }
                }
                value => profile[field.as_str()] = value.clone(),
            }
        }
    }
    name(chance, index, &mut profile);
    profile
}

/// A time within 90 days or years, often whole days away.
pub fn random_time(chance: &mut Chance, now: i64) -> i64 {
    let days = match chance.below(4) {
        0 => chance.below(4_000) as i64 - 3_000,
        1 => chance.below(180) as i64 - 90,
        _ => chance.below(33) as i64 - 16,
    };
    let rest = pick(chance, &[0, 0, 1, -1, 40_000_000, 86_399_999]);
    now + days * DAY + rest
}

/// A time in one of the ways of writing it.
fn random_text_of_time(chance: &mut Chance, now: i64) -> String {
    let time = random_time(chance, now);
    let text = iso(time);
    match chance.below(9) {
        0 => text[..10].into(),
        1 => text[..19].into(),
        2 => text[..19].replace('T', " "),
        3 => format!("{}+02:00", &text[..23]),
        4 => format!("{}-0330", &text[..19]),
        5 => format!("{}/{}/{}", &text[5..7], &text[8..10], &text[..4]),
        6 => format!("{} UTC", text[..23].replace('T', " ")),
        7 => format!("{}:{}", &text[..19], &text[20..]),
        _ => text,
    }
}

/// A list of rows, each of which may be missing.
fn rows<const N: usize>(chance: &mut Chance, rows: [Value; N]) -> Value {
    let mut rows = rows.to_vec();
    rows.retain(|_| !chance.one_in(3));
    json!(rows)
}

fn by_chance(chance: &mut Chance, now: i64) -> Value {
    let mut profile = Map::new();
    profile.insert("custom_attributes".into(), attributes(chance, now));
    let c = chance;
    for (field, values) in [
        ("country", ["DE", "AT", "CH", "de"]),
        ("language", ["de", "en", "fr", ""]),
        ("gender", ["M", "F", "O", "N"]),
        ("first_name", ["Eva", "Max", "EVA", "Jörg"]),
        ("last_name", ["Berg", "Berger", "Ö", ""]),
        ("home_city", ["Wien", "Linz", "Graz ", "wien"]),
        (
            "time_zone",
            ["Europe/Vienna", "Vienna", "America/New_York", "Berlin"],
        ),
        ("phone", ["+431234567", "+49301234", "", "0664"]),
        (
            "email",
            ["a@example.com", "b@example.org", "A@EXAMPLE.COM", ""],
        ),
        (
            "email_subscribe",
            ["opted_in", "subscribed", "unsubscribed", "unsubscribed"],
        ),
        (
            "push_subscribe",
            ["opted_in", "subscribed", "unsubscribed", "opted_in"],
        ),
        (
            "attributed_source",
            ["Organic", "Google Ads", "organic", ""],
        ),
        ("attributed_campaign", ["spring", "Spring 26", "", "fall"]),
        ("attributed_adgroup", ["group 1", "group 2", "Group 1", ""]),
        ("attributed_ad", ["ad-7", "ad-8", "AD-7", ""]),
        (
            "dob",
            ["2000-02-29", "1990-06-15", "2008-11-30", "1970-01-01"],
        ),
    ] {
        if !c.one_in(4) {
            profile.insert(field.into(), json!(pick(c, &values)));
        }
    }
    for field in [
        "created_at",
        "push_opted_in_at",
        "push_unsubscribed_at",
        "email_opted_in_at",
        "email_unsubscribed_at",
        "uninstalled_at",
    ] {
        if !c.one_in(4) {
            profile.insert(field.into(), json!(random_text_of_time(c, now)));
        }
    }
    if !c.one_in(3) {
        let born = midnight(jiff::civil::date(1950, 1, 1)) + c.below(26_000) as i64 * DAY;
        profile.insert("dob".into(), json!(iso(born)[..10]));
    }
    if !c.one_in(3) {
        profile.insert("random_bucket".into(), json!(c.below(10_000)));
    }
    if !c.one_in(3) {
        profile.insert(
            "total_revenue".into(),
            pick(c, &[json!(0), json!(9.5), json!(100), json!(-1)]),
        );
    }
    if !c.one_in(3) {
        // On a grid of half degrees, so that edges and corners are met.
        let half = |c: &mut Chance, from: f64| from + c.below(21) as f64 / 2.0;
        let place = json!([half(c, 8.0), half(c, 44.0)]);
        profile.insert("last_coordinates".into(), place);
    }
    doings(c, now, &mut profile);
    messages(c, now, &mut profile);
    Value::Object(profile)
}

fn attributes(c: &mut Chance, now: i64) -> Value {
    let texts = ["trial", "pro", "Pro", "trial period", "", "größe", "0"].map(|text| json!(text));
    let numbers = [
        json!(0),
        json!(-3),
        json!(1),
        json!(2.5),
        json!(10),
        json!(10.0),
        json!(-0.0),
        json!(1e15),
    ];
    let bools = [json!(true), json!(false)];
    let words = ["red", "Red", "blue", "dark red", "", "größe"];
    let tags = |c: &mut Chance| {
        let count = c.below(4);
        let mut tags: Vec<Value> = (0..count).map(|_| json!(pick(c, &words))).collect();
        if c.one_in(4) {
            tags.push(pick(c, &[json!(1), json!(2.5), json!(true), json!("1")]));
        }
        json!(tags)
    };
    let time = |c: &mut Chance| json!({"$time": random_text_of_time(c, now)});
    let pet = |c: &mut Chance| {
        let mut pet = json!({"name": pick(c, &["Rex", "Mia", "rex", ""]), "age": c.below(12), "vaccinated": c.one_in(2), "born": time(c), "toys": tags(c)});
        for field in ["name", "age", "vaccinated", "born", "toys"] {
            if c.one_in(5) {
                pet.as_object_mut().unwrap().remove(field);
            }
        }
        pet
    };
    let mut attributes = Map::new();
    for (name, ways) in [
        ("plan", 0),
        ("score", 1),
        ("vip", 2),
        ("tags", 3),
        ("renewal", 4),
        ("car", 5),
        ("pets", 6),
        ("mixed", 7),
    ] {
        // Absent or of another type, now and then.
        let way = match c.below(12) {
            0 | 1 => continue,
            2 => c.below(7),
            _ if ways == 7 => c.below(7),
            _ => ways,
        };
        let value = match way {
            0 => pick(c, &texts),
            1 => pick(c, &numbers),
            2 => pick(c, &bools),
            3 => tags(c),
            4 => json!(random_text_of_time(c, now)),
            5 => {
                json!({"model": pick(c, &texts), "year": pick(c, &numbers), "electric": pick(c, &bools), "sold": time(c), "options": tags(c), "specs": {"power": c.below(300), "fuel": pick(c, &texts)}})
            }
            _ => json!((0..c.below(3)).map(|_| pet(c)).collect::<Vec<_>>()),
        };
        attributes.insert(name.into(), value);
    }
    Value::Object(attributes)
}

fn doings(c: &mut Chance, now: i64, profile: &mut Map<String, Value>) {
    let time = |c: &mut Chance| json!(random_text_of_time(c, now));
    let done = |c: &mut Chance, name: &str| json!({"name": name, "first": time(c), "last": time(c), "count": 1 + c.below(5)});
    let device = |c: &mut Chance| {
        let mut device = json!({
            "model": pick(c, &["iPhone 15", "Pixel 8", "pixel 8", ""]), "os": pick(c, &["17.1", "Android (Q)", "18"]),
            "carrier": pick(c, &[json!("A1"), json!("Magenta"), json!(null)]), "ad_tracking_enabled": c.one_in(2),
            "idfa": pick(c, &["IDFA-1", "IDFA-2", ""]), "google_ad_id": pick(c, &["GA-1", "GA-2"]),
            "roku_ad_id": pick(c, &["RO-1", ""]), "idfv": pick(c, &["IDFV-1", "IDFV-2"])});
        for field in [
            "model",
            "os",
            "carrier",
            "ad_tracking_enabled",
            "idfa",
            "google_ad_id",
            "roku_ad_id",
            "idfv",
        ] {
            if c.one_in(3) {
                device.as_object_mut().unwrap().remove(field);
            }
        }
        device
    };
    let app = |c: &mut Chance, name: &str, platform: &str| {
        let mut app = json!({"name": name, "platform": platform, "version": pick(c, &VERSIONS), "sessions": c.below(4), "first_used": time(c), "last_used": time(c)});
        for field in ["version", "sessions", "first_used", "last_used"] {
            if c.one_in(5) {
                app.as_object_mut().unwrap().remove(field);
            }
        }
        app
    };
    let token = |c: &mut Chance, platform: &str| json!({"app": "Shop", "platform": platform, "token": "t", "notifications_enabled": !c.one_in(3)});
    let lists = [
        (
            "custom_events",
            [done(c, "signed_up"), done(c, "searched"), done(c, "left")],
        ),
        (
            "purchases",
            [done(c, "mug"), done(c, "pen"), done(c, "cup")],
        ),
        ("devices", [device(c), device(c), device(c)]),
        (
            "apps",
            [
                app(c, "Shop", "iOS"),
                app(c, "Shop", "Android"),
                app(c, "News", "Web"),
            ],
        ),
        (
            "push_tokens",
            [token(c, "iOS"), token(c, "Android"), token(c, "Web")],
        ),
    ];
    for (field, list) in lists {
        if !c.one_in(3) {
            profile.insert(field.into(), rows(c, list));
        }
    }
    if !c.one_in(6) {
        let group = |c: &mut Chance, id: &str| json!({"subscription_group_id": id, "subscription_state": pick(c, &["subscribed", "unsubscribed"])});
        let groups = [group(c, "sms-1"), group(c, "mail-1")];
        profile.insert("subscription_groups".into(), rows(c, groups));
    }
}

fn messages(c: &mut Chance, now: i64, profile: &mut Map<String, Value>) {
    let time = |c: &mut Chance| json!(random_text_of_time(c, now));
    let campaign = |c: &mut Chance, name: &str, id: &str| {
        json!({"name": name, "api_campaign_id": id, "last_received": time(c), "in_control": c.one_in(3), "converted": c.one_in(2),
            "engaged": {"opened_email": c.one_in(2), "clicked_email": c.one_in(3), "opened_push": c.one_in(4)}, "variation_name": pick(c, &["A", "B", "Control", ""])})
    };
    let canvas = |c: &mut Chance, name: &str, id: &str| {
        let step = |c: &mut Chance, name: &str, id: &str| json!({"name": name, "api_canvas_step_id": id, "last_received": time(c)});
        let steps = [step(c, "Step 1", "s-1"), step(c, "Step 2", "s-2")];
        json!({"name": name, "api_canvas_id": id, "last_received_message": time(c), "last_entered": time(c), "in_control": c.one_in(3),
            "variation_name": pick(c, &["Variant 1", "Control"]), "steps_received": rows(c, steps)})
    };
    let campaigns = [
        campaign(c, "Welcome", "c-1"),
        campaign(c, "Welcome", "c-2"),
        campaign(c, "Sale", "c-3"),
    ];
    let canvases = [canvas(c, "Journey", "v-1"), canvas(c, "Return", "v-2")];
    let cards = [json!({"name": "Spring"}), json!({"name": "Summer"})];
    for (field, list) in [
        ("campaigns_received", rows(c, campaigns)),
        ("canvases_received", rows(c, canvases)),
        ("cards_clicked", rows(c, cards)),
    ] {
        if !c.one_in(3) {
            profile.insert(field.into(), list);
        }
    }
}

/// What happened to a world.
pub enum Change {
    /// Users were added to a cohort and removed from it, whether they were in it or not.
    Cohort {
        partner: String,
        id: String,
        add: BTreeSet<usize>,
        remove: BTreeSet<usize>,
    },
    /// A user's profile was replaced, or came to be. The ids stay.
    Profile { index: usize, profile: Value },
    /// A user was deleted.
    Deleted { index: usize },
}

/// Changes a world and says how.
pub fn random_change(chance: &mut Chance, world: &mut World) -> Change {
    let users: Vec<usize> = world.users.keys().copied().collect();
    let change = match chance.below(5) {
        0 if users.len() > 20 => Change::Deleted {
            index: pick(chance, &users),
        },
        1 | 2 => {
            let known = !chance.one_in(4);
            let last = world.users.keys().last().copied().unwrap_or(0);
            let index = if known {
                pick(chance, &users)
            } else {
                last + 1
            };
            let mut profile = random_profile(chance, world.now, index);
            if let Some(before) = world.users.get(&index) {
                for id in ["external_id", "user_aliases", "braze_id"] {
                    profile.as_object_mut().unwrap().remove(id);
                    if let Some(before) = before.get(id) {
                        profile[id] = before.clone();
                    }
                }
            }
            Change::Profile { index, profile }
        }
        _ => {
            let mut some = || {
                let some = users.iter().copied();
                some.filter(|_| chance.one_in(6)).collect::<BTreeSet<_>>()
            };
            let (add, remove) = (some(), some());
            Change::Cohort {
                partner: pick(chance, &PARTNERS).into(),
                id: pick(chance, &COHORTS).into(),
                remove: remove.difference(&add).copied().collect(),
                add,
            }
        }
    };
    world.apply(&change);
    change
}

impl World {
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Deleted { index } => {
                self.users.remove(index);
                for cohort in &mut self.cohorts {
                    cohort.members.remove(index);
                }
            }
            Change::Profile { index, profile } => {
                self.users.insert(*index, profile.clone());
            }
            Change::Cohort {
                partner,
                id,
                add,
                remove,
            } => {
                let cohort = self
                    .cohorts
                    .iter_mut()
                    .find(|cohort| cohort.partner == *partner && cohort.id == *id)
                    .unwrap();
                cohort.members.extend(add);
                cohort.members.retain(|index| !remove.contains(index));
            }
        }
    }
}
