//! The index from hashes to records: open addressing, eight bytes a slot, at most three quarters
//! full.

#![expect(
    clippy::indexing_slicing,
    reason = "a slot index is masked to the table's length, a power of two"
)]

use super::budget::{Budget, Full};
use alloc::vec::Vec;

/// The smallest table.
const MIN: usize = 16;

/// Upper half of a slot: 32 bits of the hash; lower half: a record's place; 0 is free.
///
/// The slot that an entry belongs to is given by its hash's upper bits, so a table grows in one
/// sweep without hashing anything again.
#[derive(Default)]
pub(super) struct Slots {
    // INVARIANT: empty or a power of two, and at least a quarter of it is 0.
    slots: Vec<u64>,
    used: usize,
}

/// The part of a hash that a slot keeps.
#[inline(always)]
pub(super) fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Slots {
    /// Slots in use.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// The table, for storing it.
    pub(super) fn raw(&self) -> &[u64] {
        &self.slots
    }

    /// A stored table; `None` if it breaks what the code relies on.
    pub(super) fn from_raw(slots: Vec<u64>) -> Option<Slots> {
        let used = slots.iter().filter(|&&slot| slot != 0).count();
        let good = slots.is_empty()
            || slots.len().is_power_of_two() && slots.len() >= MIN && used <= most(slots.len());
        good.then_some(Slots { slots, used })
    }

    /// Makes room for `more` entries.
    ///
    /// **Cost**: now and then one pass over the table, whose size then doubles.
    pub(super) fn reserve(&mut self, more: usize, budget: &mut Budget) -> Result<(), Full> {
        let mut wanted = self.slots.len().max(MIN);
        while self.used + more > most(wanted) {
            wanted = wanted.checked_mul(2).ok_or(Full)?;
        }
        if wanted == self.slots.len() {
            return Ok(());
        }
        self.grow(wanted, budget)
    }

    #[cold]
    fn grow(&mut self, wanted: usize, budget: &mut Budget) -> Result<(), Full> {
        if wanted as u64 > 1 << 32 {
            return Err(Full);
        }
        budget.take(wanted * 8)?;
        let mut slots = Vec::new();
        if slots.try_reserve_exact(wanted).is_err() {
            budget.give_back(wanted * 8);
            return Err(Full);
        }
        slots.resize(wanted, 0);
        let old = core::mem::replace(&mut self.slots, slots);
        for &slot in old.iter().filter(|&&slot| slot != 0) {
            self.place(slot);
        }
        budget.give_back(old.len() * 8);
        Ok(())
    }

    fn place(&mut self, slot: u64) {
        let mut at = self.home((slot >> 32) as u32);
        while self.slots[at] != 0 {
            at = self.next(at);
        }
        self.slots[at] = slot;
    }

    /// Enters a record that is not there, after [`Slots::reserve`].
    pub(super) fn insert(&mut self, tag: u32, place: u32) {
        // Without room there would be no end to a search for a free slot.
        if self.used < most(self.slots.len()) {
            self.place(u64::from(tag) << 32 | u64::from(place));
            self.used += 1;
        }
    }

    /// The slot that an entry with this tag belongs to. Not to be asked of an empty table.
    #[inline(always)]
    fn home(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.slots.len() as u64) >> 32) as usize
    }

    #[inline(always)]
    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    /// The first entry for which `same` holds, of those with this tag: the slot and the place.
    #[inline(always)]
    pub(super) fn find(&self, tag: u32, mut same: impl FnMut(u32) -> bool) -> Option<(usize, u32)> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.home(tag);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == tag && same(slot as u32) {
                return Some((at, slot as u32));
            }
            at = self.next(at);
        }
    }

    /// What stands in the slots that entries with these tags belong to: nothing is compared, so
    /// the loads do not wait for one another.
    #[inline(always)]
    pub(super) fn homes(&self, tags: impl Iterator<Item = u32>, out: &mut [u64]) {
        if self.slots.is_empty() {
            out.fill(0);
            return;
        }
        for (tag, out) in tags.zip(out) {
            *out = self.slots[self.home(tag)];
        }
    }

    /// The place of the first entry with this tag, 0 if there is none; `first` is what stands in
    /// its home slot.
    #[inline(always)]
    pub(super) fn candidate(&self, tag: u32, first: u64) -> u32 {
        if (first >> 32) as u32 == tag || first == 0 {
            return first as u32;
        }
        let mut at = self.home(tag);
        loop {
            at = self.next(at);
            let slot = self.slots[at];
            if (slot >> 32) as u32 == tag || slot == 0 {
                return slot as u32;
            }
        }
    }

    /// Points a slot in use to another record.
    pub(super) fn set(&mut self, at: usize, place: u32) {
        let at = at & (self.slots.len() - 1);
        self.slots[at] = self.slots[at] & !0xFFFF_FFFF | u64::from(place);
    }

    /// Frees a slot in use, and moves up those behind it that belong further up: no graves, so a
    /// search stays as short as the table is full.
    pub(super) fn remove(&mut self, at: usize) {
        let mask = self.slots.len() - 1;
        let mut free = at & mask;
        let mut at = free;
        loop {
            at = self.next(at);
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let home = self.home((slot >> 32) as u32);
            // How far the entry is from home, and how far the free slot is.
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(free) & mask {
                self.slots[free] = slot;
                free = at;
            }
        }
        self.slots[free] = 0;
        self.used = self.used.saturating_sub(1);
    }
}

/// Entries that a table of this many slots takes.
fn most(slots: usize) -> usize {
    slots / 4 * 3
}
