//! What was found out of users while segments were counted, so that the next count finds it: sets of those who
//! have a value, cuts of numbers, and answers that took a look at each user. All of it is derived of
//! profiles, and goes when these change.

mod cuts;
pub(super) mod kept;
pub(super) mod key;
mod scan;

pub(super) use cuts::{Cuts, Numbers, Placed};
pub(super) use kept::{Answers, Place};

use super::ask::World;
use super::clock::Zone;
use super::single::Between;
use super::{Condition, Predicate, Subject};
use crate::identity::directory::Full;
use crate::profile::{AttributeIx, BLOCK_WORDS, Profiles, moment};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use kept::{Kept, Store};
use key::Of;
use scan::{MOST_TEXTS, Scan};

/// Bytes a user that are kept at most, and what they are for however few users there are.
///
/// **Source**: ours. Profiles of twelve attributes take some 38 bytes a user; so all is within 60.
const BYTES_A_USER: usize = 20;
const LEAST_BYTES: usize = 1 << 20;

/// Ranges remembered that were asked for once.
const MOST_ASKED: usize = 256;

/// Evaluations for which nothing goes for what only saves a part of one.
const PLANS: u64 = 64;

/// What tells a part of sets from others: two parts of the same are equal.
pub(super) type Mark = Vec<u64>;

/// What was found out of users, to be kept from one evaluation to the next. It belongs to one workspace.
///
/// **Cost**: 20 bytes a user at most, 1 MiB at least; what was not asked for longest goes first.
///
/// `Debug` is not offered, since it is of people.
#[derive(Default)]
pub struct Indexes {
    store: Store,
    /// The revision of the profiles that all is of.
    revision: u64,
    zone: Zone,
    /// How many words have a bit for each user.
    words: usize,
    /// Ranges that were asked for once, of late.
    asked: VecDeque<key::Key>,
    /// The parts of the last evaluation that are no more than sets of its own.
    last: Vec<Mark>,
}

impl Indexes {
    /// Bytes taken.
    pub fn bytes(&self) -> usize {
        self.store.bytes()
    }

    /// Begins an evaluation: what is no longer so goes.
    pub(super) fn begin(&mut self, world: &World<'_>, words: usize) {
        let revision = world.profiles.revision();
        if revision != self.revision || words != self.words || self.zone != world.clock.zone {
            self.store.clear();
            self.asked.clear();
            self.last.clear();
            self.revision = revision;
            self.zone = world.clock.zone.clone();
        }
        self.words = words;
        self.store
            .begin((words * 64 * BYTES_A_USER).max(LEAST_BYTES));
    }

    /// A set.
    #[inline]
    pub(super) fn set(&self, place: Place) -> &[u64] {
        match self.store.get(place) {
            Some(Kept::Set(bits)) => bits,
            _ => &[],
        }
    }

    /// Cuts.
    pub(super) fn cuts(&self, place: Place) -> Option<&Cuts> {
        match self.store.get(place) {
            Some(Kept::Cuts(cuts)) => cuts.as_ref(),
            _ => None,
        }
    }

    /// Takes answers out, for as long as they are added to.
    pub(super) fn take(&mut self, place: Place) -> Answers {
        match self.store.get_mut(place) {
            Some(Kept::Answers(answers)) => core::mem::take(answers),
            _ => Answers::default(),
        }
    }

    /// Puts answers back.
    pub(super) fn put_back(&mut self, place: Place, taken: Answers) {
        if let Some(Kept::Answers(answers)) = self.store.get_mut(place) {
            *answers = taken;
        }
    }

    /// The set of those who have a single value of an attribute; `None` where there is no room for it.
    pub(super) fn present(&mut self, at: AttributeIx, profiles: &Profiles) -> Found {
        let key = key::of_attribute(Of::Present, at);
        self.found(key, |words| {
            let mut bits = kept::zeros(words)?;
            let blocks = bits.chunks_mut(BLOCK_WORDS);
            for (block, words) in blocks.enumerate() {
                for stretch in profiles.stretches(at, block as u16) {
                    stretch.present(words);
                }
            }
            Ok(bits)
        })
    }

    /// The set of those who have a value for which a condition holds without its negation.
    pub(super) fn scanned(
        &mut self,
        condition: &Condition,
        at: AttributeIx,
        between: Option<Between>,
        world: &World<'_>,
    ) -> Found {
        let scan = Scan {
            condition,
            at,
            between,
            world,
        };
        if scan.asks_texts() {
            return Ok(None);
        }
        let key = match (&condition.test.predicate, &condition.subject) {
            // The same of whichever family.
            (Predicate::TextAnyOf(texts), Subject::Custom { .. } | Subject::Default(_))
                if texts.len() == 1 =>
            {
                let text = texts.first().map_or(&[][..], |text| text);
                Some(key::of_text(at, text))
            }
            _ => key::of_condition(Of::Condition, condition, world),
        };
        match key {
            Some(key) => self.found(key, |words| scan.run(words)),
            None => Ok(None),
        }
    }

    /// The set of those whose number lies in a range, once it was asked for before; else `None`.
    ///
    /// A range that moves, by hand or with the time, is never asked for twice, and no set is made of it.
    pub(super) fn ranged(&mut self, numbers: Numbers<'_>, between: &Between) -> Found {
        let key = key::of_range(numbers.at, between);
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        if !self.asked.iter().any(|before| *before == key) {
            if self.asked.len() >= MOST_ASKED {
                self.asked.pop_front();
            }
            self.asked.push_back(key);
            return Ok(None);
        }
        self.spare(key, |indexes| {
            let mut bits = kept::zeros(indexes.words)?;
            let blocks = bits.chunks_mut(BLOCK_WORDS);
            for (block, words) in blocks.enumerate() {
                for stretch in numbers.stretches(block as u16) {
                    between.select(&stretch, words);
                }
            }
            Ok(bits)
        })
    }

    /// The set of those for whom all of some parts hold, which the evaluation before this one had as well.
    pub(super) fn joint(
        &mut self,
        parts: &[Mark],
        join: impl FnOnce(&Indexes) -> Result<kept::Bits, Full>,
    ) -> Found {
        self.spare(key::of_joint(parts), |indexes| join(indexes))
    }

    /// What tells a set from all others that were ever kept.
    pub(super) fn mark(&self, place: Place) -> u64 {
        self.store.born(place)
    }

    /// The parts of the last evaluation, instead of which these are to be known.
    pub(super) fn swap_parts(&mut self, parts: Vec<Mark>) -> Vec<Mark> {
        core::mem::replace(&mut self.last, parts)
    }

    fn found(
        &mut self,
        key: key::Key,
        find: impl FnOnce(usize) -> Result<kept::Bits, Full>,
    ) -> Found {
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        if !self.store.make_room(self.words * 8, 0) {
            return Ok(None);
        }
        let bits = find(self.words)?;
        Ok(Some(self.store.keep(key, Kept::Set(bits), false)))
    }

    /// As [`Indexes::found`], of what only saves a part of an evaluation.
    fn spare(
        &mut self,
        key: key::Key,
        find: impl FnOnce(&Indexes) -> Result<kept::Bits, Full>,
    ) -> Found {
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        if !self.store.make_room(self.words * 8, PLANS) {
            return Ok(None);
        }
        let bits = find(self)?;
        Ok(Some(self.store.keep(key, Kept::Set(bits), true)))
    }

    /// The cuts of the numbers or times of an attribute; `None` where these are of no use.
    pub(super) fn cut(&mut self, at: AttributeIx, between: &Between, profiles: &Profiles) -> Found {
        let of = if between.is_time {
            Of::Times
        } else {
            Of::Numbers
        };
        let key = key::of_attribute(of, at);
        let place = match self.store.find(&key) {
            Some(place) => place,
            None => {
                let texts = profiles.text_count(at);
                let is_moment = |number| moment(profiles.text(at, number as u32)).is_some();
                // A time that is kept as a text lies between no cuts.
                let has_others =
                    between.is_time && (texts > MOST_TEXTS || (0..texts).any(is_moment));
                let room = (cuts::MOST_CUTS + 1) * self.words * 8;
                let cuts = if has_others {
                    None
                } else if !self.store.make_room(room, 0) {
                    return Ok(None);
                } else {
                    Cuts::of(Numbers { profiles, at }, between, self.words)?
                };
                self.store.keep(key, Kept::Cuts(cuts), false)
            }
        };
        Ok(self.cuts(place).map(|_| place))
    }

    /// The answers of a condition so far.
    pub(super) fn answers(&mut self, key: key::Key) -> Found {
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        if !self.store.make_room(self.words * 24, 0) {
            return Ok(None);
        }
        let mut answers = Answers::default();
        answers.reserve(self.words)?;
        Ok(Some(self.store.keep(key, Kept::Answers(answers), false)))
    }
}

/// Where what was looked for is; `None` where there is no room for it.
type Found = Result<Option<Place>, Full>;
