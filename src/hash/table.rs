//! An index from hashes to numbers.

use alloc::vec::Vec;

/// An index from hashes to numbers, with open addressing and at most a quarter full. It keeps
/// neither texts nor whole hashes: the caller compares.
#[derive(Default)]
pub struct Table {
    /// In the lower bits a number plus one, in the upper ones bits of its hash; 0 is free.
    slots: Vec<u32>,
    used: usize,
}

fn slots_for(count: usize) -> usize {
    count
        .saturating_mul(4)
        .checked_next_power_of_two()
        .unwrap_or(usize::MAX)
        .max(16)
}

impl Table {
    /// Empties the table and makes room for `count` numbers.
    pub fn reset(&mut self, count: usize) {
        let wanted = slots_for(count);
        self.used = 0;
        if wanted > self.slots.len() {
            self.slots.clear();
            self.slots.resize(wanted, 0);
        } else {
            // A large table left by an earlier call is cut, so that emptying stays cheap.
            self.slots.truncate(wanted);
            self.slots.fill(0);
        }
    }

    /// As [`Table::reset`], for counts that come from the input: `None` if there is too little
    /// memory, and the table is empty then.
    pub fn try_reset(&mut self, count: usize) -> Option<()> {
        self.slots.clear();
        self.slots.try_reserve_exact(slots_for(count)).ok()?;
        self.reset(count);
        Some(())
    }

    /// Is there room for one number more?
    pub fn has_room(&self) -> bool {
        (self.used + 1) * 4 <= self.slots.len()
    }

    /// The number under `hash` for which `same` holds.
    #[cfg(feature = "std")]
    pub(crate) fn find(&self, hash: u64, mut same: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().wrapping_sub(1);
        let numbers = (mask >> 1) as u32;
        let mut at = (hash >> 32) as usize;
        loop {
            let slot = *self.slots.get(at & mask)?;
            let number = (slot & numbers).checked_sub(1)?;
            if (slot ^ hash as u32) & !numbers == 0 && same(number) {
                return Some(number);
            }
            at += 1;
        }
    }

    /// Enters `number` under `hash`, unless a number is there for which `same` holds: then that
    /// number is the answer.
    // INVARIANT: numbers are below a quarter of the slots, so a number plus one fits below the
    // bits of the hash, and a free slot is always met.
    #[inline(always)]
    pub fn insert(
        &mut self,
        hash: u64,
        number: u32,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        let slots = &mut *self.slots;
        let mask = slots.len().wrapping_sub(1);
        let numbers = (mask >> 1) as u32;
        let slot = (hash as u32 & !numbers) | (number + 1);
        let mut at = (hash >> 32) as usize;
        loop {
            // A slot's index is masked to the table's length, a power of two: it is always there.
            let place = slots.get_mut(at & mask)?;
            if *place == 0 {
                *place = slot;
                self.used += 1;
                return None;
            }
            if (*place ^ slot) & !numbers == 0 {
                let other = (*place & numbers).wrapping_sub(1);
                if same(other) {
                    return Some(other);
                }
            }
            at += 1;
        }
    }

    /// As [`Table::insert`], under a look of 32 bits. `None` if more than `patience` slots, which it
    /// counts down, were passed over in vain.
    #[inline(always)]
    pub(crate) fn insert_within(
        &mut self,
        look: u32,
        number: u32,
        patience: &mut usize,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<Option<u32>> {
        let slots = &mut *self.slots;
        let mask = slots.len().wrapping_sub(1);
        let numbers = (mask >> 1) as u32;
        let slot = (look & !numbers) | (number + 1);
        let mut at = look as usize;
        loop {
            let place = slots.get_mut(at & mask)?;
            if *place == 0 {
                *place = slot;
                return Some(None);
            }
            if (*place ^ slot) & !numbers == 0 {
                let other = (*place & numbers).wrapping_sub(1);
                if same(other) {
                    return Some(Some(other));
                }
            }
            *patience = patience.checked_sub(1)?;
            at += 1;
        }
    }

    /// Enters the numbers from 0 on, each under its hash, unless that is 0 or `same`, called with a
    /// number that is there and the new one, holds. The table was emptied with room for all. `None` as soon as more
    /// than `patience` slots were passed over in vain: about a fifth of the entries are, unless hashes
    /// were chosen to collide.
    // WHY: not by `insert`, which has to look for the slots in memory again for each number: half the
    // time.
    #[inline(always)]
    pub(crate) fn insert_all(
        &mut self,
        hashes: &[u32],
        mut patience: usize,
        mut same: impl FnMut(u32, u32) -> bool,
    ) -> Option<()> {
        let slots = &mut *self.slots;
        let mask = slots.len().wrapping_sub(1);
        let numbers = (mask >> 1) as u32;
        for (number, &hash) in (0..).zip(hashes) {
            if hash == 0 {
                continue;
            }
            // The place is from the lower bits, and the table keeps the upper ones.
            let slot = (hash & !numbers) | (number + 1);
            let mut at = hash as usize;
            loop {
                let place = slots.get_mut(at & mask)?;
                if *place == 0 {
                    *place = slot;
                    break;
                }
                if (*place ^ slot) & !numbers == 0
                    && same((*place & numbers).wrapping_sub(1), number)
                {
                    break;
                }
                patience = patience.checked_sub(1)?;
                at += 1;
            }
        }
        Some(())
    }
}
