//! What was found out of users while segments were counted, so that the next count finds it: sets of those who
//! have a value, cuts of numbers, and answers that took a look at each user. All of it is derived of
//! profiles, and goes when these change.

mod cuts;
pub(super) mod kept;
pub(super) mod key;
pub mod rows;
mod scan;
mod sparse;

pub(super) use cuts::{Cuts, Numbers, Placed};
pub(super) use kept::{Answers, Place};
pub(super) use sparse::{Set, WINDOW};

use super::ask::World;
use super::clock::Zone;
use super::single::Between;
use super::{Apps, Condition};
use crate::identity::directory::Full;
use crate::profile::{AttributeIx, BLOCK_WORDS, Profiles, Stretch, Words};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use kept::{Kept, OF_LATE, Store};
use key::Of;
use rows::Rows;
use scan::Scan;

/// Bytes a user that sets, cuts and answers take at most, and what they are for however few users there are.
/// What [`Rows`] takes has a limit of its own: four fifths of these bytes at least are there beside it.
///
/// **Source**: ours. Profiles of twelve attributes take some 38 bytes a user.
const BYTES_A_USER: usize = 20;
const LEAST_BYTES: usize = 1 << 20;
/// The same of what stands in rows: an index of five tags takes some ten, a derived time five.
const ROW_BYTES_A_USER: usize = 40;
const LEAST_ROW_BYTES: usize = 1 << 23;

/// Ranges remembered that were asked for once: those of the last rule or two.
// WHY not more: of ranges that come again only after many others, sets would be made and go before their time;
// with 256 a slider of 90 steps took 1 ms a step.
const MOST_ASKED: usize = 8;

/// What tells a part of sets and ranges from others: two parts of the same are equal.
pub(super) type Mark = Vec<u64>;

/// By which marks are looked for.
pub(super) fn hash(mark: &[u64]) -> u64 {
    mark.iter().fold(0, |hash: u64, word| {
        (hash ^ word)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(29)
    })
}

/// What was found out of users, to be kept from one evaluation to the next. It belongs to one workspace.
///
/// **Cost**: sets, cuts and answers take 20 bytes a user at most, 1 MiB at least, of which what was not asked for
/// longest goes first; indexes of rows take 40 bytes a user at most besides, 8 MiB at least.
///
/// `Debug` is not offered, since it is of people.
#[derive(Default)]
pub struct Indexes {
    /// Of what stands in lists and objects.
    pub rows: Rows,
    store: Store,
    /// The revision of the profiles that all is of.
    revision: u64,
    zone: Zone,
    /// How many words have a bit for each user.
    words: usize,
    /// How many users there are.
    users: usize,
    /// How often all went.
    changes: u64,
    /// Ranges that were asked for once, of late.
    asked: VecDeque<key::Key>,
    /// Of the last evaluations the hashes of the parts that indexes know.
    last: VecDeque<Vec<u64>>,
}

impl Indexes {
    /// Bytes taken, but for those of [`Indexes::rows`].
    pub fn bytes(&self) -> usize {
        self.store.bytes()
    }

    /// Begins an evaluation: what is no longer so goes.
    pub(super) fn begin(&mut self, world: &World<'_>, words: usize, users: usize) {
        let revision = world.profiles.revision();
        let is_same = revision == self.revision && words == self.words && users == self.users;
        if !is_same || self.zone != world.clock.zone {
            self.changes += 1;
            self.rows.begin(self.changes);
            let of_rows = words * 64 * ROW_BYTES_A_USER;
            self.rows.limit(of_rows.max(LEAST_ROW_BYTES));
            self.users = users;
            self.store.clear();
            self.asked.clear();
            self.last.clear();
            self.revision = revision;
            self.zone = world.clock.zone.clone();
        }
        self.words = words;
        let all = (words * 64 * BYTES_A_USER).max(LEAST_BYTES);
        // What rows take is not there for others, but for a part.
        let left = all.saturating_sub(self.rows.bytes()).max(all / 5 * 4);
        self.store.begin(left);
    }

    /// A set.
    #[inline]
    pub(super) fn set(&self, place: Place) -> Set<'_> {
        match self.store.get(place) {
            Some(Kept::Set(bits)) => Set::Bits(bits),
            Some(Kept::Few(sparse)) => Set::Sparse(sparse),
            _ => Set::Bits(&[]),
        }
    }

    /// Cuts.
    pub(super) fn cuts(&self, place: Place) -> Option<&Cuts> {
        match self.store.get(place) {
            Some(Kept::Cuts(cuts)) => Some(cuts),
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
            at: Some(at),
            between,
            world,
        };
        if scan.asks_texts() {
            return Ok(None);
        }
        let key = key::of_condition(Of::Condition, condition, world);
        match key {
            Some(key) => self.found(key, |words| scan.run(words)),
            None => Ok(None),
        }
    }

    /// The set of those who have a text.
    pub(super) fn of_text(&mut self, text: &[u8], at: AttributeIx, profiles: &Profiles) -> Found {
        self.found(key::of_text(at, text), |words| {
            let mut bits = kept::zeros(words)?;
            for (block, words) in bits.chunks_mut(BLOCK_WORDS).enumerate() {
                for stretch in profiles.stretches(at, block as u16) {
                    if let Some(number) = stretch.number_of(text) {
                        stretch.within(words, number..number + 1);
                    }
                }
            }
            Ok(bits)
        })
    }

    /// The set of those whose number lies in a range, once it was asked for before; else `None`.
    ///
    /// A range that moves, by hand or with the time, is never asked for twice, and no set is made of it.
    pub(super) fn ranged(&mut self, numbers: &Numbers<'_>, between: &Between) -> Found {
        let key = key::of_range(numbers.key(Of::Range), between);
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

    /// The set of those for whom all of some parts hold, which an evaluation of late had as well; `None` where there
    /// was no room for it.
    pub(super) fn joint(
        &mut self,
        parts: &[Mark],
        join: impl FnOnce(&Indexes) -> Result<kept::Bits, Full>,
    ) -> Found {
        let key = key::of_joint(parts);
        let place = match self.store.find(&key) {
            Some(place) => place,
            None => {
                let kept = Kept::of(join(self)?)?;
                let has_room = self.store.make_room(kept.bytes(), OF_LATE);
                let kept = if has_room { kept } else { Kept::Nothing };
                self.store.keep(key, kept, true)
            }
        };
        let is_set = matches!(self.store.get(place), Some(Kept::Set(_) | Kept::Few(_)));
        Ok(is_set.then_some(place))
    }

    /// What tells a set from all others that were ever kept.
    pub(super) fn mark(&self, place: Place) -> u64 {
        self.store.born(place)
    }

    /// The hashes of the parts of that evaluation of late which had most of these, if it had two; those of
    /// this one are remembered.
    pub(super) fn again(&mut self, parts: &[Option<Mark>]) -> Option<Vec<u64>> {
        let these: Vec<u64> = parts.iter().flatten().map(|mark| hash(mark)).collect();
        let shared = |those: &Vec<u64>| these.iter().filter(|hash| those.contains(hash)).count();
        let best = self.last.iter().rev().max_by_key(|those| shared(those));
        let best = best.filter(|those| shared(those) > 1).cloned();
        if self.last.back() != Some(&these) {
            if self.last.len() >= OF_LATE as usize {
                self.last.pop_front();
            }
            self.last.push_back(these);
        }
        best
    }

    fn found(
        &mut self,
        key: key::Key,
        find: impl FnOnce(usize) -> Result<kept::Bits, Full>,
    ) -> Found {
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        let kept = Kept::of(find(self.words)?)?;
        Ok(self.room_for(key, kept))
    }

    /// Keeps a set, if there is room.
    fn room_for(&mut self, key: key::Key, kept: Kept) -> Option<Place> {
        let has_room = self.store.make_room(kept.bytes(), 0);
        has_room.then(|| self.store.keep(key, kept, false))
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
        if !self.store.make_room(self.words * 8, OF_LATE) {
            return Ok(None);
        }
        let kept = Kept::of(find(self)?)?;
        Ok(Some(self.store.keep(key, kept, true)))
    }

    /// The cuts of numbers or times; `None` where these are of no use.
    pub(super) fn cut(&mut self, numbers: &Numbers<'_>, between: &Between) -> Found {
        let key = numbers.key(if between.is_time {
            Of::Times
        } else {
            Of::Numbers
        });
        let place = match self.store.find(&key) {
            Some(place) => place,
            None => {
                let words = self.words.next_multiple_of(WINDOW);
                let room = (cuts::MOST_CUTS + 1) * words * 8;
                let cuts = if between.is_time && numbers.has_text_times() {
                    None
                } else if !self.store.make_room(room, 0) {
                    return Ok(None);
                } else {
                    Cuts::of(numbers, between, self.words, self.users)?
                };
                self.store
                    .keep(key, cuts.map_or(Kept::Nothing, Kept::Cuts), false)
            }
        };
        Ok(self.cuts(place).map(|_| place))
    }

    /// The numbers or times that a condition is about, where they are worked out of lists and objects; and what
    /// all others have, if not nothing.
    pub(super) fn derived(
        &mut self,
        condition: &Condition,
        world: &World<'_>,
    ) -> Option<(Numbers<'static>, Option<f64>)> {
        let (column, key, others) = self.rows.column(condition, world)?;
        Some((Numbers::Derived(column, key), others))
    }

    /// The answers of a condition about lists and objects, all of them: a set where they are sure, else kept as
    /// answers. `None` where the index of rows knows nothing of it.
    pub(super) fn rowed(
        &mut self,
        key: &key::Key,
        condition: &Condition,
        world: &World<'_>,
        live: &[u64],
    ) -> Found {
        let mut key_of_set = key.clone();
        if let Some(of) = key_of_set.first_mut() {
            *of = Of::Rows as u8;
        }
        if let Some(place) = self.store.find(&key_of_set) {
            return Ok(Some(place));
        }
        // What is kept as answers is asked for by its key.
        if self.store.find(key).is_some() {
            return Ok(None);
        }
        let select = &mut |stretch: Stretch<'_>, words: &mut Words| {
            select(condition, world, &stretch, words);
        };
        let Some(found) = self.rows.answers(condition, world, live, select)? else {
            return Ok(None);
        };
        let both = found.least.iter().zip(&found.most).zip(live);
        let is_sure = both.fold(true, |is, ((least, most), live)| {
            is & ((least ^ most) & live == 0)
        });
        if is_sure {
            let kept = Kept::of(found.least)?;
            return Ok(self.room_for(key_of_set, kept));
        }
        if !self.store.make_room(self.words * 24, 0) {
            return Ok(None);
        }
        let mut asked = kept::zeros(found.least.len())?;
        asked.fill(u64::MAX);
        let answers = Answers {
            asked,
            least: found.least,
            most: found.most,
        };
        self.store.keep(key.clone(), Kept::Answers(answers), false);
        Ok(None)
    }

    /// Those who have sessions in some apps.
    pub(super) fn users_of_apps(&mut self, apps: &Apps, world: &World<'_>) -> Found {
        let names = match apps {
            Apps::AnyOf(names) => Some(&**names),
            _ => None,
        };
        let mut key = key::of_apps(names);
        key.push(0);
        if let Some(place) = self.store.find(&key) {
            return Ok(Some(place));
        }
        let Some(users) = self.rows.users_of_apps(apps, world, self.words)? else {
            return Ok(None);
        };
        let kept = Kept::of(users)?;
        Ok(self.room_for(key, kept))
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

/// Adds the users of a stretch for whom a condition holds.
fn select(condition: &Condition, world: &World<'_>, stretch: &Stretch<'_>, words: &mut Words) {
    let scan = Scan {
        condition,
        at: None,
        between: condition.between(world.clock),
        world,
    };
    let mut positive = [0; BLOCK_WORDS];
    scan.stretch(stretch, &mut positive, &mut None);
    if condition.flips() {
        let mut present = [0; BLOCK_WORDS];
        stretch.present(&mut present);
        for (word, present) in positive.iter_mut().zip(&present) {
            *word = present & !*word;
        }
    }
    for (word, positive) in words.iter_mut().zip(&positive) {
        *word |= positive;
    }
}

/// Where what was looked for is; `None` where there is no room for it.
type Found = Result<Option<Place>, Full>;
