//! `CohortChecker`: a check with its options compiled once.

use super::answer::Answer;
use super::input::Input;
use super::random::LateSeed;
use crate::limits::BodyLimits;
use crate::payload::braze::clusters::Endpoint;
use crate::payload::braze::name_request::NameRequest;
use crate::payload::braze::users_request::{Counts, UsersRequest};
use crate::payload::braze::{Key, Options};
use crate::problem::Problems;

/// Bits of `flags`.
const STRICT: u32 = 1;
const LINTS: u32 = 2;
const NAME_ENDPOINT: u32 = 4;

/// Numbers of an answer.
const NUMBERS: usize = 22;

/// A reusable checker.
pub(super) struct RawChecker {
    options: Options,
    names: bool,
    input: Input,
    seed: LateSeed,
    request: UsersRequest,
    problems: Problems,
    answer: Answer,
    /// What a check answers, in the order in which `pkg/js/checker.ts` reads it.
    numbers: [u32; NUMBERS],
}

impl RawChecker {
    /// A checker; keys and endpoint follow.
    pub(super) fn new(flags: u32, max_problems: u32, max_bytes: u32, max_depth: u32) -> RawChecker {
        RawChecker {
            options: Options {
                strict: flags & STRICT != 0,
                lints: flags & LINTS != 0,
                limits: BodyLimits {
                    max_bytes: max_bytes as usize,
                    max_depth,
                },
                ..Options::default()
            },
            names: flags & NAME_ENDPOINT != 0,
            input: Input::default(),
            seed: LateSeed::default(),
            request: UsersRequest::default(),
            problems: Problems::new(max_problems as usize),
            answer: Answer::default(),
            numbers: [0; NUMBERS],
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub(super) fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Lets in the key that was written as the first `len` bytes: the partner's, or the client's
    /// secret.
    pub(super) fn allow(&mut self, client_secret: bool, len: usize) {
        let key = if client_secret {
            Key::ClientSecret
        } else {
            Key::PartnerApiKey
        };
        self.options.keys.allow(key, self.input.get(len));
    }

    /// Says that requests go to the endpoint that was written as the first `len` bytes.
    pub(super) fn rest_endpoint(&mut self, len: usize) {
        let text = core::str::from_utf8(self.input.get(len)).unwrap_or("");
        self.options.rest_endpoint = Some(Endpoint::of(text));
    }

    /// Checks the first `len` bytes that were written, and says where the answer stands.
    pub(super) fn check(&mut self, len: usize) -> usize {
        let body = self.input.get(len);
        self.problems.clear();
        let (cohort_id, counts) = if self.names {
            let request = NameRequest::check(body, &self.options, &self.seed, &mut self.problems);
            (request.cohort_id, Counts::default())
        } else {
            self.request
                .check(body, &self.options, &self.seed, &mut self.problems);
            (self.request.cohort_id(), self.request.counts())
        };
        let [fault, errors, warnings, found, paths, paths_len, _] =
            self.answer.head(&self.problems);
        let (id, id_len, short_id) = self.answer.id(cohort_id, body);
        let [a, b, c, d] = short_id;
        let (add, remove) = (counts.add, counts.remove);
        self.numbers = [
            fault,
            errors,
            warnings,
            found,
            paths,
            paths_len,
            id,
            id_len,
            a,
            b,
            c,
            d,
            add.external_ids,
            add.device_ids,
            add.aliases,
            remove.external_ids,
            remove.device_ids,
            remove.aliases,
            counts.total,
            counts.distinct,
            counts.duplicates,
            counts.conflicts,
        ];
        self.numbers.as_ptr() as usize
    }
}
