//! A webhook read, and what is found in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests; each uses a part of this"
)]

use kohort::cohort::page::OwnedPage;
use kohort::hash::Seed;
use kohort::limits::BodyLimits;
use kohort::payload::heap::webhook::Webhook;
use kohort::problem::{Code, Problem, Problems};

pub const SEED: Seed = Seed::new(7);

/// A finding as code, path and the stretch of the body that it points at.
pub type Found = (Code, String, String);

pub fn found(problems: &Problems, list: &[Problem], body: &str) -> Vec<Found> {
    list.iter()
        .map(|problem| {
            let place = problem.offset as usize..problem.end_offset as usize;
            (
                problem.code,
                problems.path(problem).to_owned(),
                body[place].to_owned(),
            )
        })
        .collect()
}

/// Errors and warnings of a webhook.
pub fn look(body: &str) -> (Vec<Found>, Vec<Found>) {
    let mut problems = Problems::new(100);
    let mut webhook = Webhook::default();
    webhook.read(body.as_bytes(), BodyLimits::default(), &SEED, &mut problems);
    assert_eq!(
        problems.ok(),
        webhook.decode(body.as_bytes()).unwrap().is_some(),
        "a webhook is decoded exactly if it has no error: {body}"
    );
    (
        found(&problems, problems.errors(), body),
        found(&problems, problems.warnings(), body),
    )
}

pub fn decode(body: &str) -> (Webhook, OwnedPage) {
    let mut problems = Problems::new(100);
    let mut webhook = Webhook::default();
    webhook.read(body.as_bytes(), BodyLimits::default(), &SEED, &mut problems);
    assert_eq!(found(&problems, problems.errors(), body), []);
    let decoded = webhook.decode(body.as_bytes()).unwrap().unwrap();
    (webhook, decoded)
}

pub fn texts<'a>(ids: impl Iterator<Item = &'a [u8]>) -> Vec<&'a str> {
    ids.map(|id| core::str::from_utf8(id).unwrap()).collect()
}

/// A sync with this inside `data`, after the segment.
pub fn sync(rest: &str) -> String {
    format!(
        r#"{{"action_type":"segment.users.sync","data":{{"segment":{{"id":1,"name":"n"}},{rest}}}}}"#
    )
}

/// A good page.
pub const PAGE: &str = r#""sync_info":{"page_number":1,"total_pages":2,"sync_task_id":"t"}"#;

pub fn drain(rest: &str) -> String {
    format!(
        r#"{{"action_type":"segment.users.drain","data":{{"segment":{{"id":1,"name":"n"}}{rest}}}}}"#
    )
}
