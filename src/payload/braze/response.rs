//! What to do after an answer of Braze's cohort endpoints.
//!
//! Nothing of an answer's body is ever passed on: one of Braze's messages repeats the client
//! secret.
//!
//! **Source**: Braze, "Cohort import", "API errors and responses" and "API limits". What is
//! answered to a success is not documented for these endpoints; other clients expect any 2xx.

use crate::hash::Seed;
use crate::json::{Field, Found, Kind, Own, Reader, Shape, Step};
use crate::limits::{MAX_DEPTH, MAX_RESPONSE_BYTES, MAX_RETRY_AFTER_MS};
use crate::path::Path;
use crate::payload::body;
use crate::problem::Problems;

/// What to do with the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It is done.
    Accepted,
    /// Send it again, later.
    Retry,
    /// Send it again in two halves.
    Split,
    /// Braze refuses this request, and will do so every time; others may go on.
    Rejected,
    /// Braze refuses every request like it: keys or address are wrong. Send no more of them.
    Stop,
}

impl Outcome {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Retry => "retry",
            Outcome::Split => "split",
            Outcome::Rejected => "rejected",
            Outcome::Stop => "stop",
        }
    }
}

/// The headers that say when to go on, as numbers. What is no number, or is none that can be
/// meant, counts as absent.
#[derive(Clone, Copy, Default, Debug)]
pub struct Headers {
    /// `Retry-After`, where it is a number of seconds.
    pub retry_after_s: Option<f64>,
    /// `Retry-After`, where it is a date: milliseconds since 1970. JavaScript reads the date,
    /// since every host has a reader of HTTP dates.
    pub retry_after_date_ms: Option<f64>,
    /// `x-ratelimit-retry-after`: seconds.
    pub rate_limit_retry_after_s: Option<f64>,
    /// `x-ratelimit-remaining`: requests.
    pub rate_limit_remaining: Option<f64>,
    /// `x-ratelimit-reset`: seconds since 1970.
    pub rate_limit_reset_s: Option<f64>,
}

/// What [`classify`] found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Classified {
    /// What to do.
    pub outcome: Outcome,
    /// Milliseconds to wait before the next request, whole and never negative, where the answer
    /// tells them. Without them a retry is the caller's to time.
    pub retry_after_ms: Option<f64>,
    /// Why, as a word that never changes its meaning.
    pub code: &'static str,
}

/// One row: the statuses from `from` to `to`, what to do, and the word.
struct Row(u16, u16, Outcome, &'static str);

/// The first row that fits counts; a status without one stops.
static ROWS: &[Row] = &[
    Row(0, 0, Outcome::Retry, "response.no_answer"),
    Row(200, 299, Outcome::Accepted, "response.accepted"),
    Row(300, 399, Outcome::Stop, "response.redirected"),
    Row(400, 400, Outcome::Rejected, "response.bad_request"),
    Row(401, 401, Outcome::Stop, "response.unauthorized"),
    Row(403, 403, Outcome::Stop, "response.forbidden"),
    Row(404, 404, Outcome::Stop, "response.not_found"),
    Row(408, 408, Outcome::Retry, "response.timeout"),
    Row(413, 413, Outcome::Split, "response.too_large"),
    Row(423, 423, Outcome::Retry, "response.locked"),
    Row(429, 429, Outcome::Retry, "response.rate_limited"),
    Row(400, 499, Outcome::Rejected, "response.rejected"),
    Row(500, 599, Outcome::Retry, "response.server_error"),
];

/// What HTTP does not have, or what a client never shows, such as 101.
const UNEXPECTED_STATUS: &str = "response.unexpected_status";

/// Taken, and with complaints: `{"message":"success","errors":[…]}`.
const ACCEPTED_WITH_ERRORS: &str = "response.accepted_with_errors";

const TOO_MANY_REQUESTS: u16 = 429;

/// Says what to do after an answer with this status (0 if none came), these headers and this body.
///
/// The wait is what `Retry-After` says; else `x-ratelimit-retry-after`; else, where no request
/// remains or there were too many, the time until `x-ratelimit-reset`. It is told for an accepted
/// request too, since the next one has to wait; not for [`Outcome::Stop`]. It is cut to
/// [`MAX_RETRY_AFTER_MS`].
///
/// **Cost**: the body is read only if it is of a 2xx, and up to [`MAX_RESPONSE_BYTES`] long.
///
/// **Example**
/// ```
/// use kohort::hash::Seed;
/// use kohort::payload::braze::response::{Headers, Outcome, classify};
///
/// let headers = Headers { retry_after_s: Some(2.0), ..Headers::default() };
/// let found = classify(429, &headers, b"", 0.0, &Seed::new(1));
/// assert_eq!(found.outcome, Outcome::Retry);
/// assert_eq!(found.retry_after_ms, Some(2000.0));
/// ```
pub fn classify(
    status: u16,
    headers: &Headers,
    body: &[u8],
    now_ms: f64,
    seed: &Seed,
) -> Classified {
    let row = ROWS
        .iter()
        .find(|&&Row(from, to, ..)| (from..=to).contains(&status));
    let (outcome, mut code) = match row {
        Some(&Row(_, _, outcome, code)) => (outcome, code),
        None => (Outcome::Stop, UNEXPECTED_STATUS),
    };
    if outcome == Outcome::Accepted && tells_errors(body, seed) {
        code = ACCEPTED_WITH_ERRORS;
    }
    let retry_after_ms = match outcome {
        Outcome::Stop => None,
        _ => wait(status, headers, now_ms),
    };
    Classified {
        outcome,
        retry_after_ms,
        code,
    }
}

fn wait(status: u16, headers: &Headers, now_ms: f64) -> Option<f64> {
    // What is not there, or cannot be meant, is not a number from here on.
    let number = |number: Option<f64>| number.filter(|n| n.is_finite()).unwrap_or(f64::NAN);
    let seconds = |header| {
        let seconds = number(header);
        if seconds >= 0.0 {
            seconds * 1000.0
        } else {
            f64::NAN
        }
    };
    // Without a clock there is no time until anything.
    let until = |time_ms: f64| {
        let wait = time_ms - now_ms;
        if wait < 0.0 { 0.0 } else { wait }
    };
    let none_remains = headers.rate_limit_remaining == Some(0.0) || status == TOO_MANY_REQUESTS;
    let reset_s = headers.rate_limit_reset_s.filter(|_| none_remains);
    // Each source is looked at only if those before it say nothing that can be meant.
    let wait = [
        seconds(headers.retry_after_s),
        until(number(headers.retry_after_date_ms)),
        seconds(headers.rate_limit_retry_after_s),
        until(number(reset_s) * 1000.0),
    ]
    .into_iter()
    .find(|wait| !wait.is_nan())?
    .min(MAX_RETRY_AFTER_MS);
    let whole = wait as u64 as f64;
    Some(if whole < wait { whole + 1.0 } else { whole })
}

/// Is the body an object with an `errors` that holds anything? Braze documents a list; what is
/// empty in another form (`{}`, `""`, `0`) tells of no error either, and what is not empty does.
fn tells_errors(body: &[u8], seed: &Seed) -> bool {
    if body.len() > MAX_RESPONSE_BYTES {
        return false;
    }
    // Nobody is told what is wrong with a success.
    let mut problems = Problems::new(0);
    let mut found = false;
    let mut reader = Reader::new(body, MAX_DEPTH, seed);
    let _ = find_errors(&mut reader, &mut found, &mut problems);
    found
}

static ANSWER: Shape = Shape(&[Field::own("errors", 0)]);

fn find_errors(reader: &mut Reader<'_>, found: &mut bool, problems: &mut Problems) -> Step<()> {
    body::open(reader, problems)?;
    let own: &mut Own<'_> = &mut |_, reader, path, problems| {
        let kind = reader.kind(path, problems)?;
        let start = reader.offset();
        reader.skip(path, problems)?;
        // Between what opens and closes a list, an object or a text there may be white space alone.
        let inside = reader.bytes().get(start + 1..reader.offset() - 1);
        *found = match kind {
            Kind::Null | Kind::False => false,
            Kind::True => true,
            Kind::Number => reader.bytes().get(start) != Some(&b'0'),
            _ => inside.is_some_and(|text| !text.trim_ascii().is_empty()),
        };
        Ok(())
    };
    reader.shape(
        &ANSWER,
        0,
        &mut Found::new(&mut []),
        own,
        &Path::Root,
        problems,
    )
}
