//! What a user takes in the profile store, with twelve attributes as a workspace has them.
//!
//! For a million users, and in little time:
//! `cargo test --release --test profile_memory -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "support/chance.rs"]
mod chance;

use chance::Chance;
use kohort::cohort::membership::Members;
use kohort::hash::Seed;
use kohort::profile::{AttributeIx, Draft, Namespace, Profiles, Scope};

const NAMES: [&str; 11] = [
    "country",
    "language",
    "dob",
    "email_subscribe",
    "push_subscribe",
    "apps",
    "total_revenue",
    "random_bucket",
    "tags",
    "is_vip",
    "signed_up",
];

/// Bytes a user in columns and rows, and with five of 40 cohorts.
const MOST: f64 = 40.0;

fn write(draft: &mut Draft, of: &[AttributeIx], chance: &mut Chance) {
    let text =
        |draft: &mut Draft, at: usize, text: String| draft.text(of[at], text.as_bytes()).unwrap();
    draft.clear();
    text(draft, 0, format!("C{}", chance.below(50)));
    text(draft, 1, format!("l{}", chance.below(20)));
    let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
    text(
        draft,
        2,
        format!("{}-{month:02}-{day:02}", 1940 + chance.below(70)),
    );
    for at in [3, 4] {
        let state = ["opted_in", "subscribed", "unsubscribed"][chance.below(3)];
        text(draft, at, state.into());
    }
    draft.list(of[5]).unwrap();
    draft.begin_object().unwrap();
    draft.key(b"last_used").unwrap();
    let time = format!(
        "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        1 + chance.below(12),
        1 + chance.below(28),
        chance.below(24),
        chance.below(60),
        chance.below(60),
        chance.below(1000)
    );
    draft.text_item(time.as_bytes()).unwrap();
    draft.end().unwrap();
    draft.end().unwrap();
    draft
        .number(of[6], chance.below(10_000_000) as f64 / 100.0)
        .unwrap();
    draft.number(of[7], chance.below(10_000) as f64).unwrap();
    draft.list(of[8]).unwrap();
    for _ in 0..5 {
        draft
            .text_item(format!("tag {}", chance.below(100)).as_bytes())
            .unwrap();
    }
    draft.end().unwrap();
    draft.bool(of[9], chance.one_in(2)).unwrap();
    let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
    draft
        .text(
            of[10],
            format!("{}-{month:02}-{day:02}", 2015 + chance.below(11)).as_bytes(),
        )
        .unwrap();
}

fn measure(users: u32) {
    let mut profiles = Profiles::new(Seed::new(1));
    let of = NAMES.map(|name| {
        profiles
            .attribute(Namespace::Default, name.as_bytes())
            .unwrap()
    });
    let mut chance = Chance::new(12);
    let mut draft = Draft::default();
    let mut cohorts = vec![Members::default(); 40];
    cohorts
        .iter_mut()
        .for_each(|set| set.reserve(users as usize).unwrap());
    let mut spent = std::time::Duration::ZERO;
    for user in 0..users {
        write(&mut draft, &of, &mut chance);
        let before = std::time::Instant::now();
        profiles
            .reserve(&draft, user, Scope::Profile)
            .unwrap()
            .commit();
        spent += before.elapsed();
        for _ in 0..5 {
            cohorts[chance.below(40)].insert(user);
        }
    }
    let each = |bytes: usize| bytes as f64 / f64::from(users);
    for (name, attribute) in NAMES.iter().zip(of) {
        println!(
            "{name:16} {:6.3} B a user",
            each(profiles.column_bytes(attribute))
        );
    }
    let memory = profiles.memory();
    println!("tags, apps: rows {:6.3} B a user", each(memory.rows));
    println!(
        "shared texts     {:6.3} B a user",
        each(memory.shared_texts)
    );
    let of_cohorts = 40.0 / 8.0;
    let all = each(profiles.memory_bytes()) + of_cohorts;
    println!("40 cohorts       {of_cohorts:6.3} B a user");
    println!(
        "all              {all:6.3} B a user, {users} users, {:.0} ns a user put",
        spent.as_nanos() as f64 / f64::from(users)
    );
    assert!(all <= MOST, "{all} bytes a user");
}

#[test]
fn twelve_attributes_take_forty_bytes_a_user() {
    measure(200_000);
}

#[test]
#[ignore = "takes long without optimisation"]
fn twelve_attributes_of_a_million_take_forty_bytes_a_user() {
    measure(1_000_000);
}
