//! Looking up ids in a stored directory of either kind.
#![allow(clippy::unwrap_used, reason = "tests")]

use kohort::hash::Seed;
use kohort::identity::{Bare, CompactBuilder, Directory, Found, IdKind, Stored, is_valid_id};
use kohort::limits::MAX_ID_BYTES;
use kohort::payload::braze::profiles::{ProfileReader, TakeUser};
use kohort::problem::Problems;

const SEED: Seed = Seed::new(5);

fn load(profiles: &str, into: &mut dyn TakeUser) {
    let mut problems = Problems::new(10);
    let mut reader = ProfileReader::new(SEED.clone());
    reader
        .push(profiles.as_bytes(), into, &mut problems)
        .unwrap();
    reader.finish(into, &mut problems).unwrap();
    assert!(problems.ok());
}

fn both(profiles: &str) -> [Stored; 2] {
    let mut directory = Directory::new(SEED.clone());
    load(profiles, &mut directory);
    let mut builder = CompactBuilder::new(SEED.clone());
    load(profiles, &mut builder);
    [
        Stored::Verified(directory),
        Stored::Compact(builder.finish().unwrap()),
    ]
}

#[test]
fn an_id_that_nobody_can_have_is_not_looked_up() {
    let long = "x".repeat(MAX_ID_BYTES + 1);
    let longest = long.as_bytes().get(1..).unwrap();
    for (kind, id, expected) in [
        (IdKind::External, [&b"a"[..], b""], true),
        (IdKind::External, [b"", b""], false),
        (IdKind::External, [longest, b""], true),
        (IdKind::Device, [long.as_bytes(), b""], false),
        (IdKind::Alias, [b"a", b"l"], true),
        (IdKind::Alias, [b"a", b""], false),
        (IdKind::Alias, [b"", b"l"], false),
        (IdKind::Alias, [b"a", long.as_bytes()], false),
    ] {
        assert_eq!(is_valid_id(kind, &id), expected);
        for stored in both("") {
            let mut found = Vec::new();
            stored.look_up(kind, &[id], |one| found.push(one));
            assert_eq!(found, [expected.then_some(Found::Unknown)]);
        }
    }
}

#[test]
fn ids_are_told_in_order_however_many_there_are() {
    let profiles: Vec<String> = (0..200)
        .map(|n| format!(r#"{{"external_id":"user-{n}"}}"#))
        .collect();
    let ids: Vec<String> = (0..1_000)
        .map(|n| match n % 5 {
            0 => String::new(),
            1 => format!("nobody-{n}"),
            _ => format!("user-{}", n % 200),
        })
        .collect();
    let bare: Vec<Bare<'_>> = ids.iter().map(|id| [id.as_bytes(), &b""[..]]).collect();
    for stored in both(&profiles.join("\n")) {
        let mut found = Vec::new();
        stored.look_up(IdKind::External, &bare, |one| found.push(one));
        assert_eq!(found.len(), ids.len());
        for (found, id) in found.iter().zip(&ids) {
            match found {
                None => assert!(id.is_empty()),
                Some(Found::Unknown) => assert!(id.starts_with("nobody"), "{id}"),
                Some(_) => assert!(id.starts_with("user"), "{id}"),
            }
        }
    }
}
