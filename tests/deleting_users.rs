//! Deleting users between loads and requests: every index and every membership stays right.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "oracle/people.rs"]
mod people_oracle;
#[path = "support/people.rs"]
mod people_support;

use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::workspace::Workspace;
use people_oracle::{Id, People, Person, Profile};
use people_support::{body, changes, person, profile, to_json};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
    Load(Profile),
    Apply(&'static str, Vec<(bool, Vec<Id>)>),
    Delete(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        5 => profile().prop_map(Step::Load),
        2 => (prop::sample::select(vec!["c", "d"]), changes())
            .prop_map(|(cohort, changes)| Step::Apply(cohort, changes)),
        2 => (0u32..16).prop_map(Step::Delete),
    ];
    prop::collection::vec(step, 1..40)
}

fn load(workspace: &mut Workspace, text: &str) {
    workspace.begin_load(100).unwrap();
    workspace.push(text.as_bytes());
    workspace.finish_load().unwrap();
}

fn shown(workspace: &Workspace, user: u32) -> Option<Value> {
    let mut out = Vec::new();
    workspace.write_profile(user, &mut out).unwrap();
    (!out.is_empty()).then(|| serde_json::from_slice(&out).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn a_workspace_agrees_with_a_plain_list_whoever_is_deleted(steps in steps(), seed: u64) {
        let mut workspace = Workspace::new(Seed::new(seed));
        // Of each cohort a list of its own, so that members are kept apart.
        let mut cohorts: BTreeMap<&str, People> = ["c", "d"].map(|id| (id, People::default())).into();
        let mut attributes: BTreeMap<usize, usize> = BTreeMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Load(profile) => {
                    let mut line = to_json(&profile);
                    line["custom_attributes"] = json!({ "n": number, "list": [number, "x"] });
                    load(&mut workspace, &line.to_string());
                    let put = cohorts.values_mut().map(|people| people.put(&profile)).last();
                    if let Some(Ok((user, _))) = put {
                        attributes.insert(user, number);
                    }
                }
                Step::Apply(cohort, changes) => {
                    let (body, ids) = body(cohort, &changes);
                    let report = workspace.apply(&[body.as_bytes()], Partner::new("heap").unwrap());
                    let rows = cohorts.get_mut(cohort).unwrap().apply(&ids, false);
                    for (index, expected) in rows.iter().enumerate() {
                        let row = report.as_ref().unwrap().columns().row(index).unwrap();
                        prop_assert_eq!(row.outcome.word(), expected.outcome);
                        prop_assert_eq!(row.effect.word(), expected.effect);
                    }
                }
                Step::Delete(user) => {
                    let deleted = workspace.delete(user).unwrap();
                    let revision = workspace.revision();
                    for people in cohorts.values_mut() {
                        prop_assert_eq!(deleted, people.remove(user as usize));
                    }
                    attributes.remove(&(user as usize));
                    prop_assert!(!workspace.delete(user).unwrap(), "it is gone");
                    prop_assert_eq!(workspace.revision(), revision);
                }
            }
            let people = &cohorts["c"].people;
            let live: BTreeSet<usize> = (0..people.len())
                .filter(|&user| people[user] != Person::default())
                .collect();
            let set = workspace.live_users().unwrap();
            prop_assert_eq!(set.iter().map(|user| user as usize).collect::<BTreeSet<_>>(), live.clone());
            prop_assert_eq!(workspace.directory().user_count(), live.len());
            for (cohort, people) in &cohorts {
                let members = workspace.members("heap", cohort);
                let count = members.map_or(0, |set| set.len());
                let members = members.into_iter().flat_map(|set| set.iter());
                let members: BTreeSet<usize> = members.map(|user| user as usize).collect();
                prop_assert_eq!(count, members.len());
                prop_assert_eq!(&members, &people.members);
                prop_assert!(members.is_subset(&live));
            }
            for (user, expected) in people.iter().enumerate() {
                let mut expected = expected.clone();
                expected.deprecated.sort();
                prop_assert_eq!(person(workspace.directory(), user as u32), expected);
                let shown = shown(&workspace, user as u32);
                prop_assert_eq!(shown.is_some(), live.contains(&user));
                if let Some(shown) = shown {
                    prop_assert_eq!(&shown["custom_attributes"]["n"], attributes[&user]);
                }
            }
        }
    }
}

#[test]
fn a_device_of_two_users_matches_again_when_one_is_deleted() {
    let mut workspace = Workspace::new(Seed::new(1));
    let line = |braze: &str| {
        format!("{{\"braze_id\":\"{braze}\",\"devices\":[{{\"device_id\":\"d\"}}]}}\n")
    };
    load(&mut workspace, &(line("1") + &line("2")));
    let add = br#"{"cohort_id":"c","cohort_changes":[{"device_ids":["d"]}]}"#;
    let heap = Partner::new("heap").unwrap();
    assert_eq!(workspace.apply(&[add], heap).unwrap().net.added, 0);
    assert!(workspace.delete(0).unwrap());
    assert_eq!(workspace.apply(&[add], heap).unwrap().net.added, 1);
    assert!(workspace.members("heap", "c").unwrap().contains(1));
}

#[test]
fn who_is_loaded_again_after_being_deleted_is_new_and_in_no_cohort() {
    let mut workspace = Workspace::new(Seed::new(1));
    let line = "{\"external_id\":\"a\",\"country\":\"AT\"}";
    load(&mut workspace, line);
    let add = br#"{"cohort_id":"c","cohort_changes":[{"user_ids":["a"]}]}"#;
    let report = workspace
        .apply(&[add], Partner::new("heap").unwrap())
        .unwrap();
    assert!(workspace.delete(0).unwrap());
    load(&mut workspace, "{\"external_id\":\"a\"}");
    assert!(workspace.members("heap", "c").unwrap().is_empty());
    // What was told before is nobody else's.
    assert_eq!(report.columns().row(0).unwrap().user, Some(0));
    assert_eq!(shown(&workspace, 0), None);
    assert_eq!(shown(&workspace, 1), Some(json!({ "external_id": "a" })));
}
