//! The quick ways to read profiles and the slow one leave the same: lines are loaded as they are, one by
//! one and many at a time, and with an escape in the first key of each, which no quick way follows.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use kohort::hash::Seed;
use kohort::problem::Problem;
use kohort::workspace::Workspace;
use serde_json::{Map, Value, json};

/// A value as exports have them, and as they have not.
fn value(chance: &mut Chance, depth: u32) -> Value {
    match chance.below(if depth < 4 { 14 } else { 9 }) {
        0 => Value::Null,
        1 => json!(chance.one_in(2)),
        2 => json!(chance.below(1000)),
        3 => json!(chance.below(1_000_000) as f64 / 100.0 - 50.0),
        4 => json!([-0.0, 1e-7, 1e21, 0.1, 41.84157636433568][chance.below(5)]),
        5 => json!(["", "AT", "true", "\u{1F600}", "Bjö\u{301}rn", "a\"b\\c\n"][chance.below(6)]),
        6 => json!(format!(
            "2026-{:02}-{:02}",
            chance.below(14),
            chance.below(33)
        )),
        7 => json!(format!(
            "2026-01-0{}T0{}:00:00.000Z",
            chance.below(10),
            chance.below(10)
        )),
        8 => json!(format!("text {}", chance.below(500))),
        9 | 10 => (0..chance.below(5))
            .map(|_| value(chance, depth + 1))
            .collect(),
        _ => {
            let names = ["name", "count", "device_id", "é", "first", "a b", "$time"];
            let mut members = Map::new();
            for _ in 0..chance.below(5) {
                members.insert(
                    names[chance.below(names.len())].into(),
                    value(chance, depth + 1),
                );
            }
            members.into()
        }
    }
}

fn some_id(chance: &mut Chance, kind: &str) -> Value {
    if chance.one_in(60) {
        return [json!(""), json!(7), json!("x".repeat(998)), Value::Null][chance.below(4)].clone();
    }
    // Mostly somebody new, as in an export.
    let most = if chance.one_in(4) { 300 } else { 1 << 30 };
    json!(format!("{kind}-{}", chance.below(most)))
}

fn device(chance: &mut Chance) -> Value {
    let mut device = Map::new();
    if !chance.one_in(8) {
        let key = if chance.one_in(3) {
            "idfv"
        } else {
            "device_id"
        };
        device.insert(key.into(), some_id(chance, "device"));
    }
    if chance.one_in(3) {
        device.insert("model".into(), json!("Pixel"));
        device.insert("carrier".into(), Value::Null);
    }
    device.into()
}

fn field(chance: &mut Chance, name: &str) -> Value {
    if chance.one_in(30) {
        return value(chance, 0);
    }
    match name {
        "external_id" => some_id(chance, "external"),
        "braze_id" => some_id(chance, "braze"),
        "user_aliases" => (0..chance.below(3))
            .map(|_| json!({"alias_name": some_id(chance, "alias"), "alias_label": "shop"}))
            .collect(),
        "devices" | "push_tokens" => (0..chance.below(4)).map(|_| device(chance)).collect(),
        "random_bucket" => json!(chance.below(10_000)),
        "total_revenue" => json!(chance.below(1_000_000) as f64 / 100.0),
        "last_coordinates" => json!([chance.below(400) as f64 - 200.0, chance.below(200) as f64 - 100.0]),
        "time_zone" => json!(["Europe/Vienna", "Eastern Time (US & Canada)", "Nowhere"][chance.below(3)]),
        "custom_attributes" => {
            let mut custom = Map::new();
            for _ in 0..chance.below(8) {
                custom.insert(format!("c{}", chance.below(12)), value(chance, 0));
            }
            custom.into()
        }
        "custom_events" | "apps" => (0..chance.below(3))
            .map(|_| json!({"name": "Shop", "count": chance.below(9), "first": "2026-01-02T03:04:05.678Z"}))
            .collect(),
        "dob" => json!(format!("19{}-0{}-1{}", 10 + chance.below(90), 1 + chance.below(9), chance.below(10))),
        "email_subscribe" => json!(["opted_in", "subscribed", "unsubscribed"][chance.below(3)]),
        _ => json!(format!("{name} {}", chance.below(20))),
    }
}

const NAMES: [&str; 18] = [
    "external_id",
    "braze_id",
    "user_aliases",
    "random_bucket",
    "country",
    "language",
    "first_name",
    "total_revenue",
    "last_coordinates",
    "time_zone",
    "devices",
    "push_tokens",
    "custom_attributes",
    "custom_events",
    "apps",
    "own_field",
    "dob",
    "email_subscribe",
];

/// A line: its fields in their order mostly, some missing; mostly as `JSON.stringify` writes it.
fn line(chance: &mut Chance) -> String {
    let mut fields: Vec<(&str, Value)> = Vec::new();
    for name in NAMES {
        if !chance.one_in(4) {
            fields.push((name, field(chance, name)));
        }
    }
    if chance.one_in(10) && fields.len() > 1 {
        let at = chance.below(fields.len());
        fields.swap(0, at);
    }
    if chance.one_in(40) && !fields.is_empty() {
        fields.push(fields[chance.below(fields.len())].clone());
    }
    let (comma, colon) = [(",", ":"), (", ", ": "), (" ,\t", " :")][chance.below(12).min(2) % 3];
    let members = fields
        .iter()
        .map(|(name, value)| format!("\"{name}\"{colon}{value}"));
    format!("{{{}}}", members.collect::<Vec<_>>().join(comma))
}

/// The same line with its first key's first letter written as an escape.
fn slow(line: &[u8]) -> Vec<u8> {
    match line {
        [b'{', b'"', letter, rest @ ..] if letter.is_ascii_alphabetic() => {
            let mut out = format!("{{\"\\u{:04x}", u32::from(*letter)).into_bytes();
            out.extend_from_slice(rest);
            out
        }
        _ => line.to_vec(),
    }
}

fn told(problems: &[Problem], of: &kohort::problem::Problems) -> Vec<(String, String, u32)> {
    let told = problems.iter().map(|problem| {
        (
            format!("{:?}", problem.code),
            of.path(problem).to_owned(),
            problem.line,
        )
    });
    told.collect()
}

/// A way to load lines.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Slow,
    OneByOne,
    /// In pieces of up to so many bytes.
    Pieces(usize),
}

fn load(lines: &[Vec<u8>], way: Way) -> Workspace {
    let mut workspace = Workspace::new(Seed::new(3));
    workspace.begin_load(100_000).unwrap();
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(&if way == Way::Slow {
            slow(line)
        } else {
            line.clone()
        });
        text.push(b'\n');
        if !matches!(way, Way::Pieces(_)) {
            let (line, end) = text.split_at(text.len() - 1);
            workspace.push(line);
            workspace.push(end);
            text.clear();
        }
    }
    if let Way::Pieces(most) = way {
        for piece in text.chunks(most) {
            workspace.push(piece);
        }
    }
    workspace
}

fn both(lines: &[Vec<u8>]) {
    let ways = [
        Way::Slow,
        Way::OneByOne,
        Way::Pieces(usize::MAX),
        Way::Pieces(5000),
    ];
    same(lines, &ways);
}

/// Loads in each of these ways, the first of which is the slow one.
fn same(lines: &[Vec<u8>], ways: &[Way]) {
    let mut states = Vec::new();
    for &way in ways {
        let mut workspace = load(lines, way);
        let (loaded, problems) = workspace.finish_load().unwrap();
        let mut profiles = Vec::new();
        for user in 0..workspace.directory().len() as u32 {
            let mut out = Vec::new();
            workspace.write_profile(user, &mut out).unwrap();
            profiles.push(String::from_utf8(out).unwrap());
        }
        let told = [
            told(problems.errors(), &problems),
            told(problems.warnings(), &problems),
        ];
        states.push((loaded, told, profiles));
    }
    let (slow, others) = states.split_first().unwrap();
    assert!(slow.0.loaded > 0);
    for quick in others {
        assert_eq!(quick.0, slow.0);
        assert_eq!(quick.1, slow.1);
        assert_eq!(quick.2.len(), slow.2.len());
        for (quick, slow) in quick.2.iter().zip(&slow.2) {
            assert_eq!(quick, slow);
        }
    }
}

#[test]
fn both_ways_leave_the_same_profiles_and_tell_the_same() {
    for seed in 0..12 {
        let mut chance = Chance::new(seed * 77 + 5);
        let lines: Vec<_> = (0..400).map(|_| line(&mut chance).into_bytes()).collect();
        both(&lines);
    }
}

#[test]
fn both_ways_leave_the_same_where_bytes_are_wrong() {
    for seed in 0..12 {
        let mut chance = Chance::new(seed * 31 + 7);
        let lines: Vec<_> = (0..400)
            .map(|_| {
                let mut line = line(&mut chance).into_bytes();
                if chance.one_in(2) && line.len() > 4 {
                    let at = 3 + chance.below(line.len() - 3);
                    match chance.below(4) {
                        0 => drop(line.remove(at)),
                        1 => line[at] = b"{}[],:\"\\0 \x80\xFF\x01e-.n"[chance.below(17)],
                        2 => line.truncate(at),
                        _ => line.insert(at, b"{}[],:\"\\0 9"[chance.below(11)]),
                    }
                    line.retain(|&byte| byte != b'\n');
                }
                line
            })
            .collect();
        both(&lines);
    }
}

/// A profile with something of all that the quick way follows.
fn rich(number: usize) -> String {
    // A name is known once somebody has a value of it.
    let dob = if number == 0 {
        "\"1990-02-03\""
    } else {
        "null"
    };
    format!(
        r#"{{"external_id":"e{number}","braze_id":"b{number}","user_aliases":[{{"alias_name":"a{number}","alias_label":"shop"}},{{"alias_label":"app","alias_name":"b{number}"}}],"random_bucket":12,"country":"AT","dob":{dob},"total_revenue":-10.50,"last_coordinates":[16.37,48.2],"time_zone":"Eastern Time (US & Canada)","devices":[{{"device_id":"d{number}"}},{{"idfv":"f{number}","model":"x","n":null}}],"push_tokens":[{{"device_id":"d{number}","token":"t"}}],"custom_attributes":{{"c1":true,"c2":0.5,"c3":"2026-01-02","a key of more than sixteen":[1,[],{{"k":{{}},"l":false}}]}},"own_field":{{"a":"é\n","b":[null,-0]}}}}"#
    )
}

#[test]
fn both_ways_leave_the_same_wherever_a_byte_is_wrong() {
    let mut lines: Vec<Vec<u8>> = (0..60).map(|number| rich(number).into_bytes()).collect();
    for at in 2..rich(100).len() {
        for change in 0..18 {
            let mut line = rich(lines.len() + 1000).into_bytes();
            let at = at.min(line.len() - 1);
            match change {
                0 => drop(line.remove(at)),
                1 => line.insert(at, line[at]),
                2 if at > 2 => line.swap(at - 1, at),
                3 => line.truncate(at),
                _ => line[at] = b"{}[],:\"\\0 \x01\xC3e-.n\t9"[change],
            }
            lines.push(line);
        }
    }
    both(&lines);
}

#[test]
fn both_ways_leave_the_same_beyond_the_users_of_a_block() {
    let mut chance = Chance::new(11);
    let lines: Vec<Vec<u8>> = (0..66_500usize)
        .map(|user| {
            let mut line = format!(r#"{{"external_id":"{user}","n":{}"#, user * user % 70_000);
            for (name, share) in [("often", 2), ("seldom", 40), ("hardly", 3000)] {
                if chance.one_in(share) {
                    line += &format!(r#","{name}":{},"{name} text":"t{}""#, user / 3, user % 900);
                }
            }
            // Late, and wider and wider.
            if user > 65_000 {
                let wide = 1_i64 << (user % 50);
                line += &format!(r#","late":{wide}.5,"flag":{}"#, user % 3 == 0);
            }
            (line + "}").into_bytes()
        })
        .collect();
    same(&lines, &[Way::Slow, Way::Pieces(1 << 20)]);
}
