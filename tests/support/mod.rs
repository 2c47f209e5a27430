//! What the tests share: the calls of the core as a caller sees them, with everything they answer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests; each uses a part of this"
)]

pub mod bodies;
pub mod chance;
pub mod files;
pub mod rules;
pub mod spelling;

use kohort::hash::Seed;
use kohort::payload::braze::name_request::NameRequest;
use kohort::payload::braze::users_request::{Counts, UsersRequest};
use kohort::payload::braze::{Key, Keys, Options};
use kohort::problem::{Problem, Problems, Severity};

/// A fixed seed: no test depends on which.
pub const SEED: Seed = Seed::new(0x6b6f_686f_7274);

/// Which of Braze's two endpoints a body is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Endpoint {
    Users,
    Name,
}

/// A finding with all that a caller sees of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    pub code: String,
    pub severity: Severity,
    pub path: String,
    pub offset: u64,
    pub end_offset: u64,
    pub line: u32,
    pub column: u32,
    pub message: String,
    pub help: String,
}

/// What a check answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    pub ok: bool,
    pub status: u16,
    pub message: String,
    pub cohort_id: Option<Vec<u8>>,
    pub counts: Counts,
    pub problems: Vec<Found>,
    pub warnings: Vec<Found>,
}

/// Checks `body` for `endpoint`.
pub fn check(endpoint: Endpoint, body: &[u8], options: &Options, max_problems: usize) -> Answer {
    let mut problems = Problems::new(max_problems);
    let (cohort_id, counts) = match endpoint {
        Endpoint::Users => {
            let mut request = UsersRequest::default();
            request.check(body, options, &SEED, &mut problems);
            (request.cohort_id(), request.counts())
        }
        Endpoint::Name => {
            let request = NameRequest::check(body, options, &SEED, &mut problems);
            (request.cohort_id, Counts::default())
        }
    };
    let (status, message) = problems
        .first_fault()
        .map_or((200, "success"), |fault| fault.answer());
    Answer {
        ok: problems.ok(),
        status,
        message: message.into(),
        cohort_id: cohort_id.map(|id| id.decode(body).into_owned()),
        counts,
        problems: found(&problems, problems.errors()),
        warnings: found(&problems, problems.warnings()),
    }
}

/// Checks `body` as the package does when no option is given.
pub fn check_plainly(endpoint: Endpoint, body: &[u8]) -> Answer {
    check(endpoint, body, &Options::default(), 100)
}

/// The findings as a caller sees them.
pub fn found(problems: &Problems, list: &[Problem]) -> Vec<Found> {
    list.iter()
        .map(|problem| Found {
            code: problem.code.row().code.into(),
            severity: problem.severity,
            path: problems.path(problem).into(),
            offset: problem.offset,
            end_offset: problem.end_offset,
            line: problem.line,
            column: problem.column,
            message: problem.message(),
            help: problem.help().into(),
        })
        .collect()
}

/// Options that let in only these keys.
pub fn keys<T: AsRef<str>>(partner_api_keys: &[T], client_secrets: &[T]) -> Keys {
    let mut keys = Keys::default();
    for key in partner_api_keys {
        keys.allow(Key::PartnerApiKey, key.as_ref().as_bytes());
    }
    for secret in client_secrets {
        keys.allow(Key::ClientSecret, secret.as_ref().as_bytes());
    }
    keys
}

/// Line and column of a byte of a valid text, counted the slow way: lines end in a line feed,
/// columns count UTF-16 units.
pub fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..offset];
    let line = before.matches('\n').count() as u32 + 1;
    let last = before.rsplit('\n').next().unwrap_or("");
    (line, last.encode_utf16().count() as u32 + 1)
}
