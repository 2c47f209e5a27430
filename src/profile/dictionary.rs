//! Different texts, each with a number.

use super::arena::Arena;
use super::room;
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// Up to so many texts are looked through one by one: most columns of a few values need no index.
const FEW: usize = 8;

/// Texts, numbered from 0 in the order in which they came. None is forgotten.
///
/// **Cost**: a text of n bytes takes n + 1 in the arena, 4 for its place, and 6 to 12 in the index.
#[derive(Default)]
pub(crate) struct Dictionary {
    arena: Arena,
    places: Vec<u32>,
    /// In the lower bits a number plus one, in the upper ones bits of its hash; 0 is free. A power
    /// of two long, and at most two thirds full.
    slots: Vec<u32>,
}

impl Dictionary {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The text with this number; an empty one where there is none.
    #[inline]
    pub(crate) fn get(&self, number: u32) -> &[u8] {
        let place = self.places.get(number as usize);
        place.map_or(&[], |&place| self.arena.at(place))
    }

    /// The number of a text, if it is there.
    pub(crate) fn find(&self, text: &[u8], seed: &Seed) -> Option<u32> {
        if self.slots.is_empty() {
            let same = self.places.iter().position(|&at| self.arena.at(at) == text);
            return same.map(|number| number as u32);
        }
        self.look(seed.hash(text), text).ok()
    }

    /// The number of a text, given to it here if it is new.
    pub(crate) fn number(
        &mut self,
        text: &[u8],
        seed: &Seed,
        budget: &mut Budget,
    ) -> Result<u32, Full> {
        if self.slots.is_empty()
            && let Some(number) = self.find(text, seed)
        {
            return Ok(number);
        }
        // Before the hash, whose slot it moves.
        let will_be = self.places.len() + 1;
        let hash = seed.hash(text);
        let mut slot = None;
        if !self.slots.is_empty() {
            match self.look(hash, text) {
                Ok(number) => return Ok(number),
                Err(free) => slot = Some(free),
            }
        }
        if will_be > FEW && will_be * 3 > self.slots.len() * 2 {
            self.index_again(will_be, seed, budget)?;
            slot = self.look(hash, text).err();
        }
        room::more(&mut self.places, 1, budget)?;
        self.arena.reserve(text.len(), budget)?;
        let place = self.arena.push(text);
        self.places.push(place);
        if let Some(slot) = slot {
            self.enter(slot, hash, will_be as u32);
        }
        Ok(will_be as u32 - 1)
    }

    /// Its number, or the slot where it would stand.
    fn look(&self, hash: u64, text: &[u8]) -> Result<u32, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let numbers = mask as u32;
        let mut at = (hash >> 32) as usize & mask;
        // INVARIANT: a third of the slots is free, so a free one is always met.
        while let Some(&slot) = self.slots.get(at) {
            if slot == 0 {
                break;
            }
            let number = (slot & numbers).wrapping_sub(1);
            if (slot ^ hash as u32) & !numbers == 0 && self.get(number) == text {
                return Ok(number);
            }
            at = (at + 1) & mask;
        }
        Err(at)
    }

    fn enter(&mut self, slot: usize, hash: u64, number_plus_one: u32) {
        let numbers = self.slots.len().wrapping_sub(1) as u32;
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = hash as u32 & !numbers | number_plus_one;
        }
    }

    /// An index with room for so many, or more.
    #[cold]
    fn index_again(&mut self, count: usize, seed: &Seed, budget: &mut Budget) -> Result<(), Full> {
        let wanted = count
            .checked_mul(2)
            .and_then(usize::checked_next_power_of_two)
            .filter(|&wanted| wanted < 1 << 31)
            .ok_or(Full)?;
        let mut slots = Vec::new();
        room::at_least(&mut slots, wanted, budget)?;
        slots.resize(wanted, 0);
        budget.give_back(room::bytes_of(&self.slots));
        self.slots = slots;
        for number in 0..self.places.len() as u32 {
            // WHY hashed again: 4 bytes a text less than keeping the hashes.
            let hash = seed.hash(self.get(number));
            let mask = self.slots.len() - 1;
            let mut at = (hash >> 32) as usize & mask;
            while self.slots.get(at).is_some_and(|&slot| slot != 0) {
                at = (at + 1) & mask;
            }
            self.enter(at, hash, number + 1);
        }
        Ok(())
    }

    /// Bytes taken.
    pub(crate) fn bytes(&self) -> usize {
        self.arena.bytes() + room::bytes_of(&self.places) + room::bytes_of(&self.slots)
    }
}
