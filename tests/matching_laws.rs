//! Known users and matching agree with slow and obvious code, whatever comes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "oracle/people.rs"]
mod people_oracle;
#[path = "support/people.rs"]
mod people_support;

use kohort::cohort::matching::{Matching, NO_USER, Request};
use kohort::cohort::membership::{Undo, UserSet};
use kohort::hash::Seed;
use kohort::identity::{Directory, ProfileIdKind};
use kohort::payload::braze::Options;
use kohort::payload::braze::users_request::UsersRequest;
use kohort::problem::Problems;
use people_oracle::{Id, People, Person, Row};
use people_support::{body, changes, person, profile, profile_ids};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The rows that the library gives for a request, applied to `members`.
fn rows(directory: &Directory, body: &str, members: &mut UserSet, only: bool) -> Vec<Row> {
    let options = Options {
        require_keys: false,
        ..Options::default()
    };
    let mut problems = Problems::new(100);
    let mut request = UsersRequest::default();
    request.check(body.as_bytes(), &options, directory.seed(), &mut problems);
    assert!(problems.ok(), "{:?}", problems.errors());
    let changes = request.changes();
    let mut matching = Matching::default();
    let sent = Request {
        changes,
        body: body.as_bytes(),
    };
    matching
        .run(directory, &[sent], Some(request.repeats()), only)
        .unwrap();
    let of_check = (matching.outcomes().to_vec(), matching.users().to_vec());
    matching.run(directory, &[sent], None, only).unwrap();
    assert!(
        of_check == (matching.outcomes().to_vec(), matching.users().to_vec()),
        "the hashes of look-ups find the repeats that the check found"
    );
    assert_eq!(
        matching.counts().iter().sum::<u32>() as usize,
        changes.len(),
        "the outcomes add up to the ids received"
    );
    members.reserve(directory.len()).unwrap();
    let mut effects = Vec::new();
    Undo::default().apply(members, &matching, &mut effects);
    matching
        .outcomes()
        .iter()
        .zip(&effects)
        .zip(matching.users())
        .map(|((outcome, effect), &user)| Row {
            outcome: outcome.word(),
            effect: effect.word(),
            user: (user != NO_USER).then_some(user as usize),
        })
        .collect()
}

#[derive(Clone, Debug)]
enum Step {
    Put(people_oracle::Profile),
    Remove(u32),
    Send(Vec<(bool, Vec<Id>)>, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => profile().prop_map(Step::Put),
        1 => (0u32..12).prop_map(Step::Remove),
        1 => (changes(), any::<bool>()).prop_map(|(changes, only)| Step::Send(changes, only)),
    ];
    prop::collection::vec(step, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_directory_agrees_with_a_plain_list_of_users(steps in steps(), seed: u64) {
        let mut directory = Directory::new(Seed::new(seed));
        let mut people = People::default();
        let mut members = UserSet::default();
        for step in steps {
            match step {
                Step::Put(profile) => {
                    let put = directory.put(&mut profile_ids(&profile));
                    let left_out = put.map(|put| (put.taken_aliases as usize, put.taken_ids as usize));
                    let put = put.map(|put| (put.user as usize, put.is_new));
                    let expected = people.put(&profile);
                    prop_assert!(left_out.is_err() || left_out == Ok(people.left_out));
                    prop_assert_eq!(put.map_err(|refusal| refusal.code().row().code), expected);
                    prop_assert_eq!(directory.len(), people.people.len());
                    for (user, expected) in people.people.iter().enumerate() {
                        let person = person(&directory, user as u32);
                        let mut expected = expected.clone();
                        expected.deprecated.sort();
                        prop_assert_eq!(person, expected);
                    }
                }
                Step::Remove(user) => {
                    prop_assert_eq!(directory.remove(user), people.remove(user as usize));
                    members.remove(user);
                    let live = people.people.iter().filter(|q| **q != Person::default());
                    prop_assert_eq!(directory.user_count(), live.count());
                    prop_assert_eq!(person(&directory, user), Person::default());
                }
                Step::Send(changes, only) => {
                    let (body, ids) = body("c", &changes);
                    let rows = rows(&directory, &body, &mut members, only);
                    prop_assert_eq!(rows, people.apply(&ids, only));
                    let members: BTreeSet<usize> = members.iter().map(|user| user as usize).collect();
                    prop_assert_eq!(&members, &people.members);
                }
            }
        }
    }
}

fn directory(profiles: &[people_oracle::Profile]) -> Directory {
    let mut directory = Directory::new(Seed::new(7));
    for profile in profiles {
        directory.put(&mut profile_ids(profile)).unwrap();
    }
    directory
}

#[test]
fn a_device_that_a_hundred_thousand_anonymous_users_share_is_ambiguous_and_costs_no_more() {
    let mut directory = Directory::new(Seed::new(1));
    for number in 0..100_000 {
        let profile = people_oracle::Profile {
            braze: Some(format!("b{number}")),
            devices: vec!["shared".into()],
            ..Default::default()
        };
        directory.put(&mut profile_ids(&profile)).unwrap();
    }
    assert_eq!(directory.id_count(), 100_001);
    let (body, _) = body("c", &[(false, vec![Id::Device("shared".into())])]);
    let rows = rows(&directory, &body, &mut UserSet::default(), false);
    assert_eq!(rows[0].outcome, "ambiguous_device_id");
}

#[test]
fn a_million_ids_take_at_most_160_bytes_for_every_three_of_36() {
    let mut directory = Directory::new(Seed::new(1));
    let mut ids = kohort::identity::ProfileIds::default();
    // A sixteenth of a million users fills a sixteenth of the table to the same load.
    let users = 1_000_000 / 16;
    for number in 0..users {
        ids.clear();
        for (kind, prefix) in [(ProfileIdKind::External, "e"), (ProfileIdKind::Device, "d")] {
            ids.push(kind, format!("{prefix}{number:035}").as_bytes());
        }
        ids.push_alias(format!("a{number:035}").as_bytes(), b"email");
        directory.put(&mut ids).unwrap();
    }
    assert_eq!(directory.len(), users);
    assert_eq!(directory.id_count(), 3 * users);
    // Of less than a megabyte the last segment is empty; that counts for little in a million.
    let bytes = directory.memory_bytes() - (1 << 20);
    assert!(bytes <= 160 * users, "{} bytes a user", bytes / users);
}

#[test]
fn when_memory_ends_what_was_taken_before_stays() {
    let mut directory = Directory::new(Seed::new(1));
    directory.set_max_memory_bytes(100_000);
    let mut taken = 0;
    let mut refused = 0;
    for number in 0..5_000 {
        let profile = people_oracle::Profile {
            external: Some(format!("{number}")),
            ..Default::default()
        };
        match directory.put(&mut profile_ids(&profile)) {
            Ok(_) => taken += 1,
            Err(refusal) => {
                assert_eq!(refusal.code().row().code, "limit.memory");
                refused += 1;
            }
        }
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} {refused}");
    assert_eq!(directory.len(), taken);
    assert!(directory.memory_bytes() <= 100_000);
    let (body, _) = body("c", &[(false, vec![Id::External("999".into())])]);
    let rows = rows(&directory, &body, &mut UserSet::default(), false);
    assert_eq!(rows[0].outcome, "matched_external_id");
}

#[test]
fn loading_the_same_profiles_again_takes_no_memory() {
    let profiles: Vec<_> = (0..1000)
        .map(|number| people_oracle::Profile {
            external: Some(format!("e{number}")),
            devices: vec![format!("d{}", number / 2)],
            aliases: vec![(format!("n{number}"), format!("l{}", number % 100))],
            ..Default::default()
        })
        .collect();
    let mut directory = directory(&profiles);
    let before = directory.memory_bytes();
    for profile in &profiles {
        assert!(!directory.put(&mut profile_ids(profile)).unwrap().is_new);
    }
    assert_eq!(directory.memory_bytes(), before);
    assert_eq!(directory.len(), 1000);
}
