//! Hashing of ids and keys, seeded so that nobody can choose texts that collide.
//!
//! **Why foldhash**: small (under 1 KB here), kept up by its author, made for 32-bit multiplies as
//! well, and the fastest of those we tried on ids of 36 bytes in wasm. Its results differ between
//! targets and versions, so nothing that is stored relies on them without a check.

#![expect(
    clippy::indexing_slicing,
    reason = "a slot index is masked to the table's length, a power of two"
)]

use alloc::vec::Vec;
use core::hash::Hasher;
use foldhash::{SharedSeed, fast::FoldHasher};

/// A secret start for hashing. Draw it from the operating system once per instance.
pub struct Seed {
    own: u64,
    shared: SharedSeed,
}

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// A seed from random bits.
    pub const fn new(bits: u64) -> Seed {
        Seed {
            own: bits,
            shared: SharedSeed::from_u64(bits.rotate_left(32)),
        }
    }

    /// The hash of a text.
    #[inline]
    pub fn hash(&self, text: &[u8]) -> u64 {
        self.hash_as(0, text)
    }

    /// The hash of a text as one of several kinds, which are independent of each other.
    #[inline]
    pub fn hash_as(&self, kind: u64, text: &[u8]) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own ^ kind, &self.shared);
        hasher.write(text);
        hasher.finish()
    }
}

/// An index from hashes to numbers, with open addressing and at most half full. It keeps neither
/// texts nor whole hashes: the caller compares.
#[derive(Default)]
pub struct Table {
    /// Upper half: the hash's upper bits; lower half: the number plus one; 0 is free.
    slots: Vec<u64>,
    used: usize,
}

fn slots_for(count: usize) -> usize {
    count
        .saturating_mul(2)
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

    /// Makes room for one number more.
    pub fn reserve_one(&mut self) {
        if (self.used + 1) * 2 <= self.slots.len() {
            return;
        }
        let wanted = (self.slots.len() * 2).max(16);
        let old = core::mem::replace(&mut self.slots, alloc::vec![0; wanted]);
        for slot in old.into_iter().filter(|&slot| slot != 0) {
            let mut at = self.start(slot);
            while self.slots[at] != 0 {
                at = (at + 1) & (wanted - 1);
            }
            self.slots[at] = slot;
        }
    }

    /// Enters `number` under `hash`, unless a number is there for which `same` holds: then that
    /// number is the answer.
    #[inline]
    pub fn insert(
        &mut self,
        hash: u64,
        number: u32,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        let slot = hash & !0xFFFF_FFFF | (u64::from(number) + 1);
        let mask = self.slots.len() - 1;
        let mut at = self.start(slot);
        loop {
            let there = self.slots[at & mask];
            if there == 0 {
                self.slots[at & mask] = slot;
                self.used += 1;
                return None;
            }
            if (there ^ slot) >> 32 == 0 {
                let other = (there as u32).wrapping_sub(1);
                if same(other) {
                    return Some(other);
                }
            }
            at += 1;
        }
    }

    #[inline]
    fn start(&self, slot: u64) -> usize {
        (slot >> 32) as usize & (self.slots.len() - 1)
    }
}
