//! `CohortChecker`: a check with its options compiled once.

use super::input::Input;
use super::{problems, random};
use crate::hash::Seed;
use crate::payload::braze::Key;
use crate::payload::braze::Options;
use crate::payload::braze::name_request::NameRequest;
use crate::payload::braze::users_request::{Counts, UsersRequest};
use crate::problem::{Fault, Problems};
use alloc::string::String;
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// Bits of `flags`.
const STRICT: u32 = 1;
const LINTS: u32 = 2;
const NAME_ENDPOINT: u32 = 4;

/// Numbers in the summary. `pkg/js/checker.ts` reads them in this order.
const SUMMARY: usize = 18;

/// A reusable checker. All answers go through its `summary`: what is longer stands in memory at
/// the addresses it names.
#[wasm_bindgen]
pub struct RawChecker {
    options: Options,
    names: bool,
    input: Input,
    seed: Option<Seed>,
    request: UsersRequest,
    problems: Problems,
    summary: [u32; SUMMARY],
    cohort_id: Vec<u8>,
    records: Vec<u32>,
    text: String,
}

#[wasm_bindgen]
impl RawChecker {
    /// A checker; the keys follow with `allow`.
    #[wasm_bindgen(constructor)]
    pub fn new(flags: u32, max_problems: u32, max_bytes: u32, max_depth: u32) -> RawChecker {
        RawChecker {
            options: Options {
                strict: flags & STRICT != 0,
                lints: flags & LINTS != 0,
                max_bytes: max_bytes as usize,
                max_depth,
                ..Options::default()
            },
            names: flags & NAME_ENDPOINT != 0,
            input: Input::default(),
            seed: None,
            request: UsersRequest::default(),
            problems: Problems::new(max_problems as usize),
            summary: [0; SUMMARY],
            cohort_id: Vec::new(),
            records: Vec::new(),
            text: String::new(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Lets in the key that was written as the first `len` bytes: the partner's, or the client's
    /// secret.
    pub fn allow(&mut self, client_secret: bool, len: usize) {
        let key = if client_secret {
            Key::ClientSecret
        } else {
            Key::PartnerApiKey
        };
        self.options.keys.allow(key, self.input.get(len));
    }

    /// Checks the first `len` bytes that were written, and answers where the summary stands.
    pub fn check(&mut self, len: usize) -> usize {
        let body = self.input.get(len);
        let seed = self.seed.get_or_insert_with(random::seed);
        self.problems.clear();
        let (cohort_id, counts) = if self.names {
            let request = NameRequest::check(body, &self.options, seed, &mut self.problems);
            (request.cohort_id, Counts::default())
        } else {
            self.request
                .check(body, &self.options, seed, &mut self.problems);
            (self.request.cohort_id(), self.request.counts())
        };
        self.cohort_id.clear();
        if let Some(id) = cohort_id {
            self.cohort_id.extend_from_slice(&id.decode(body));
        }
        let fault = self.problems.first_fault();
        let listed = self.problems.errors().len() + self.problems.warnings().len();
        if listed > 0 {
            problems::write(&self.problems, &mut self.records, &mut self.text);
        }
        self.summary = [
            fault.map_or(u32::MAX, |fault| fault as u32),
            self.problems.errors().len() as u32,
            self.problems.warnings().len() as u32,
            counts.add.external_ids,
            counts.add.device_ids,
            counts.add.aliases,
            counts.remove.external_ids,
            counts.remove.device_ids,
            counts.remove.aliases,
            counts.total,
            counts.distinct,
            counts.duplicates,
            counts.conflicts,
            self.cohort_id.as_ptr() as u32,
            cohort_id.map_or(u32::MAX, |_| self.cohort_id.len() as u32),
            self.records.as_ptr() as u32,
            self.text.as_ptr() as u32,
            self.text.len() as u32,
        ];
        self.summary.as_ptr() as usize
    }
}

/// Status and message of Braze's answers, in the order of their numbers: a tab between them, a
/// line each.
#[wasm_bindgen]
pub fn fault_table() -> String {
    let mut out = String::new();
    for fault in Fault::ALL {
        let (status, message) = fault.answer();
        crate::path::push_number(&mut out, u32::from(status));
        out.push('\t');
        out.push_str(message);
        out.push('\n');
    }
    out
}
