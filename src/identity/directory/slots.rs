//! The index from hashes to records: open addressing, eight bytes a slot, at most three quarters
//! full.

#![expect(
    clippy::indexing_slicing,
    reason = "a slot comes from a search or is masked to the table's length, a power of two"
)]

use super::budget::{Budget, Full};
use alloc::vec::Vec;

/// Slots that lie in one line of the cache, and are looked at together.
const BUCKET: usize = 8;

/// The smallest table.
const MIN: usize = 16;

/// Slots side by side: 32 bits of the hash, and a record's place; a slot with place 0 is free.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket {
    tags: [u32; BUCKET],
    places: [u32; BUCKET],
}

impl Bucket {
    /// Which slots have the tag, a bit each, and their places combined by or: where one slot has
    /// it, that one's place. A free slot may have the tag, and has place 0.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[inline(always)]
    fn same(&self, tag: u32) -> (u32, u32) {
        use core::arch::wasm32::*;
        // Loaded as two vectors each.
        let four = |[a, b, c, d]: [u32; 4]| u32x4(a, b, c, d);
        let tag = u32x4_splat(tag);
        let (tags, places) = (self.tags.as_chunks::<4>().0, self.places.as_chunks::<4>().0);
        let same = [i32x4_eq(four(tags[0]), tag), i32x4_eq(four(tags[1]), tag)];
        let places = v128_or(
            v128_and(same[0], four(places[0])),
            v128_and(same[1], four(places[1])),
        );
        let bits = i32x4_bitmask(same[0]) | i32x4_bitmask(same[1]) << 4;
        let place = u32x4_extract_lane::<0>(places)
            | u32x4_extract_lane::<1>(places)
            | u32x4_extract_lane::<2>(places)
            | u32x4_extract_lane::<3>(places);
        (u32::from(bits), place)
    }

    /// The twin without vectors.
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    #[inline(always)]
    fn same(&self, tag: u32) -> (u32, u32) {
        let (mut same, mut place) = (0, 0);
        for (at, (&other, &there)) in self.tags.iter().zip(&self.places).enumerate() {
            let is_same = u32::from(other == tag);
            same |= is_same << at;
            place |= is_same.wrapping_neg() & there;
        }
        (same, place)
    }

    /// The slots, each with its tag in the upper half.
    fn slots(self) -> impl Iterator<Item = u64> {
        let slots = self.tags.into_iter().zip(self.places);
        slots.map(|(tag, place)| u64::from(tag) << 32 | u64::from(place))
    }
}

/// The bucket that an entry belongs to is given by its hash's upper bits, so a table grows in one
/// sweep without hashing anything again. Entries that find it full go on to the next ones.
#[derive(Default)]
pub(super) struct Slots {
    // INVARIANT: the slots are none or a power of two, and at least a quarter of them is 0.
    // Between an entry and the start of its bucket none is.
    buckets: Vec<Bucket>,
    used: usize,
}

/// The part of a hash that a slot keeps.
#[inline(always)]
pub(super) fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[inline(always)]
fn tag_of(slot: u64) -> u32 {
    (slot >> 32) as u32
}

impl Slots {
    /// Slots in use.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// The table, for storing it.
    pub(super) fn raw(&self) -> impl Iterator<Item = u64> + '_ {
        self.buckets.iter().flat_map(|bucket| bucket.slots())
    }

    /// Slots, in use or free.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.buckets.len() * BUCKET
    }

    /// A stored table; `None` if it breaks what the code relies on.
    pub(super) fn from_raw(
        len: usize,
        slots: impl Iterator<Item = u64>,
        budget: &mut Budget,
    ) -> Result<Option<Slots>, Full> {
        let mut table = Slots::default();
        if len == 0 {
            return Ok(Some(table));
        }
        if !len.is_power_of_two() || len < MIN {
            return Ok(None);
        }
        table.grow(len, budget)?;
        for (at, slot) in slots.enumerate().take(len) {
            if slot as u32 != 0 {
                table.put(at, slot);
                table.used += 1;
            }
        }
        Ok((table.used <= most(len)).then_some(table))
    }

    /// Makes room for `more` entries.
    ///
    /// **Cost**: now and then one pass over the table, whose size then doubles.
    pub(super) fn reserve(&mut self, more: usize, budget: &mut Budget) -> Result<(), Full> {
        let mut wanted = self.len().max(MIN);
        while self.used + more > most(wanted) {
            wanted = wanted.checked_mul(2).ok_or(Full)?;
        }
        if wanted == self.len() {
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
        let mut buckets = Vec::new();
        if buckets.try_reserve_exact(wanted / BUCKET).is_err() {
            budget.give_back(wanted * 8);
            return Err(Full);
        }
        buckets.resize(wanted / BUCKET, Bucket::default());
        let old = core::mem::replace(&mut self.buckets, buckets);
        for slot in old.iter().flat_map(|bucket| bucket.slots()) {
            if slot != 0 {
                self.place(slot);
            }
        }
        budget.give_back(old.len() * BUCKET * 8);
        Ok(())
    }

    #[inline(always)]
    fn get(&self, at: usize) -> u64 {
        let bucket = &self.buckets[at / BUCKET];
        u64::from(bucket.tags[at % BUCKET]) << 32 | u64::from(bucket.places[at % BUCKET])
    }

    #[inline(always)]
    fn put(&mut self, at: usize, slot: u64) {
        let bucket = &mut self.buckets[at / BUCKET];
        bucket.tags[at % BUCKET] = tag_of(slot);
        bucket.places[at % BUCKET] = slot as u32;
    }

    fn place(&mut self, slot: u64) {
        let mut at = self.home(tag_of(slot));
        while self.get(at) != 0 {
            at = self.next(at);
        }
        self.put(at, slot);
    }

    /// Enters a record that is not there, after [`Slots::reserve`].
    pub(super) fn insert(&mut self, tag: u32, place: u32) {
        // Without room there would be no end to a search for a free slot.
        if self.used < most(self.len()) {
            self.place(u64::from(tag) << 32 | u64::from(place));
            self.used += 1;
        }
    }

    /// The bucket that an entry with this tag belongs to.
    #[inline(always)]
    fn bucket(&self, tag: u32) -> usize {
        ((u64::from(tag) * self.buckets.len() as u64) >> 32) as usize
    }

    /// Its first slot.
    #[inline(always)]
    fn home(&self, tag: u32) -> usize {
        self.bucket(tag) * BUCKET
    }

    #[inline(always)]
    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.len() - 1)
    }

    /// The first entry for which `same` holds, of those with this tag: the slot and the place.
    #[inline(always)]
    pub(super) fn find(&self, tag: u32, mut same: impl FnMut(u32) -> bool) -> Option<(usize, u32)> {
        if self.buckets.is_empty() {
            return None;
        }
        let mut at = self.home(tag);
        loop {
            let slot = self.get(at);
            if slot == 0 {
                return None;
            }
            if tag_of(slot) == tag && same(slot as u32) {
                return Some((at, slot as u32));
            }
            at = self.next(at);
        }
    }

    /// Reads the buckets that entries with these tags belong to, so that they are near when they
    /// are searched. Nothing is compared, so the reads do not wait for one another.
    #[inline(never)]
    pub(super) fn touch(&self, tags: impl Iterator<Item = u32>) {
        let mut sum = 0;
        for tag in tags {
            let bucket = self.buckets.get(self.bucket(tag));
            sum ^= bucket.map_or(0, |bucket| bucket.tags[0]);
        }
        core::hint::black_box(sum);
    }

    /// The place of the first entry with this tag, 0 if there is none.
    ///
    /// WHY: whether it is the first or the last of its bucket, or not there at all, nobody can
    /// foresee; so all are compared, and the only branch is one that is hardly ever taken.
    #[inline(always)]
    pub(super) fn candidate(&self, tag: u32) -> u32 {
        let Some(bucket) = self.buckets.get(self.bucket(tag)) else {
            return 0;
        };
        let (same, place) = bucket.same(tag);
        // One branch for both: the bucket is full of others, or has the tag twice.
        let none = same.wrapping_sub(1) >> 31;
        let odd = none.wrapping_mul(bucket.places[BUCKET - 1]) | same & same.wrapping_sub(1);
        if odd != 0 {
            return self.candidate_further_on(tag);
        }
        place
    }

    #[cold]
    #[inline(never)]
    fn candidate_further_on(&self, tag: u32) -> u32 {
        let first = self.find(tag, |_| true);
        first.map_or(0, |(_, place)| place)
    }

    /// Points a slot in use to another record.
    pub(super) fn set(&mut self, at: usize, place: u32) {
        let slot = self.get(at) & !0xFFFF_FFFF | u64::from(place);
        self.put(at, slot);
    }

    /// Frees a slot in use, and moves up those behind it that belong further up: no graves, so a
    /// search stays as short as the table is full.
    pub(super) fn remove(&mut self, at: usize) {
        let mask = self.len() - 1;
        let mut free = at;
        let mut at = at;
        loop {
            at = self.next(at);
            let slot = self.get(at);
            if slot == 0 {
                break;
            }
            let home = self.home(tag_of(slot));
            // How far the entry is from home, and how far the free slot is.
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(free) & mask {
                self.put(free, slot);
                free = at;
            }
        }
        self.put(free, 0);
        self.used = self.used.saturating_sub(1);
    }
}

/// Entries that a table of this many slots takes.
fn most(slots: usize) -> usize {
    slots / 4 * 3
}
