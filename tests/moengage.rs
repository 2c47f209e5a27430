//! What is written for MoEngage.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use kohort::cohort::Direction;
use kohort::cohort::id_list::IdList;
use kohort::limits::MAX_MOENGAGE_BYTES;
use kohort::payload::vendors::moengage::{Cohort, requests};
use kohort::problem::{Code, Problems};
use proptest::prelude::*;
use serde_json::{Value, json};

const COHORT: Cohort<'static> = Cohort {
    partner: "heap",
    id: "7",
    name: "Trials",
    description: None,
};

fn list(ids: &[String]) -> IdList {
    let mut list = IdList::new();
    for id in ids {
        list.push(id).unwrap();
    }
    list
}

fn made(
    cohort: Cohort<'_>,
    add: &[String],
    remove: &[String],
) -> (Vec<(Direction, u32, Value)>, Problems, usize) {
    let mut problems = Problems::new(10);
    let requests = requests(cohort, &list(add), &list(remove), &mut problems);
    let longest = requests.iter().map(|request| request.body.len()).max();
    let requests = requests
        .iter()
        .map(|r| (r.direction, r.ids, serde_json::from_slice(&r.body).unwrap()));
    (requests.collect(), problems, longest.unwrap_or(0))
}

#[test]
fn a_request_has_the_shape_that_moengage_shows() {
    let cohort = Cohort {
        description: Some("A \"test\""),
        ..COHORT
    };
    let (requests, problems, _) = made(cohort, &["a".into()], &["b".into(), "c".into()]);
    assert!(problems.ok());
    assert_eq!(
        requests[0],
        (
            Direction::Add,
            1,
            json!({
                "action": "add_members", "partner": "heap",
                "parameters": { "cohort_name": "Trials", "cohort_id": "7", "cohort_description": "A \"test\"", "members": [{ "uid": "a" }] },
            })
        )
    );
    assert_eq!(requests[1].2["action"], "remove_members");
    assert_eq!(
        requests[1].2["parameters"]["members"],
        json!([{ "uid": "b" }, { "uid": "c" }])
    );
    assert_eq!(requests.len(), 2);
}

#[test]
fn nothing_to_change_is_no_request() {
    assert!(made(COHORT, &[], &[]).0.is_empty());
}

#[test]
fn names_that_moengage_does_not_take_are_told() {
    for name in [
        ".a", "a|b", "a*", "a?", "a\\", "a:b", "<a", "a>", "a=b", "$a", "\"a\"",
    ] {
        let (requests, problems, _) = made(Cohort { name, ..COHORT }, &["a".into()], &[]);
        assert!(requests.is_empty(), "{name}");
        assert_eq!(problems.errors()[0].code, Code::MoEngageName, "{name}");
    }
    assert!(
        made(
            Cohort {
                name: "a.b (c) é",
                ..COHORT
            },
            &["a".into()],
            &[]
        )
        .1
        .ok()
    );
}

#[test]
fn an_id_that_fits_into_no_request_is_told_at_its_place() {
    let ids = ["a".into(), "b".repeat(MAX_MOENGAGE_BYTES), "c".into()];
    let (requests, problems, _) = made(COHORT, &[], &ids);
    assert!(requests.is_empty());
    let problem = problems.errors()[0];
    assert_eq!(
        (problem.code, problems.path(&problem)),
        (Code::MoEngageSize, "/remove/1")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn all_ids_are_sent_in_order_in_as_few_requests_as_the_limit_allows(ids in prop::collection::vec("\\PC{0,8}|[\"\\\\\n]{1,4}", 0..40), times in 1..400usize) {
        let add: Vec<String> = ids.iter().cycle().take(ids.len() * times).cloned().collect();
        let (requests, problems, longest) = made(COHORT, &add, &ids);
        prop_assert!(problems.ok() && longest <= MAX_MOENGAGE_BYTES);
        for (direction, given) in [(Direction::Add, &add), (Direction::Remove, &ids)] {
            let own: Vec<_> = requests.iter().filter(|(d, ..)| *d == direction).collect();
            let sent: Vec<String> = own.iter().flat_map(|(_, count, body)| {
                let members = body["parameters"]["members"].as_array().unwrap();
                assert_eq!(*count as usize, members.len());
                members.iter().map(|member| member["uid"].as_str().unwrap().to_string())
            }).collect();
            let wanted: Vec<String> = given.iter().filter(|id| !id.is_empty()).cloned().collect();
            prop_assert_eq!(&sent, &wanted);
            // No request could take the first member of the next one.
            for pair in own.windows(2) {
                let next = pair[1].2["parameters"]["members"][0].to_string();
                prop_assert!(pair[0].2.to_string().len() + 1 + next.len() > MAX_MOENGAGE_BYTES - 4 * 64);
            }
        }
        let empty = add.iter().chain(&ids).filter(|id| id.is_empty()).count();
        prop_assert_eq!(problems.warnings().first().map_or(0, |w| w.numbers[0] as usize), empty);
    }
}
