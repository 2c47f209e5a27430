//! Texts chosen so that a look-up has to compare them all with each other. Nothing here is timed:
//! with a cost of the square of the count none of these tests would end.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/pages.rs"]
mod pages_support;
mod support;

use kohort::cohort::plan::{Counts, Plan, Rules};
use kohort::hash::Seed;
use kohort::limits::{BodyLimits, MAX_KEPT_IDS};
use kohort::payload::braze::Options;
use kohort::problem::Problems;
use pages_support::{list, page};
use support::{Answer, Endpoint, check};

const MANY: usize = 400_000;

fn answer(body: &str) -> Answer {
    let options = Options {
        limits: BodyLimits {
            max_bytes: 1 << 30,
            ..BodyLimits::default()
        },
        ..Options::default()
    };
    check(Endpoint::Users, body.as_bytes(), &options, 10)
}

fn body(changes: &str) -> String {
    format!(
        r#"{{"partner_api_key":"p","client_secret":"s","cohort_id":"c","cohort_changes":[{changes}]}}"#
    )
}

/// Texts of one length that begin, go on in the middle and end alike.
fn alike(count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            format!(
                "begins-alike/{n:012}/in-the-middle/{:012}/ends-alike",
                n / 2
            )
        })
        .collect()
}

#[test]
fn ids_that_differ_only_where_nobody_samples() {
    let ids = alike(60_000);
    let answer = answer(&body(&format!(
        r#"{{"user_ids":["{}"]}}"#,
        ids.join("\",\"")
    )));
    assert_eq!(answer.counts.distinct, 60_000);
    assert_eq!(answer.problems[0].code, "ids.too_many");
}

#[test]
fn values_that_are_no_ids_among_ids_that_look_alike() {
    let ids = format!(
        r#"{{"user_ids":["{}",{}0]}},{{"aliases":[{}0]}}"#,
        alike(5_000).join("\",\""),
        "0,".repeat(MANY),
        "{\"alias_name\":\"n\"},".repeat(MANY),
    );
    let answer = answer(&body(&ids));
    assert_eq!(answer.counts.total as usize, 5_000 + 2 * (MANY + 1));
    assert_eq!(answer.counts.duplicates, 0);
}

#[test]
fn one_id_again_and_again() {
    let answer = answer(&body(&format!(
        r#"{{"device_ids":[{}"x"]}}"#,
        "\"x\",".repeat(MANY)
    )));
    let counts = answer.counts;
    assert_eq!(counts.total as usize, MANY + 1);
    assert_eq!(counts.duplicates as usize, MAX_KEPT_IDS - 1);
    assert_eq!(counts.total, counts.distinct + counts.duplicates);
}

#[test]
fn unknown_keys_without_end() {
    let keys: Vec<String> = (0..100_000).map(|n| format!("\"{n:08}\":0")).collect();
    let text = body("").replacen(
        '{',
        &format!("{{{},\"{:08}\":1,", keys.join(","), 77_777),
        1,
    );
    let answer = answer(&text);
    assert_eq!(answer.problems.len(), 1);
    assert_eq!(answer.problems[0].code, "json.duplicate_key");
    assert_eq!(answer.problems[0].path, "/~?100000");
}

#[test]
fn lists_and_changes_without_end() {
    let changes = "{\"user_ids\":[],\"device_ids\":[\"d\"],\"aliases\":[]},".repeat(50_000);
    let answer = answer(&body(changes.trim_end_matches(',')));
    assert_eq!((answer.counts.total, answer.counts.distinct), (50_000, 1));
}

#[test]
fn a_plan_of_ids_that_differ_only_where_nobody_samples() {
    let mut ids = alike(200_000);
    ids.push(ids[7].clone());
    ids.push(String::new());
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (add, remove) = (list(&ids), list(&ids[..3]));
    let mut problems = Problems::new(10);
    let pages = [page(1, &add, &remove)];
    let plan = Plan::new(&pages, &Rules::default(), &Seed::new(7), &mut problems).unwrap();
    // What was counted before the looks were given up counts once.
    let counts = Counts {
        received: 200_005,
        sent: 200_000,
        adds: 199_997,
        removes: 3,
        duplicates: 1,
        conflicts: 3,
        superseded: 0,
        empty: 1,
    };
    assert_eq!(plan.counts(), counts);
}
