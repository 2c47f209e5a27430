//! The oracle of segments held against the words of the documents: a table for each operator and each rule.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "oracle/segment/mod.rs"]
mod segment;

#[path = "segment_oracle/loaded.rs"]
mod loaded;
#[path = "segment_oracle/operators.rs"]
mod operators;
#[path = "segment_oracle/rules.rs"]
mod rules;
#[path = "segment_oracle/shares.rs"]
mod shares;
#[path = "segment_oracle/subjects.rs"]
mod subjects;
#[path = "segment_oracle/tables.rs"]
mod tables;
#[path = "segment_oracle/zones.rs"]
mod zones;

use segment::{Tri, UserView, World, Zone, holds};
use serde_json::{Value, json};

/// 2026-11-30T12:34:56.789Z, a Monday, in Vienna.
const NOW: i64 = 1_796_042_096_789;

fn world() -> World {
    World::new(NOW, Zone::vienna())
}

/// What a condition alone says of a profile.
fn ask(world: &World, profile: &Value, condition: Value) -> Tri {
    let user = UserView { index: 0, profile };
    holds(&json!({ "filter": condition }), user, world)
}

/// Profiles and what conditions of a family say of them: T true, F false, ? unknown.
fn family(family: &str, profiles: &[Value], rows: &[(Value, &str)]) {
    for (body, expected) in rows {
        assert_eq!(expected.len(), profiles.len(), "{body}");
        for (profile, expected) in profiles.iter().zip(expected.chars()) {
            let answer = ask(&world(), profile, json!({ family: body }));
            let expected = match expected {
                'T' => Tri::True,
                'F' => Tri::False,
                '?' => Tri::Unknown,
                other => panic!("{other}"),
            };
            assert_eq!(answer, expected, "{family} {body} of {profile}");
        }
    }
}
