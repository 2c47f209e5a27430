//! What was found out of users and may be asked again, within so many bytes: what was asked for longest ago
//! goes first.

use super::cuts::Cuts;
use super::key::Key;
use super::sparse::Sparse;
use crate::identity::directory::Full;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Who something holds for: a bit each, of users behind the last word none.
pub(in crate::segment) type Bits = Vec<u64>;

/// Nobody.
pub(super) fn zeros(words: usize) -> Result<Bits, Full> {
    let mut bits = Bits::new();
    bits.try_reserve_exact(words)?;
    bits.resize(words, 0);
    Ok(bits)
}

/// The answers of a condition, as far as it was asked.
#[derive(Default)]
pub(in crate::segment) struct Answers {
    /// Who it was asked for.
    pub(in crate::segment) asked: Bits,
    /// For whom it is true.
    pub(in crate::segment) least: Bits,
    /// For whom it may be.
    pub(in crate::segment) most: Bits,
}

impl Answers {
    /// Makes room for so many words.
    pub(in crate::segment) fn reserve(&mut self, words: usize) -> Result<(), Full> {
        for bits in [&mut self.asked, &mut self.least, &mut self.most] {
            let more = words.saturating_sub(bits.len());
            bits.try_reserve_exact(more)?;
            bits.resize(words.max(bits.len()), 0);
        }
        Ok(())
    }
}

/// Something kept.
pub(in crate::segment) enum Kept {
    /// A set.
    Set(Bits),
    /// A set of few.
    Few(Sparse),
    Answers(Answers),
    /// The cuts of a column.
    Cuts(Cuts),
    /// Nothing, so that nobody tries again: it is of no use, or has no room.
    Nothing,
}

impl Kept {
    /// A set, by whatever suits.
    pub(super) fn of(bits: Bits) -> Result<Kept, Full> {
        let few = Sparse::of(&bits)?;
        Ok(few.map_or(Kept::Set(bits), Kept::Few))
    }

    pub(super) fn bytes(&self) -> usize {
        let words = match self {
            Kept::Set(bits) => bits.capacity(),
            Kept::Answers(answers) => {
                let Answers { asked, least, most } = answers;
                asked.capacity() + least.capacity() + most.capacity()
            }
            Kept::Few(few) => return few.bytes(),
            Kept::Cuts(cuts) => cuts.words(),
            Kept::Nothing => 0,
        };
        words * size_of::<u64>()
    }
}

/// Plans that are of late: nothing that one of them asked for goes for what only saves a part of one.
pub(super) const OF_LATE: u64 = 64;

struct Slot {
    key: Key,
    kept: Kept,
    bytes: usize,
    /// Does it only save a part of an evaluation?
    spare: bool,
    /// When it was asked for.
    at: u64,
    /// What number it has among all that were ever kept.
    born: u64,
}

/// Where something is kept, for as long as one plan lasts.
pub(in crate::segment) type Place = usize;

/// All that is kept.
#[derive(Default)]
pub(super) struct Store {
    places: BTreeMap<Key, Place>,
    slots: Vec<Option<Slot>>,
    free: Vec<Place>,
    bytes: usize,
    max_bytes: usize,
    now: u64,
    born: u64,
}

impl Store {
    /// Begins another plan, for which nothing goes that it asks for.
    pub(super) fn begin(&mut self, max_bytes: usize) {
        self.now += 1;
        self.max_bytes = max_bytes;
    }

    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.slots.clear();
        self.free.clear();
        self.bytes = 0;
    }

    pub(super) fn find(&mut self, key: &[u8]) -> Option<Place> {
        let place = *self.places.get(key)?;
        if let Some(Some(slot)) = self.slots.get_mut(place) {
            slot.at = self.now;
        }
        Some(place)
    }

    /// Is there room for so many bytes? What was not asked for in as many plans goes for it, or, by 0, what
    /// this one does not ask for: first what was not asked for of late, of it what is only spare, then what was
    /// asked for longest ago.
    // WHY of late: while conditions move, sets of values that never come again would drive out what all these
    // evaluations share; in the benchmark each then took twice as long.
    pub(super) fn make_room(&mut self, bytes: usize, plans: u64) -> bool {
        while self.bytes + bytes > self.max_bytes {
            let slots = self.slots.iter().enumerate();
            let old = slots.filter_map(|(place, slot)| {
                let slot = slot.as_ref().filter(|slot| slot.at + plans < self.now)?;
                let is_of_late = slot.at + OF_LATE >= self.now;
                Some((is_of_late, is_of_late || !slot.spare, slot.at, place))
            });
            let Some((.., place)) = old.min() else {
                return false;
            };
            self.remove(place);
        }
        true
    }

    fn remove(&mut self, place: Place) {
        if let Some(slot) = self.slots.get_mut(place).and_then(Option::take) {
            self.places.remove(&slot.key);
            self.bytes -= slot.bytes;
            self.free.push(place);
        }
    }

    /// Keeps something under a key that nothing is kept under.
    pub(super) fn keep(&mut self, key: Key, kept: Kept, spare: bool) -> Place {
        let bytes = kept.bytes();
        self.born += 1;
        let slot = Slot {
            key: key.clone(),
            kept,
            bytes,
            spare,
            at: self.now,
            born: self.born,
        };
        self.bytes += bytes;
        let place = match self.free.pop() {
            Some(place) => place,
            None => {
                self.slots.push(None);
                self.slots.len() - 1
            }
        };
        if let Some(free) = self.slots.get_mut(place) {
            *free = Some(slot);
        }
        self.places.insert(key, place);
        place
    }

    /// What number something has among all that were ever kept: never that of another.
    pub(super) fn born(&self, place: Place) -> u64 {
        let slot = self.slots.get(place).and_then(Option::as_ref);
        slot.map_or(0, |slot| slot.born)
    }

    pub(super) fn get(&self, place: Place) -> Option<&Kept> {
        self.slots.get(place)?.as_ref().map(|slot| &slot.kept)
    }

    pub(super) fn get_mut(&mut self, place: Place) -> Option<&mut Kept> {
        self.slots
            .get_mut(place)?
            .as_mut()
            .map(|slot| &mut slot.kept)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
