//! Segments of a workspace, and definitions that are checked without one.

use super::answer::{Answer, out_of_memory};
use super::input::Input;
use super::random;
use super::workspace::RawWorkspace;
use crate::cohort::id_list::IdList;
use crate::hash::Seed;
use crate::problem::{Code, Problems};
use crate::segment::{Counted, Near, Zone, allowed, near_word, parse};
use crate::workspace::DefinitionOptions;
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks definitions without a workspace.
#[wasm_bindgen]
pub struct RawDefinitions {
    input: Input,
    answer: Answer,
    seed: Seed,
}

#[wasm_bindgen]
impl RawDefinitions {
    /// What checks definitions.
    #[wasm_bindgen(constructor)]
    pub fn new() -> RawDefinitions {
        RawDefinitions {
            input: Input::default(),
            answer: Answer::default(),
            seed: random::seed(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// What is wrong with the definition that was written as `len` bytes; what could stand instead follows.
    pub fn check(&mut self, len: usize, max_problems: u32, max_bytes: usize) -> usize {
        let mut problems = Problems::new(max_problems as usize);
        let definition = self.input.get(len);
        parse(definition, max_bytes, &self.seed, None, &mut problems);
        self.answer.begin();
        alternatives(&[], &problems, &mut self.answer);
        self.answer.finish(&problems)
    }
}

/// Numbers: how many names may be meant, and of each error how many words are allowed. Words: of each of the names
/// its path and itself, then what is allowed.
#[inline(never)]
fn alternatives(near: &[Near], problems: &Problems, answer: &mut Answer) {
    let words = || {
        let errors = problems.errors().iter();
        errors.filter(|problem| near_word(problem).is_some())
    };
    answer.number((near.len() + words().count()) as u32);
    for near in near {
        answer.word(Some(near.path.as_bytes()));
        answer.word(Some(&near.name));
    }
    for problem in words() {
        answer.word(Some(problems.path(problem).as_bytes()));
        answer.word(near_word(problem).map(str::as_bytes));
    }
    for problem in problems.errors() {
        let words = allowed(problem);
        answer.number(words.len() as u32);
        for word in words {
            answer.word(Some(word.as_bytes()));
        }
    }
}

/// A moment, unless it is not a number.
fn moment(now: f64) -> Option<i64> {
    now.is_finite().then_some(now as i64)
}

fn write_counts(counted: Counted, answer: &mut Answer) {
    answer.numbers(&[counted.count, counted.unknown]);
}

#[wasm_bindgen]
impl RawWorkspace {
    /// Says how far the company's clock is ahead of UTC: from the first of each two numbers on, in
    /// milliseconds since 1970, by the second, in milliseconds.
    pub fn set_zone(&mut self, changes: &[f64]) {
        let (changes, _) = changes.as_chunks::<2>();
        let changes = changes.iter();
        let changes = changes.map(|&[from, ahead]| (from as i64, ahead as i64));
        self.inner.set_zone(Zone::new(changes.collect()));
    }

    /// Compiles the definition that was written as `len` bytes. Numbers: the segment's, if nothing is wrong;
    /// what could stand instead of what is follows.
    pub fn compile_segment(
        &mut self,
        len: usize,
        is_defined: bool,
        max_problems: u32,
        max_bytes: usize,
    ) -> usize {
        let reading = DefinitionOptions {
            is_defined,
            max_bytes,
            max_problems: max_problems as usize,
        };
        let definition = self.input.get(len);
        let compiled = self.inner.compile_segment(definition, reading);
        self.answer.begin();
        self.answer.number(compiled.segment.unwrap_or(u32::MAX));
        alternatives(&compiled.near, &compiled.problems, &mut self.answer);
        self.answer.finish(&compiled.problems)
    }

    /// Forgets a segment.
    pub fn free_segment(&mut self, segment: u32) {
        self.inner.free_segment(segment);
    }

    /// Numbers: members of a segment, and users of whom nobody can say.
    pub fn count_segment(&mut self, segment: u32, now: f64) -> usize {
        let counted = self.inner.count_segment(segment, now as i64);
        let mut problems = Problems::new(1);
        self.answer.begin();
        match counted {
            Ok(counted) => write_counts(counted.unwrap_or(NOBODY), &mut self.answer),
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.finish(&problems)
    }

    /// Looks up a field that members are asked for, whose name was written as `len` bytes. Numbers: how many may be
    /// meant. Words: of each its path and itself.
    pub fn look_up_field(&mut self, len: usize, is_custom: bool, index: u32) -> usize {
        let mut problems = Problems::new(1);
        let name = self.input.get(len);
        let near = self
            .inner
            .look_up_field(name, is_custom, index, &mut problems);
        problems.locate(&[]);
        self.answer.begin();
        alternatives(&near, &problems, &mut self.answer);
        self.answer.finish(&problems)
    }

    /// A page of the members of a segment. `now` is not a number for the one of the page before. Numbers:
    /// those of `count_segment`, and the place of the users' own.
    pub fn segment_members(
        &mut self,
        segment: u32,
        now: f64,
        offset: usize,
        limit: usize,
    ) -> usize {
        let mut problems = Problems::new(1);
        self.answer.begin();
        self.rows.clear();
        match self.inner.segment_members(segment, moment(now)) {
            Ok(members) => {
                let counted = members.as_ref().map_or(NOBODY, |members| members.counted());
                write_counts(counted, &mut self.answer);
                let page = (counted.count as usize).saturating_sub(offset).min(limit);
                match self.rows.try_reserve(page) {
                    Ok(()) => {
                        let page = members.iter().flat_map(|members| members.from(offset));
                        self.rows.extend(page.take(limit));
                    }
                    Err(_) => out_of_memory(Code::LimitMemory, &mut problems),
                }
                self.answer.place(&self.rows);
            }
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.finish(&problems)
    }

    /// Finds out how many a segment holds for while the number moves that the condition asks for whose place was
    /// written as `len` bytes. Number: is there such a condition?
    pub fn sweep_segment(&mut self, segment: u32, now: f64, len: usize) -> usize {
        let path = self.input.get(len);
        let mut problems = Problems::new(1);
        self.answer.begin();
        match self.inner.sweep_segment(segment, path, now as i64) {
            Ok(swept) => self.answer.number(u32::from(swept)),
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.finish(&problems)
    }

    /// How many the segment that was swept last would hold for with this number; -1 if something has changed. Where
    /// a definition would not take the number, the place of the answer that says why, below that.
    pub fn swept_count(&mut self, number: f64) -> f64 {
        let mut problems = Problems::new(1);
        match self.inner.swept_count(number, &mut problems) {
            Some(count) => f64::from(count),
            None if problems.ok() => -1.0,
            None => {
                problems.locate(&[]);
                self.answer.begin();
                -(self.answer.finish(&problems) as f64)
            }
        }
    }

    /// Was this segment the last that was asked about, and has nothing changed since?
    pub fn is_found(&self, segment: u32) -> bool {
        self.inner.is_found(segment)
    }

    /// The profiles of users, as JSON in bytes, one in each line.
    pub fn profiles(&mut self, users: &[u32]) -> usize {
        let mut problems = Problems::new(1);
        self.text.clear();
        for &user in users {
            let written = self.inner.write_profile(user, &mut self.text);
            if let Err(code) = written {
                self.text = Vec::new();
                out_of_memory(code, &mut problems);
                break;
            }
            self.text.push(b'\n');
        }
        self.answer.begin();
        self.answer.place(&self.text);
        self.answer.finish(&problems)
    }

    /// Why the user who has an id, told as to `profile`, is in a segment or not: JSON in bytes, empty where nobody
    /// has the id.
    pub fn explain_segment(
        &mut self,
        segment: u32,
        now: f64,
        kind: u32,
        name: usize,
        label: usize,
    ) -> usize {
        let user = self.user(kind, name, label);
        let mut problems = Problems::new(1);
        self.text.clear();
        if let Some(user) = user
            && let Err(code) = self
                .inner
                .explain_segment(segment, user, now as i64, &mut self.text)
        {
            self.text = Vec::new();
            out_of_memory(code, &mut problems);
        }
        self.answer.begin();
        self.answer.place(&self.text);
        self.answer.finish(&problems)
    }

    /// The ids of a kind of the members of a segment, of aliases the names of those with the label that was
    /// written as `label` bytes. Numbers: the places of the ids' bytes and offsets, and how many members
    /// have none.
    pub fn segment_ids(&mut self, segment: u32, now: f64, kind: u32, label: usize) -> usize {
        let mut problems = Problems::new(1);
        let kind = super::workspace::kind_of(kind);
        let label = self.input.get(label);
        self.answer.begin();
        self.ids = IdList::new();
        match self.inner.segment_ids(segment, now as i64, kind, label) {
            Ok(found) => {
                let (ids, without) = found.unwrap_or_default();
                self.ids = ids;
                self.answer.place(self.ids.bytes());
                self.answer.place(self.ids.offsets());
                self.answer.number(without);
            }
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.finish(&problems)
    }
}

const NOBODY: Counted = Counted {
    count: 0,
    unknown: 0,
};
