//! `Directory`: known users for matching at the edge.

use super::answer::{Answer, out_of_memory};
use super::input::Input;
use super::random;
use crate::cohort::matching::Outcome;
use crate::identity::directory::BATCH;
use crate::identity::{Bare, CompactBuilder, Directory, Found, IdKind, Restoring, Stored, Storing};
use crate::limits::MAX_PROBLEMS;
use crate::payload::braze::profiles::{ProfileReader, TakeUser};
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
    storing: Option<Storing>,
    out: Vec<u8>,
}

enum State {
    Building(Box<Building>),
    Restoring(Box<Restoring>),
    Ready(Stored),
    Nothing,
}

struct Building {
    users: Users,
    reader: ProfileReader,
    problems: Problems,
}

enum Users {
    Verified(Box<Directory>),
    Compact(Box<CompactBuilder>),
}

impl Users {
    fn taker(&mut self) -> &mut dyn TakeUser {
        match self {
            Users::Verified(directory) => &mut **directory,
            Users::Compact(builder) => &mut **builder,
        }
    }
}

#[wasm_bindgen]
impl RawDirectory {
    /// A directory without users, to be built or restored.
    #[wasm_bindgen(constructor)]
    pub fn new(compact: bool, max_problems: u32, max_memory_bytes: f64) -> RawDirectory {
        let seed = random::seed();
        let reader = ProfileReader::new(seed.clone());
        let max = max_memory_bytes as usize;
        let users = if compact {
            let mut builder = CompactBuilder::new(seed);
            builder.set_max_memory_bytes(max);
            Users::Compact(Box::new(builder))
        } else {
            let mut directory = Directory::new(seed);
            directory.set_max_memory_bytes(max);
            Users::Verified(Box::new(directory))
        };
        RawDirectory {
            input: Input::default(),
            answer: Answer::default(),
            state: State::Building(Box::new(Building {
                users,
                reader,
                problems: Problems::new(max_problems as usize),
            })),
            storing: None,
            out: Vec::new(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Takes a piece of profiles, or of a stored directory; false where there is no use in more.
    pub fn push(&mut self, len: usize) -> bool {
        let piece = self.input.get(len);
        match &mut self.state {
            State::Building(building) => {
                let Building {
                    users,
                    reader,
                    problems,
                } = &mut **building;
                reader.push(piece, users.taker(), problems).is_ok()
            }
            State::Restoring(restoring) => {
                restoring.push(piece);
                true
            }
            _ => false,
        }
    }

    /// Ends the building. Numbers: users loaded, updated and rejected.
    pub fn finish(&mut self) -> usize {
        let State::Building(building) = core::mem::replace(&mut self.state, State::Nothing) else {
            return 0;
        };
        let Building {
            mut users,
            mut reader,
            mut problems,
        } = *building;
        // Also when memory has run out; that is noted.
        let _ = reader.finish(users.taker(), &mut problems);
        let loaded = reader.loaded();
        // What is to come needs the room more.
        drop(reader);
        self.input = Input::default();
        let made = match users {
            Users::Verified(directory) => Ok(Stored::Verified(*directory)),
            Users::Compact(builder) => builder.finish().map(Stored::Compact),
        };
        match made {
            Ok(stored) => self.state = State::Ready(stored),
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.begin();
        self.answer.wide(loaded.loaded);
        self.answer.wide(loaded.updated);
        self.answer.wide(loaded.rejected);
        self.answer.finish(&problems)
    }

    /// Begins to take a directory that was stored, of so many bytes, which are pushed then.
    pub fn begin_restore(&mut self, bytes: f64) {
        self.state = State::Restoring(Box::new(Restoring::new(bytes as u64)));
    }

    /// Ends the restoring.
    pub fn finish_restore(&mut self) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        // The last piece is not needed any more.
        self.input = Input::default();
        let state = core::mem::replace(&mut self.state, State::Nothing);
        if let State::Restoring(restoring) = state {
            match restoring.finish() {
                Ok(stored) => self.state = State::Ready(stored),
                Err(code) => out_of_memory(code, &mut problems),
            }
        }
        self.answer.begin();
        self.answer.finish(&problems)
    }

    /// Begins to give the directory as bytes, and answers how many there will be.
    pub fn begin_store(&mut self) -> f64 {
        let State::Ready(stored) = &self.state else {
            return 0.0;
        };
        self.storing = Some(Storing::new(stored));
        Storing::bytes(stored) as f64
    }

    /// Number: the place of the next piece; nothing after the last, which is to stand first, and
    /// is [`Storing::HEAD`] bytes long.
    pub fn store_piece(&mut self) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        self.out.clear();
        if let (State::Ready(stored), Some(storing)) = (&self.state, &mut self.storing)
            && let Err(code) = storing.piece(stored, &mut self.out)
        {
            out_of_memory(code, &mut problems);
        }
        if self.out.is_empty() {
            self.storing = None;
            self.out = Vec::new();
        }
        self.answer.begin();
        self.answer.place(&self.out);
        self.answer.finish(&problems)
    }

    /// How many users, or ids where only fingerprints are kept.
    pub fn count(&self) -> f64 {
        match &self.state {
            State::Ready(Stored::Verified(directory)) => directory.user_count() as f64,
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
            if let State::Ready(stored) = &self.state {
                stored.look_up(kind, ids, |found| {
                    self.out.push(match found {
                        None => Outcome::Invalid as u8,
                        Some(Found::Probable) => PROBABLE,
                        Some(found) => Outcome::of(kind, found) as u8,
                    });
                });
            }
        }
        self.answer.begin();
        self.answer.place(&self.out);
        self.answer.finish(&problems)
    }
}
