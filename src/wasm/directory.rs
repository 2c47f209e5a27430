//! `Directory`: known users for matching at the edge.

use super::answer::{Answer, out_of_memory};
use super::input::Input;
use super::random;
use crate::cohort::matching::Outcome;
use crate::identity::directory::BATCH;
use crate::identity::{Bare, Compact, Directory, Found, IdKind, Stored, hash_ids};
use crate::limits::{MAX_ID_BYTES, MAX_PROBLEMS};
use crate::payload::braze::profiles::ProfileReader;
use crate::problem::{Code, Problems};
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
        let mut problems = Problems::new(MAX_PROBLEMS);
        let mut ids: [Bare<'_>; BATCH] = [[&[]; 2]; BATCH];
        loop {
            let mut count = 0;
            for id in &mut ids {
                let Some(name) = parts.next() else { break };
                let label = match kind {
                    IdKind::Alias => parts.next().unwrap_or(&[]),
                    _ => &[],
                };
                *id = [name, label];
                count += 1;
            }
            let ids = ids.get(..count).unwrap_or(&[]);
            if ids.is_empty() {
                break;
            }
            if self.out.try_reserve(count).is_err() {
                out_of_memory(Code::LimitMemory, &mut problems);
                break;
            }
            self.state.find(kind, ids, &mut self.out);
        }
        self.answer.begin();
        self.answer.place(&self.out);
        self.answer.finish(&problems)
    }
}

impl State {
    /// Appends the outcomes of at most [`BATCH`] ids, for which there is room.
    fn find(&self, kind: IdKind, ids: &[Bare<'_>], out: &mut Vec<u8>) {
        let mut hashes = [0; BATCH];
        let hashes = hashes.get_mut(..ids.len()).unwrap_or(&mut []);
        let mut each = ids.iter();
        let take = |found| {
            let fits = |part: &[u8]| (1..=MAX_ID_BYTES).contains(&part.len());
            let is_valid = each
                .next()
                .is_some_and(|[name, label]| fits(name) && (kind != IdKind::Alias || fits(label)));
            out.push(match found {
                _ if !is_valid => Outcome::Invalid as u8,
                Found::Probable => PROBABLE,
                found => Outcome::of(kind, found) as u8,
            });
        };
        match self {
            State::Ready(Stored::Verified(directory)) => {
                hash_ids(directory.seed(), kind, ids, hashes);
                directory.look_up(kind, ids, hashes, false, take);
            }
            State::Ready(Stored::Compact(compact)) => {
                hash_ids(compact.seed(), kind, ids, hashes);
                hashes.iter().map(|&hash| compact.find(hash)).for_each(take);
            }
            _ => {}
        }
    }
}
