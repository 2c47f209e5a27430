//! Previews and applications of requests and plans, held against slow and obvious code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "oracle/people.rs"]
mod people_oracle;
#[path = "support/people.rs"]
mod people_support;

use kohort::cohort::matching::Outcome;
use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::workspace::{MatchReport, Refused, Row as ReportRow, Workspace};
use people_oracle::{Id, People, Row};
use people_support::{body, changes, profile, to_json};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn heap() -> Partner<'static> {
    Partner::new("heap").unwrap()
}

fn load(workspace: &mut Workspace, text: &str) {
    workspace.begin_load(100).unwrap();
    workspace.push(text.as_bytes());
    workspace.finish_load().unwrap();
}

fn members(workspace: &Workspace, cohort: &str) -> BTreeSet<usize> {
    let members = workspace.members("heap", cohort);
    members
        .into_iter()
        .flat_map(|set| set.iter().map(|user| user as usize))
        .collect()
}

fn apply(workspace: &mut Workspace, bodies: &[&str]) -> Result<MatchReport, Refused> {
    let bodies: Vec<&[u8]> = bodies.iter().map(|body| body.as_bytes()).collect();
    workspace.apply(&bodies, heap())
}

fn preview(workspace: &mut Workspace, bodies: &[&str]) -> Result<MatchReport, Refused> {
    let bodies: Vec<&[u8]> = bodies.iter().map(|body| body.as_bytes()).collect();
    workspace.preview(&bodies, heap())
}

fn all_rows(report: &MatchReport) -> impl Iterator<Item = ReportRow> {
    (0..).map_while(|index| report.columns().row(index))
}

fn rows(report: &MatchReport) -> Vec<Row> {
    all_rows(report)
        .map(|row| Row {
            outcome: row.outcome.word(),
            effect: row.effect.word(),
            user: row.user.map(|user| user as usize),
        })
        .collect()
}

type Plan = Vec<Vec<(bool, Vec<Id>)>>;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_plan_does_what_its_ids_in_order_do(
        profiles in prop::collection::vec(profile(), 0..12),
        plans in prop::collection::vec((prop::collection::vec(changes(), 1..3), any::<bool>()), 1..4),
        more in prop::collection::vec(profile(), 0..4),
        only: bool,
        seed: u64,
    ) {
        let mut people = People::default();
        let mut workspace = Workspace::new(Seed::new(seed));
        workspace.set_identified_aliases_only(only);
        let mut text = String::new();
        for profile in &profiles {
            // Whether it is taken is looked at elsewhere.
            let _ = people.put(profile);
            text += &format!("{}\n", to_json(profile));
        }
        load(&mut workspace, &text);
        let plans: Vec<(Plan, bool)> = plans;
        for (index, (plan, named)) in plans.iter().enumerate() {
            let (mut bodies, mut ids) = (Vec::new(), Vec::new());
            if *named {
                bodies.push(format!(r#"{{"cohort_id":"c","name":"{index}","created_at":"2026-01-01T00:00:00Z"}}"#));
            }
            for changes in plan {
                let (text, order) = body("c", changes);
                bodies.push(text);
                ids.extend(order);
            }
            let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
            let before = members(&workspace, "c");
            let cohorts = workspace.cohorts().iter().count();
            let name = workspace.cohorts().get("heap", "c").map(|c| c.name.clone());
            let previewed = preview(&mut workspace, &bodies).unwrap();
            prop_assert_eq!(members(&workspace, "c"), before.clone(), "a preview changes nothing");
            prop_assert_eq!(workspace.cohorts().iter().count(), cohorts);
            prop_assert_eq!(workspace.cohorts().get("heap", "c").map(|c| c.name.clone()), name);
            let report = apply(&mut workspace, &bodies).unwrap();
            prop_assert!(previewed == report, "a preview says what an application does");

            let mut expected = people.apply(&ids, only);
            for row in &mut expected {
                row.user = row.user.filter(|_| row.outcome.starts_with("matched"));
            }
            prop_assert_eq!(rows(&report), expected);
            let after = members(&workspace, "c");
            prop_assert_eq!(&after, &people.members);
            let named_now = plans[..=index].iter().rposition(|(_, named)| *named);
            let name = named_now.map_or("c".to_string(), |at| at.to_string());
            prop_assert_eq!(&workspace.cohorts().get("heap", "c").unwrap().name, &name);

            // The numbers.
            prop_assert_eq!(report.known, index > 0);
            prop_assert_eq!(report.outcomes.iter().sum::<u32>() as usize, ids.len());
            prop_assert_eq!(report.totals.rows as usize, ids.len());
            let different: BTreeSet<&Id> = ids.iter().map(|(id, _)| id).collect();
            let invalid: BTreeSet<&Id> = rows(&report).iter().zip(&ids)
                .filter(|(row, _)| row.outcome == "invalid").map(|(_, (id, _))| id).collect();
            prop_assert_eq!(report.totals.distinct_ids as usize, different.len() - invalid.len());
            prop_assert_eq!(report.totals.ids, report.totals.rows - report.outcomes[Outcome::Invalid as usize]);
            let matched: BTreeSet<&Id> = rows(&report).iter().zip(&ids)
                .filter(|(row, _)| row.user.is_some()).map(|(_, (id, _))| id).collect();
            prop_assert_eq!(report.unmatched as usize, different.len() - matched.len());
            let met: BTreeSet<usize> = rows(&report).iter().filter_map(|row| row.user).collect();
            prop_assert_eq!(report.totals.people as usize, met.len());
            prop_assert_eq!(report.net.added as usize, after.difference(&before).count());
            prop_assert_eq!(report.net.removed as usize, before.difference(&after).count());
            prop_assert_eq!(
                report.net.added + report.net.removed + report.net.unchanged,
                report.totals.people
            );

            // Once more is the same.
            let again = apply(&mut workspace, &bodies).unwrap();
            prop_assert_eq!(members(&workspace, "c"), after);
            prop_assert_eq!((again.net.added, again.net.removed), (0, 0));
            prop_assert_eq!(again.outcomes, report.outcomes);

            if let Some(profile) = more.get(index) {
                let _ = people.put(profile);
                load(&mut workspace, &to_json(profile).to_string());
            }
        }
    }

    #[test]
    fn each_row_names_the_place_of_its_id(changes in changes()) {
        let mut workspace = Workspace::new(Seed::new(1));
        let (text, ids) = body("c", &changes);
        let report = preview(&mut workspace, &[&text]).unwrap();
        let all: Vec<_> = all_rows(&report).collect();
        prop_assert_eq!(all.len(), ids.len());
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (row, (id, removes)) in all.iter().zip(&ids) {
            let item = &value["cohort_changes"][row.item as usize];
            prop_assert_eq!(&item["should_remove"], *removes);
            let there = &item[row.list.field()][row.index as usize];
            match id {
                Id::External(id) | Id::Device(id) => prop_assert_eq!(there, id.as_str()),
                Id::Alias(name, label) => {
                    prop_assert_eq!(&there["alias_name"], name.as_str());
                    prop_assert_eq!(&there["alias_label"], label.as_str());
                }
            }
        }
    }
}

#[test]
fn when_one_body_of_a_plan_is_refused_nothing_is_applied() {
    let mut workspace = Workspace::new(Seed::new(1));
    load(&mut workspace, r#"{"external_id":"ann"}"#);
    let good = r#"{"cohort_id":"c","cohort_changes":[{"user_ids":["ann"]}]}"#;
    for bad in [
        r#"{"cohort_id":"c","cohort_changes":[{"user_ids":["ann",1]}]}"#,
        r#"{"cohort_id":"d","cohort_changes":[]}"#,
        r#"{"cohort_id":"c","users":[]}"#,
        r#"{"cohort_id":"c","name":"","created_at":"2026-01-01"}"#,
        r#"{"cohort_id":"c""#,
        "",
        "[]",
    ] {
        let refused = apply(&mut workspace, &[good, bad]).err().unwrap();
        assert!(refused.problems[0].ok(), "{bad}");
        assert!(!refused.problems[1].ok(), "{bad}");
        assert!(preview(&mut workspace, &[good, bad]).is_err());
        assert!(workspace.cohorts().get("heap", "c").is_none());
    }
    assert_eq!(apply(&mut workspace, &[good]).unwrap().net.added, 1);
}

#[test]
fn a_request_is_told_by_its_fields_in_whatever_order_they_come() {
    let mut workspace = Workspace::new(Seed::new(1));
    let named = r#"{"created_at":"2026-01-01T00:00:00Z","name":"Trials","cohort_id":"c"}"#;
    let report = apply(&mut workspace, &[named]).unwrap();
    assert!(!report.known);
    assert_eq!(report.totals.rows, 0);
    let cohort = workspace.cohorts().get("heap", "c").unwrap();
    assert_eq!(cohort.name, "Trials");
    assert_eq!(cohort.created_at.as_deref(), Some("2026-01-01T00:00:00Z"));
    // With `cohort_changes` the name is a field like any other that is not known.
    let both = r#"{"name":"Other","cohort_id":"c","cohort_changes":[]}"#;
    assert!(apply(&mut workspace, &[both]).unwrap().known);
    assert_eq!(workspace.cohorts().get("heap", "c").unwrap().name, "Trials");
}

#[test]
fn cohorts_of_two_partners_are_two() {
    let mut workspace = Workspace::new(Seed::new(1));
    load(&mut workspace, r#"{"external_id":"ann"}"#);
    let body: &[u8] = br#"{"cohort_id":"c","cohort_changes":[{"user_ids":["ann"]}]}"#;
    workspace.apply(&[body], heap()).unwrap();
    let other = Partner::new("amplitude").unwrap();
    assert!(!workspace.preview(&[body], other).unwrap().known);
    assert!(workspace.members("amplitude", "c").is_none());
    assert_eq!(workspace.members("heap", "c").unwrap().len(), 1);
}

#[test]
fn two_loads_at_once_are_refused_and_an_aborted_one_keeps_what_it_took() {
    let mut workspace = Workspace::new(Seed::new(1));
    workspace.begin_load(10).unwrap();
    assert!(workspace.push(b"{\"external_id\":\"a\"}\n{\"external_id\":\"b\"}"));
    assert_eq!(
        workspace.begin_load(10).unwrap_err().row().code,
        "workspace.busy"
    );
    assert_eq!(workspace.loaded().loaded, 1);
    workspace.abort_load();
    assert_eq!(workspace.directory().len(), 1);
    assert!(!workspace.push(b"{}"));
    assert!(workspace.finish_load().is_none());
}

#[test]
fn a_member_stays_one_when_the_profile_is_loaded_anew() {
    let mut workspace = Workspace::new(Seed::new(1));
    load(
        &mut workspace,
        r#"{"braze_id":"b","devices":[{"device_id":"d"}]}"#,
    );
    let add = r#"{"cohort_id":"c","cohort_changes":[{"device_ids":["d"]}]}"#;
    assert_eq!(apply(&mut workspace, &[add]).unwrap().net.added, 1);
    // The anonymous user is identified: the same one, and no device matches it any more.
    load(
        &mut workspace,
        r#"{"braze_id":"b","external_id":"ann","devices":[{"device_id":"d"}]}"#,
    );
    let remove =
        r#"{"cohort_id":"c","cohort_changes":[{"device_ids":["d"],"should_remove":true}]}"#;
    let report = apply(&mut workspace, &[remove]).unwrap();
    assert_eq!(
        report.columns().row(0).unwrap().outcome,
        Outcome::DeviceOfIdentifiedUser
    );
    assert_eq!(members(&workspace, "c"), BTreeSet::from([0]));
}
