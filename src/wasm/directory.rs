//! `Directory`: known users for matching at the edge.

use super::answer::{Answer, out_of_memory};
use super::input::Input;
use super::random;
use crate::cohort::matching::Outcome;
use crate::identity::{Compact, Directory, Found, Id, IdKind, Stored, alias_hash, id_hash};
use crate::limits::{MAX_ID_BYTES, MAX_PROBLEMS};
use crate::payload::braze::profiles::ProfileReader;
use crate::problem::{Code, Problems};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// Stands among the outcomes for an id whose fingerprint is known.
const PROBABLE: u8 = u8::MAX;

/// A directory, while it is built and afterwards.
#[wasm_bindgen]
pub struct RawDirectory {
    input: Input,
    answer: Answer,
    state: State,
    out: Vec<u8>,
}

enum State {
    Building(Box<(Directory, ProfileReader, Problems)>),
    Ready(Stored),
    Nothing,
}

#[wasm_bindgen]
impl RawDirectory {
    /// A directory without users, to be built.
    #[wasm_bindgen(constructor)]
    pub fn new(max_problems: u32, max_memory_bytes: f64) -> RawDirectory {
        let mut directory = Directory::new(random::seed());
        directory.set_max_memory_bytes(max_memory_bytes as usize);
        let reader = ProfileReader::new(directory.seed().clone());
        let problems = Problems::new(max_problems as usize);
        RawDirectory {
            input: Input::default(),
            answer: Answer::default(),
            state: State::Building(Box::new((directory, reader, problems))),
            out: Vec::new(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Takes a piece of profiles; false where there is no use in more.
    pub fn push(&mut self, len: usize) -> bool {
        let State::Building(building) = &mut self.state else {
            return false;
        };
        let (directory, reader, problems) = &mut **building;
        reader
            .push(self.input.get(len), directory, problems)
            .is_ok()
    }

    /// Ends the building. Numbers: users loaded, updated and rejected.
    pub fn finish(&mut self, compact: bool) -> usize {
        let State::Building(building) = core::mem::replace(&mut self.state, State::Nothing) else {
            return 0;
        };
        let (mut directory, mut reader, mut problems) = *building;
        // Also when memory has run out; that is noted.
        let _ = reader.finish(&mut directory, &mut problems);
        let made = if compact {
            Compact::of(&directory).map(Stored::Compact)
        } else {
            Ok(Stored::Verified(directory))
        };
        match made {
            Ok(stored) => self.state = State::Ready(stored),
            Err(code) => out_of_memory(code, &mut problems),
        }
        let loaded = reader.loaded();
        self.answer.begin();
        self.answer.wide(loaded.loaded);
        self.answer.wide(loaded.updated);
        self.answer.wide(loaded.rejected);
        self.answer.finish(&problems)
    }

    /// Takes the directory that was written as the first `len` bytes.
    pub fn restore(&mut self, len: usize) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        match Stored::from_bytes(self.input.get(len)) {
            Ok(stored) => self.state = State::Ready(stored),
            Err(code) => out_of_memory(code, &mut problems),
        }
        // The bytes are not needed any more.
        self.input = Input::default();
        self.answer.begin();
        self.answer.finish(&problems)
    }

    /// Number: the place of the directory as bytes.
    pub fn store(&mut self) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        let bytes = match &self.state {
            State::Ready(Stored::Verified(directory)) => directory.to_bytes(),
            State::Ready(Stored::Compact(compact)) => compact.to_bytes(),
            _ => Err(Code::DirectoryBytes),
        };
        match bytes {
            Ok(bytes) => self.out = bytes,
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.begin();
        self.answer.place(&self.out);
        self.answer.finish(&problems)
    }

    /// Lets go of what the last answer named.
    pub fn release(&mut self) {
        self.out = Vec::new();
    }

    /// How many users, or ids where only fingerprints are kept.
    pub fn count(&self) -> f64 {
        match &self.state {
            State::Ready(Stored::Verified(directory)) => directory.len() as f64,
            State::Ready(Stored::Compact(compact)) => compact.len() as f64,
            _ => 0.0,
        }
    }

    /// The probability with which an unknown id is taken for a known one; not a number where ids
    /// are compared.
    pub fn false_positive_rate(&self) -> f64 {
        match &self.state {
            State::Ready(Stored::Compact(compact)) => compact.false_positive_rate(),
            _ => f64::NAN,
        }
    }

    /// Looks up ids of a kind: their ends in four bytes each, then the ids, of aliases name and
    /// label in turn. Number: the place of the outcomes, a byte each.
    pub fn look_up(&mut self, kind: u32, ends_len: usize, len: usize) -> usize {
        self.out.clear();
        let input = self.input.get(len);
        let (ends, text) = input.split_at_checked(ends_len).unwrap_or((&[], input));
        let (ends, _) = ends.as_chunks();
        let mut at = 0;
        let mut parts = ends.iter().map(|&end| {
            let end = u32::from_le_bytes(end) as usize;
            let part = text.get(at..end).unwrap_or(&[]);
            at = end;
            part
        });
        let kind = match kind {
            0 => IdKind::External,
            1 => IdKind::Device,
            _ => IdKind::Alias,
        };
        let mut ids: Vec<Id<'_>> = Vec::new();
        let mut problems = Problems::new(MAX_PROBLEMS);
        while let Some(name) = parts.next() {
            let label = match kind {
                IdKind::Alias => parts.next().unwrap_or(&[]),
                _ => &[],
            };
            if ids.try_reserve(1).is_err() || self.out.try_reserve(1).is_err() {
                out_of_memory(Code::LimitMemory, &mut problems);
                break;
            }
            ids.push(Id {
                kind,
                name: Cow::Borrowed(name),
                label: Cow::Borrowed(label),
            });
        }
        let found = self.state.find(&ids);
        self.out.extend(ids.iter().zip(found).map(|(id, found)| {
            let fits = |part: &[u8]| (1..=MAX_ID_BYTES).contains(&part.len());
            let label_fits = kind != IdKind::Alias || fits(&id.label);
            match found {
                _ if !fits(&id.name) || !label_fits => Outcome::Invalid as u8,
                Found::Probable => PROBABLE,
                found => Outcome::of(kind, found) as u8,
            }
        }));
        self.answer.begin();
        self.answer.place(&self.out);
        self.answer.finish(&problems)
    }
}

impl State {
    fn find(&self, ids: &[Id<'_>]) -> Vec<Found> {
        let mut found = Vec::new();
        let State::Ready(stored) = self else {
            return found;
        };
        let seed = match stored {
            Stored::Verified(directory) => directory.seed(),
            Stored::Compact(compact) => compact.seed(),
        };
        let hashes: Vec<u64> = ids
            .iter()
            .map(|id| match id.kind {
                IdKind::Alias => alias_hash(seed, &id.name, &id.label),
                kind => id_hash(seed, kind, &id.name),
            })
            .collect();
        match stored {
            Stored::Verified(directory) => {
                directory.look_up(&hashes, ids.iter().cloned().map(Some), false, &mut found);
            }
            Stored::Compact(compact) => compact.look_up(&hashes, &mut found),
        }
        found
    }
}
