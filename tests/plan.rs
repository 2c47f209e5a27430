//! What is planned from the pages of a sync and from a drain.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "support/pages.rs"]
mod pages_support;

use kohort::cohort::page::{Action, Page};
use kohort::cohort::plan::{Conflict, Counts, Mapping, Source};
use kohort::hash::Seed;
use kohort::payload::braze::import::{CohortName, Import, ImportOptions, Request};
use kohort::problem::{Code, Problems};
use pages_support::{NOBODY, list, numbered, options, page};

struct Planned {
    requests: Vec<Request>,
    counts: Counts,
    warnings: Vec<(Code, String)>,
}

impl Planned {
    fn bodies(&self) -> Vec<&str> {
        self.requests
            .iter()
            .map(|request| std::str::from_utf8(&request.body).unwrap())
            .collect()
    }
}

fn found(problems: &Problems, errors: bool) -> Vec<(Code, String)> {
    let list = if errors {
        problems.errors()
    } else {
        problems.warnings()
    };
    list.iter()
        .map(|problem| (problem.code, problems.path(problem).to_owned()))
        .collect()
}

fn plan(pages: &[Page<'_>], options: &ImportOptions<'_>) -> Result<Planned, Vec<(Code, String)>> {
    let mut problems = Problems::new(100);
    let import = Import::new(pages, options, &Seed::new(7), &mut problems);
    assert_eq!(import.is_some(), problems.ok());
    let import = import.ok_or_else(|| found(&problems, true))?;
    Ok(Planned {
        requests: (0..import.request_count())
            .map(|index| import.request(index).unwrap())
            .collect(),
        counts: import.plan().counts(),
        warnings: found(&problems, false),
    })
}

fn error(code: Code, path: &str) -> (Code, String) {
    (code, path.to_owned())
}

fn refusal(pages: &[Page<'_>], options: &ImportOptions<'_>) -> Vec<(Code, String)> {
    match plan(pages, options) {
        Err(errors) => errors,
        Ok(_) => panic!("it was planned"),
    }
}

#[test]
fn adds_and_removes_go_in_one_request_without_keys() {
    let (add, remove) = (list(&["ann", "bo"]), list(&["cy"]));
    let planned = plan(&[page(1, &add, &remove)], &options()).unwrap();
    assert_eq!(
        planned.bodies(),
        [
            r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["ann","bo"]},{"user_ids":["cy"],"should_remove":true}]}"#
        ]
    );
    assert_eq!(planned.requests[0].path, "/partners/heap/cohorts/users");
    assert_eq!(planned.requests[0].id_count, 3);
    assert_eq!(planned.warnings, []);
}

#[test]
fn removes_alone_make_one_change() {
    let remove = list(&["cy"]);
    let planned = plan(&[page(1, &NOBODY, &remove)], &options()).unwrap();
    assert_eq!(
        planned.bodies(),
        [r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["cy"],"should_remove":true}]}"#]
    );
}

#[test]
fn the_mapping_says_which_list_the_ids_go_to() {
    let add = list(&["a\"n\\n", "bö\u{7f}\u{0}\n"]);
    let mut options = options();
    options.mapping = Mapping::DeviceIds;
    let devices = plan(&[page(1, &add, &NOBODY)], &options).unwrap();
    assert_eq!(
        devices.bodies(),
        [
            "{\"cohort_id\":\"1338065\",\"cohort_changes\":[{\"device_ids\":[\"a\\\"n\\\\n\",\"bö\u{7f}\\u0000\\n\"]}]}"
        ]
    );
    options.mapping = Mapping::Aliases {
        alias_label: "a \"label\"",
    };
    let add = list(&["ann", "bo"]);
    let aliases = plan(&[page(1, &add, &NOBODY)], &options).unwrap();
    assert_eq!(
        aliases.bodies(),
        [
            r#"{"cohort_id":"1338065","cohort_changes":[{"aliases":[{"alias_name":"ann","alias_label":"a \"label\""},{"alias_name":"bo","alias_label":"a \"label\""}]}]}"#
        ]
    );
}

#[test]
fn with_a_time_of_creation_the_name_goes_first() {
    let add = list(&["ann"]);
    let mut options = options();
    options.created_at = Some("2026-01-21T19:20:30+05:00");
    let planned = plan(&[page(1, &add, &NOBODY)], &options).unwrap();
    assert_eq!(planned.requests.len(), 2);
    assert_eq!(planned.requests[0].path, "/partners/heap/cohorts");
    assert_eq!(planned.requests[0].id_count, 0);
    assert_eq!(
        planned.bodies()[0],
        r#"{"cohort_id":"1338065","name":"Free \"Customers\"","created_at":"2026-01-21T19:20:30+05:00"}"#
    );
    let nobody = plan(&[page(1, &NOBODY, &NOBODY)], &options).unwrap();
    assert_eq!(nobody.requests.len(), 1);

    options.created_at = Some("2026-01-21");
    let dated = plan(&[page(1, &add, &NOBODY)], &options).unwrap();
    assert_eq!(dated.warnings, [error(Code::CreatedAtZone, "/createdAt")]);
    options.created_at = Some("yesterday");
    assert_eq!(
        refusal(&[page(1, &add, &NOBODY)], &options),
        [error(Code::CreatedAtInvalid, "/createdAt")]
    );
}

#[test]
fn a_cohort_of_ones_own_stands_for_the_segment() {
    let add = list(&["ann"]);
    let mut options = options();
    options.created_at = Some("2026-01-21T00:00:00Z");
    options.cohort = Some(CohortName {
        id: "free",
        name: "Free",
    });
    let planned = plan(&[page(1, &add, &NOBODY)], &options).unwrap();
    assert_eq!(
        planned.bodies(),
        [
            r#"{"cohort_id":"free","name":"Free","created_at":"2026-01-21T00:00:00Z"}"#,
            r#"{"cohort_id":"free","cohort_changes":[{"user_ids":["ann"]}]}"#
        ]
    );
    options.cohort = Some(CohortName { id: "", name: "" });
    assert_eq!(
        refusal(&[page(1, &add, &NOBODY)], &options),
        [
            error(Code::CohortIdEmpty, "/cohort/cohortId"),
            error(Code::NameEmpty, "/cohort/name")
        ]
    );
}

#[test]
fn nobody_to_add_or_remove_makes_no_request() {
    let planned = plan(&[page(1, &NOBODY, &NOBODY)], &options()).unwrap();
    assert!(planned.requests.is_empty());
    assert_eq!(planned.counts, Counts::default());
}

#[test]
fn a_thousand_ids_are_one_request_and_one_more_makes_two() {
    let (add, remove) = (numbered("a", 600), numbered("r", 400));
    let planned = plan(&[page(1, &add, &remove)], &options()).unwrap();
    assert_eq!(planned.requests.len(), 1);
    let remove = numbered("r", 401);
    let planned = plan(&[page(1, &add, &remove)], &options()).unwrap();
    let counts: Vec<_> = planned.requests.iter().map(|r| r.id_count).collect();
    assert_eq!(counts, [1000, 1]);
    assert_eq!(
        planned.bodies()[1],
        r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["r400"],"should_remove":true}]}"#
    );
}

#[test]
fn an_id_in_both_lists_is_removed_unless_the_caller_says_otherwise() {
    let (add, remove) = (list(&["ann", "bo", "ann"]), list(&["ann"]));
    let mut options = options();
    let removed = plan(&[page(1, &add, &remove)], &options).unwrap();
    assert_eq!(
        removed.bodies(),
        [
            r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["bo"]},{"user_ids":["ann"],"should_remove":true}]}"#
        ]
    );
    assert_eq!(removed.warnings, [error(Code::PlanConflictResolved, "")]);
    let counts = Counts {
        received: 4,
        sent: 2,
        adds: 1,
        removes: 1,
        duplicates: 1,
        conflicts: 1,
        ..Counts::default()
    };
    assert_eq!(removed.counts, counts);

    options.rules.conflict = Conflict::Add;
    let added = plan(&[page(1, &add, &remove)], &options).unwrap();
    assert_eq!(
        added.bodies(),
        [r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["ann","bo"]}]}"#]
    );
    let counts = Counts {
        adds: 2,
        removes: 0,
        ..counts
    };
    assert_eq!(added.counts, counts);

    options.rules.conflict = Conflict::Reject;
    assert_eq!(
        refusal(&[page(1, &add, &remove)], &options),
        [error(Code::PlanConflict, "/add/0")]
    );
}

#[test]
fn a_conflict_is_refused_on_whichever_page_it_is() {
    let both = list(&["x", "ann", "bo"]);
    let other = list(&["bo", "ann"]);
    let mut options = options();
    options.rules.conflict = Conflict::Reject;
    // The pages are given out of order, and a later one decides about `ann`.
    let late = list(&["ann"]);
    let pages = [page(2, &late, &late), page(1, &both, &other)];
    assert_eq!(
        refusal(&pages, &options),
        [
            error(Code::PlanConflict, "/1/add/1"),
            error(Code::PlanConflict, "/1/add/2"),
            error(Code::PlanConflict, "/0/add/0")
        ]
    );
}

#[test]
fn the_later_page_wins() {
    let (first, second) = (list(&["ann", "bo"]), list(&["bo", "cy"]));
    let pages = [page(2, &NOBODY, &second), page(1, &first, &NOBODY)];
    let planned = plan(&pages, &options()).unwrap();
    assert_eq!(
        planned.bodies(),
        [
            r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["ann"]},{"user_ids":["bo","cy"],"should_remove":true}]}"#
        ]
    );
    assert_eq!(planned.counts.superseded, 1);
    assert_eq!(
        planned.warnings,
        [
            error(Code::PlanIncomplete, ""),
            error(Code::PlanSuperseded, "")
        ]
    );
}

#[test]
fn pages_that_do_not_belong_together_are_refused() {
    let add = list(&["ann"]);
    let one = page(1, &add, &NOBODY);
    let mut other = page(2, &add, &NOBODY);
    other.segment_id = "7";
    assert_eq!(
        refusal(&[one, other], &options()),
        [error(Code::PlanPages, "/1")]
    );
    let mut other = page(2, &add, &NOBODY);
    other.part.as_mut().unwrap().sync_task_id = "another";
    // Also when the odd one has the lower number.
    assert_eq!(
        refusal(&[page(3, &add, &NOBODY), other], &options()),
        [error(Code::PlanPages, "/1")]
    );
    assert_eq!(
        refusal(&[one, page(2, &add, &NOBODY), one], &options()),
        [error(Code::PlanPages, "/2")]
    );
    let mut other = page(2, &add, &NOBODY);
    other.part = None;
    assert_eq!(
        refusal(&[one, other], &options()),
        [error(Code::PlanPages, "/1")]
    );
    let mut drain = page(2, &NOBODY, &NOBODY);
    drain.action = Action::Drain;
    assert_eq!(
        refusal(&[one, drain], &options()),
        [error(Code::PlanPages, "/1")]
    );
    assert_eq!(refusal(&[], &options()), [error(Code::PlanPages, "")]);
}

fn drain<'a>() -> Page<'a> {
    Page {
        action: Action::Drain,
        part: None,
        ..page(1, &NOBODY, &NOBODY)
    }
}

#[test]
fn a_drain_removes_every_member_once() {
    let members = list(&["ann", "", "bo", "ann"]);
    let mut options = options();
    options.rules.members = Some(&members);
    options.rules.sync_id = Some("drain of monday");
    let planned = plan(&[drain()], &options).unwrap();
    assert_eq!(
        planned.bodies(),
        [
            r#"{"cohort_id":"1338065","cohort_changes":[{"user_ids":["ann","bo"],"should_remove":true}]}"#
        ]
    );
    assert_eq!(
        planned.counts,
        Counts {
            received: 4,
            sent: 2,
            removes: 2,
            duplicates: 1,
            empty: 1,
            ..Counts::default()
        }
    );
    assert_eq!(planned.warnings, [error(Code::PlanNothing, "")]);
    let nobody = list(&[]);
    options.rules.members = Some(&nobody);
    assert!(plan(&[drain()], &options).unwrap().requests.is_empty());
}

#[test]
fn a_drain_without_members_or_name_is_refused() {
    let members = list(&["ann"]);
    assert_eq!(
        refusal(&[drain()], &options()),
        [error(Code::PlanSnapshot, ""), error(Code::PlanSyncId, "")]
    );
    let mut options = options();
    options.rules.members = Some(&members);
    assert_eq!(refusal(&[drain()], &options), [error(Code::PlanSyncId, "")]);
    options.rules.sync_id = Some("drain");
    let with_ids = Page {
        add: &members,
        ..drain()
    };
    assert_eq!(
        refusal(&[with_ids], &options),
        [error(Code::HeapDrainIds, "")]
    );
}

#[test]
fn a_sync_without_a_name_is_planned_with_a_warning() {
    let add = list(&["ann"]);
    let mut unnamed = page(1, &add, &NOBODY);
    unnamed.part = None;
    let planned = plan(&[unnamed], &options()).unwrap();
    assert_eq!(planned.warnings, [error(Code::PlanNoSync, "")]);
    let mut options = options();
    options.rules.sync_id = Some("monday");
    assert_eq!(plan(&[unnamed], &options).unwrap().warnings, []);
    // An empty name is none.
    options.rules.sync_id = Some("");
    let warnings = plan(&[unnamed], &options).unwrap().warnings;
    assert_eq!(warnings, [error(Code::PlanNoSync, "")]);
}

#[test]
fn every_id_knows_where_it_came_from() {
    let (add, remove) = (list(&["ann", "bo"]), list(&["cy", "ann"]));
    let late = list(&["dee", "", "cy"]);
    let pages = [page(9, &late, &NOBODY), page(1, &add, &remove)];
    let mut problems = Problems::new(100);
    let import = Import::new(&pages, &options(), &Seed::new(7), &mut problems).unwrap();
    let origins: Vec<_> = import
        .numbers(0)
        .iter()
        .map(|&number| {
            let origin = import.plan().origin(number);
            (origin.page, origin.source, origin.index)
        })
        .collect();
    assert_eq!(
        origins,
        [
            (1, Source::Add, 1),
            (0, Source::Add, 0),
            (0, Source::Add, 2),
            (1, Source::Remove, 1)
        ]
    );
    assert_eq!(import.plan().page_numbers(), [1, 9]);
    let conflicts: Vec<_> = import.plan().conflicts().map(|at| at.index).collect();
    assert_eq!(conflicts, [0], "ann of the add list lost to the remove");
}
