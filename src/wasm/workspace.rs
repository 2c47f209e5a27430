//! `Workspace`: loads, previews and applications.

use super::answer::{ABSENT, Answer, out_of_memory};
use super::input::Input;
use super::random;
use super::report::{self, CohortOut};
use crate::cohort::id_list::IdList;
use crate::cohort::partner::Partner;
use crate::identity::directory::UserId;
use crate::identity::{ProfileIdKind, UserIx};
use crate::ingest::{Coordinates, Format, moment};
use crate::limits::{BodyLimits, MAX_PROBLEMS};
use crate::path::Path;
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Finding, Problems, Span};
use crate::workspace::{Reading, RowFormat, Workspace};
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
    pub(super) answer: Answer,
    bodies: Vec<Vec<u8>>,
    problems: Vec<Problems>,
    pub(super) rows: Vec<u32>,
    pub(super) text: Vec<u8>,
    pub(super) ids: IdList,
}

/// A value for JavaScript: maps as plain objects, what is absent as `undefined`.
pub(super) fn give(value: &impl Serialize) -> Result<JsValue, JsError> {
    let value = value.serialize(&Serializer::new().serialize_maps_as_objects(true));
    value.map_err(|_| JsError::new("an answer could not be made into a JavaScript value"))
}

/// A kind of id, by the number that JavaScript has for it.
pub(super) fn kind_of(number: u32) -> ProfileIdKind {
    match number {
        0 => ProfileIdKind::External,
        1 => ProfileIdKind::Alias,
        2 => ProfileIdKind::Device,
        _ => ProfileIdKind::Braze,
    }
}

fn write_counts(loaded: Loaded, answer: &mut Answer) {
    for count in [
        loaded.loaded,
        loaded.updated,
        loaded.rejected,
        loaded.covered,
    ] {
        answer.wide(count);
    }
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
            text: Vec::new(),
            ids: IdList::new(),
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
        self.inner.directory().user_count() as u32
    }

    /// The point in time, in milliseconds since 1970, that `len` bytes that were written name; not a
    /// number where they name none.
    pub fn moment(&mut self, len: usize) -> f64 {
        moment(self.input.get(len)).map_or(f64::NAN, |ms| ms as f64)
    }

    /// Begins a load. `coordinates`: 0 for a guess, 1 for longitude first, 2 for latitude first.
    /// `format`: 0 to tell by what comes first, 1 for exports, 2 for bodies of `/users/track`, 3 for CSV.
    /// `as_of`: when the export was made, in milliseconds since 1970; not a number where that is not known.
    pub fn begin_load(
        &mut self,
        max_problems: u32,
        coordinates: u32,
        format: u32,
        as_of: f64,
    ) -> usize {
        self.inner.set_format(match format {
            1 => Some(Format::Export),
            2 => Some(Format::Track),
            3 => Some(Format::Csv),
            _ => None,
        });
        self.inner
            .set_as_of(as_of.is_finite().then_some(as_of as i64));
        self.inner.set_coordinates(match coordinates {
            1 => Coordinates::LongitudeFirst,
            2 => Coordinates::LatitudeFirst,
            _ => Coordinates::Guess,
        });
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

    /// Numbers: users loaded and updated, records rejected, and what was covered, so far.
    pub fn loaded(&mut self) -> usize {
        let loaded = self.inner.loaded();
        self.answer.begin();
        write_counts(loaded, &mut self.answer);
        self.answer.finish(&Problems::new(0))
    }

    /// The profile, as JSON in bytes, of the user who has an id: of `name` bytes that were written,
    /// and of an alias `label` bytes that follow. `kind`: 0 an external id, 1 an alias, 2 a device,
    /// 3 Braze's own. Empty where nobody has it, or where memory ran out, which is a finding.
    pub fn profile(&mut self, kind: u32, name: usize, label: usize) -> usize {
        let user = self.user(kind, name, label);
        let mut problems = Problems::new(1);
        self.text.clear();
        if let Some(user) = user
            && let Err(code) = self.inner.write_profile(user, &mut self.text)
        {
            self.text = Vec::new();
            out_of_memory(code, &mut problems);
        }
        self.answer.begin();
        self.answer.place(&self.text);
        self.answer.finish(&problems)
    }

    /// Deletes the user who has an id, which is told as to `profile`. Number: whether there was one.
    pub fn delete_user(&mut self, kind: u32, name: usize, label: usize) -> usize {
        let mut problems = Problems::new(1);
        let mut deleted = false;
        if let Some(user) = self.user(kind, name, label) {
            match self.inner.delete(user) {
                Ok(done) => deleted = done,
                Err(code) => out_of_memory(code, &mut problems),
            }
        }
        self.answer.begin();
        self.answer.number(u32::from(deleted));
        self.answer.finish(&problems)
    }

    /// Ends a load; numbers as those of `loaded`.
    pub fn finish_load(&mut self) -> usize {
        let (loaded, problems) = self
            .inner
            .finish_load()
            .unwrap_or_else(|| (Loaded::default(), Problems::new(0)));
        self.answer.begin();
        write_counts(loaded, &mut self.answer);
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

    /// Previews or applies the first `body` bytes that were written, or where `body` is
    /// [`ABSENT`] the bodies that were taken. The partner's name is the `partner` bytes that
    /// follow. Answers 0 where they are refused; else numbers, the cohort's id and the place of
    /// the rows: see [`report::write`] and [`Rows::pack`](crate::workspace::Rows::pack).
    pub fn transact(
        &mut self,
        body: u32,
        partner: usize,
        applies: bool,
        max_problems: usize,
        max_bytes: usize,
        max_depth: u32,
    ) -> Result<usize, JsError> {
        let bodies = core::mem::take(&mut self.bodies);
        let mut views: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        let mut rest = self.input.get(partner);
        if body != ABSENT {
            let input = self.input.get(body as usize + partner);
            let (one, name) = input.split_at_checked(body as usize).unwrap_or_default();
            views = alloc::vec![one];
            rest = name;
        }
        let partner = core::str::from_utf8(rest).ok().and_then(Partner::new);
        let partner = partner.ok_or_else(|| JsError::new("no such partner"))?;
        let reading = Reading {
            max_problems,
            limits: BodyLimits {
                max_bytes,
                max_depth,
            },
        };
        let done = self.inner.transact(&views, partner, reading, applies);
        let mut report = match done {
            Ok(report) => report,
            Err(refused) => {
                self.problems = refused.problems;
                return Ok(0);
            }
        };
        self.problems = core::mem::take(&mut report.problems);
        if let Err(code) = report.columns().pack(&mut self.rows) {
            self.rows = Vec::new();
            // What was done is done: that its rows are missing is all that can be said.
            if let Some(first) = self.problems.first_mut() {
                first.push(Finding::warning(code), &Path::Root, Span::default());
                first.locate(&[]);
            }
        }
        self.answer.begin();
        report::write(&report, &mut self.answer);
        self.answer.place(&self.rows);
        Ok(self.answer.finish(&Problems::new(0)))
    }

    /// Lets go of the rows of the last report.
    pub fn release(&mut self) {
        self.rows = Vec::new();
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

    /// Rows, which are `count`, as a file to download.
    pub fn rows_blob(
        &self,
        rows: &[u32],
        count: usize,
        csv: bool,
    ) -> Result<web_sys::Blob, JsValue> {
        let format = if csv {
            RowFormat::Csv
        } else {
            RowFormat::Ndjson
        };
        report::blob(self.inner.directory(), rows, count, format)
    }
}

impl RawWorkspace {
    /// The user who has an id that was written.
    pub(super) fn user(&mut self, kind: u32, name: usize, label: usize) -> Option<UserIx> {
        let input = self.input.get(name + label);
        let (name, label) = input.split_at_checked(name).unwrap_or_default();
        let kind = kind_of(kind);
        self.inner.directory().user(&UserId { kind, name, label })
    }
}
