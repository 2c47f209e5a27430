//! `Workspace`: loads, previews and applications.

use super::answer::Answer;
use super::input::Input;
use super::random;
use super::report::{self, CohortOut, ReportOut};
use crate::cohort::partner::Partner;
use crate::limits::MAX_PROBLEMS;
use crate::path::Path;
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Finding, Problems, Span};
use crate::workspace::{Reading, Workspace};
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::{Serializer, from_value};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// What `Workspace.create` takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateOptions {
    limits: Option<Limits>,
    identified_aliases_only: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    max_memory_bytes: Option<f64>,
}

/// A workspace and what its calls answer.
#[wasm_bindgen]
pub struct RawWorkspace {
    pub(super) inner: Workspace,
    pub(super) input: Input,
    answer: Answer,
    bodies: Vec<Vec<u8>>,
    problems: Vec<Problems>,
    rows: Vec<u32>,
}

/// A value for JavaScript: maps as plain objects, what is absent as `undefined`.
pub(super) fn give(value: &impl Serialize) -> Result<JsValue, JsError> {
    let value = value.serialize(&Serializer::new().serialize_maps_as_objects(true));
    value.map_err(|_| JsError::new("an answer could not be made into a JavaScript value"))
}

#[wasm_bindgen]
impl RawWorkspace {
    /// A workspace without users.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<RawWorkspace, JsError> {
        let options: CreateOptions = from_value(options)
            .map_err(|_| JsError::new("options have a value of a wrong type"))?;
        let mut inner = Workspace::new(random::seed());
        if let Some(max) = options.limits.and_then(|limits| limits.max_memory_bytes) {
            inner.set_max_memory_bytes(max as usize);
        }
        inner.set_identified_aliases_only(options.identified_aliases_only.unwrap_or(false));
        Ok(RawWorkspace {
            inner,
            input: Input::default(),
            answer: Answer::default(),
            bodies: Vec::new(),
            problems: Vec::new(),
            rows: Vec::new(),
        })
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Rises with every change.
    pub fn revision(&self) -> f64 {
        self.inner.revision() as f64
    }

    /// How many users are known.
    pub fn user_count(&self) -> u32 {
        self.inner.directory().len() as u32
    }

    /// Begins a load.
    pub fn begin_load(&mut self, max_problems: u32) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        if let Err(code) = self.inner.begin_load(max_problems as usize) {
            problems.push(Finding::error(code), &Path::Root, Span::default());
        }
        self.answer.begin();
        self.answer.finish(&problems)
    }

    /// Takes a piece; false where there is no use in more.
    pub fn push(&mut self, len: usize) -> bool {
        self.inner.push(self.input.get(len))
    }

    /// Numbers: users loaded, updated and rejected so far.
    pub fn loaded(&mut self) -> usize {
        let loaded = self.inner.loaded();
        self.answer.begin();
        for count in [loaded.loaded, loaded.updated, loaded.rejected] {
            self.answer.wide(count);
        }
        self.answer.finish(&Problems::new(0))
    }

    /// Ends a load; numbers as those of `loaded`.
    pub fn finish_load(&mut self) -> usize {
        let (loaded, problems) = self
            .inner
            .finish_load()
            .unwrap_or_else(|| (Loaded::default(), Problems::new(0)));
        self.answer.begin();
        for count in [loaded.loaded, loaded.updated, loaded.rejected] {
            self.answer.wide(count);
        }
        self.answer.finish(&problems)
    }

    /// Ends a load without its last, unfinished profile.
    pub fn abort_load(&mut self) {
        self.inner.abort_load();
    }

    /// Takes the next body of a request or plan; false where memory ran out.
    pub fn body(&mut self, len: usize) -> bool {
        let mut body = Vec::new();
        let fits = body.try_reserve_exact(len).is_ok();
        if fits {
            body.extend_from_slice(self.input.get(len));
            self.bodies.push(body);
        }
        fits
    }

    /// Forgets the bodies that were taken.
    pub fn clear(&mut self) {
        self.bodies.clear();
    }

    /// Previews or applies the bodies. Answers the report; undefined where they are refused.
    pub fn transact(
        &mut self,
        partner: &str,
        applies: bool,
        max_problems: usize,
        max_bytes: usize,
        max_depth: u32,
    ) -> Result<JsValue, JsError> {
        let bodies = core::mem::take(&mut self.bodies);
        let views: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        let partner = Partner::new(partner).ok_or_else(|| JsError::new("no such partner"))?;
        let reading = Reading {
            max_problems,
            max_bytes,
            max_depth,
        };
        let done = self.inner.transact(&views, partner, reading, applies);
        self.problems.clear();
        self.rows.clear();
        let mut report = match done {
            Ok(report) => report,
            Err(refused) => {
                self.problems = refused.problems;
                return Ok(JsValue::UNDEFINED);
            }
        };
        self.problems = core::mem::take(&mut report.problems);
        if report::write_rows(&report, &mut self.rows).is_err() {
            self.rows = Vec::new();
        }
        give(&ReportOut::of(&report))
    }

    /// Is anything odd about a body of the last transaction?
    pub fn has_findings(&self) -> bool {
        let is_odd = |problems: &Problems| !(problems.ok() && problems.warnings().is_empty());
        self.problems.iter().any(is_odd)
    }

    /// The findings about the body with this index of the last transaction.
    pub fn findings(&mut self, index: usize) -> usize {
        self.answer.begin();
        match self.problems.get(index) {
            Some(problems) => self.answer.finish(problems),
            None => self.answer.finish(&Problems::new(0)),
        }
    }

    /// The rows of the last report, five numbers each: see [`report::write_rows`].
    pub fn rows(&mut self) -> js_sys::Uint32Array {
        let rows = js_sys::Uint32Array::from(self.rows.as_slice());
        self.rows = Vec::new();
        rows
    }

    /// All cohorts.
    pub fn cohorts(&self) -> Result<JsValue, JsError> {
        let cohorts = self.inner.cohorts().iter();
        let cohorts: Vec<CohortOut> = cohorts
            .map(|(partner, id, cohort)| CohortOut::of(partner, id, cohort))
            .collect();
        give(&cohorts)
    }

    /// How many members a cohort has; -1 where it is not known.
    pub fn member_count(&self, partner: &str, cohort_id: &str) -> f64 {
        let members = self.inner.members(partner, cohort_id);
        members.map_or(-1.0, |members| members.len() as f64)
    }

    /// Some members of a cohort, each by a name.
    pub fn members(
        &self,
        partner: &str,
        cohort_id: &str,
        offset: usize,
        limit: usize,
    ) -> Result<JsValue, JsError> {
        let members = self.inner.members(partner, cohort_id);
        let users: Vec<report::UserOut> = members
            .into_iter()
            .flat_map(|members| members.iter())
            .skip(offset)
            .take(limit)
            .filter_map(|user| report::UserOut::of(self.inner.directory(), user))
            .collect();
        give(&users)
    }

    /// The names of some users, in order.
    pub fn users(&self, users: &[u32]) -> Result<JsValue, JsError> {
        let users: Vec<Option<report::UserOut>> = users
            .iter()
            .map(|&user| report::UserOut::of(self.inner.directory(), user))
            .collect();
        give(&users)
    }

    /// Rows as a file to download.
    pub fn rows_blob(&self, rows: &[u32], csv: bool) -> Result<web_sys::Blob, JsValue> {
        report::blob(self.inner.directory(), rows, csv)
    }
}
