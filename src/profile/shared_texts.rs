//! Texts that come again and again in lists and objects: tags, keys, names of campaigns.

use super::dictionary::Dictionary;
use super::room;
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use crate::limits::{MAX_SHARED_TEXT_BYTES, MAX_SHARED_TEXTS};
use alloc::vec::Vec;

/// Hashes of texts that came once, one for each value of their lower bits. Few, since what comes
/// often comes soon again.
const ONCE: usize = 1 << 12;

/// That a text came for the first time: where that is noted, and what was noted there before.
pub(super) struct Mark {
    at: usize,
    before: u32,
}

/// The texts that came twice, numbered.
// WHY not all: tokens and ids of devices come once each, and would take more here than in place.
#[derive(Default)]
pub(super) struct SharedTexts {
    texts: Dictionary,
    once: Vec<u32>,
}

impl SharedTexts {
    /// The number of a text, given to it here when it comes for the second time; `None` if it is to
    /// stand in place. What a first time has changed is added to `marks`.
    pub(super) fn number(
        &mut self,
        text: &[u8],
        seed: &Seed,
        budget: &mut Budget,
        marks: Option<&mut Vec<Mark>>,
    ) -> Result<Option<u32>, Full> {
        if text.len() < 2 || text.len() > MAX_SHARED_TEXT_BYTES {
            return Ok(None);
        }
        if let Some(number) = self.texts.find(text, seed) {
            return Ok(Some(number));
        }
        if self.texts.len() >= MAX_SHARED_TEXTS {
            return Ok(None);
        }
        if self.once.is_empty() {
            room::at_least(&mut self.once, ONCE, budget)?;
            self.once.resize(ONCE, 0);
        }
        let hash = seed.hash(text);
        // The upper half tells texts apart; 0 is none.
        let mark = (hash >> 32) as u32 | 1;
        let at = hash as usize % ONCE;
        match self.once.get_mut(at) {
            Some(place) if *place != mark => {
                if let Some(marks) = marks {
                    room::quick(marks, 1)?;
                    marks.push(Mark { at, before: *place });
                }
                *place = mark;
                Ok(None)
            }
            _ => self.texts.number(text, seed, budget).map(Some),
        }
    }

    /// Forgets that texts came which are going to come again.
    pub(super) fn take_back(&mut self, marks: impl DoubleEndedIterator<Item = Mark>) {
        for Mark { at, before } in marks.rev() {
            if let Some(place) = self.once.get_mut(at) {
                *place = before;
            }
        }
    }

    /// The number of a text that came twice.
    pub(super) fn find(&self, text: &[u8], seed: &Seed) -> Option<u32> {
        self.texts.find(text, seed)
    }

    pub(super) fn get(&self, number: u32) -> &[u8] {
        self.texts.get(number)
    }

    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes() + room::bytes_of(&self.once)
    }
}
