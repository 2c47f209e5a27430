//! The index from hashes to records: eight bytes a slot, at most 13 of 16 full.
//!
//! Entries lie in the order of their hashes, each in the bucket its hash leads to or as close
//! behind as there is room. So a search ends at the first greater hash, which matters where nothing
//! is found; and a table grows by one sweep from front to back, into segments that the sweep itself
//! sets free: never are there two tables.
//!
//! Tried besides, at a million users: linear probing in the order of arrival, where every third
//! search that finds nothing meets a full bucket and goes on (here one in twelve), and doubling,
//! which takes up to 64 bytes more a user just after it.

#![expect(
    clippy::indexing_slicing,
    reason = "a bucket comes from a search, which stays within the table"
)]

mod bucket;
#[cfg(test)]
mod tests;

use super::budget::{Budget, Full, prepare};
use super::look_up::{BATCH, touch};
use alloc::vec::Vec;
use bucket::{BUCKET, Bucket};

/// Buckets of a segment: 64 KiB.
const SEGMENT: usize = 1 << SEGMENT_BITS;
const SEGMENT_BITS: u32 = 10;

/// Homes of the largest table: of 4 GiB.
const MAX_HOMES: usize = 1 << 26;

/// No record's place: of a look-up that is not done with one bucket.
pub(in crate::identity) const ODD: u32 = u32::MAX;

/// Of 32 slots, how many are in use before a table grows; and of a crowded one.
const FULL: usize = 26;
const CROWDED: usize = 30;

/// Buckets up to which a table doubles; a larger one grows by an eighth.
const SMALL: usize = 512;

/// The index.
// INVARIANT: going through the slots, tags never fall; an entry's bucket is its home or a later
// one, with no free slot in between; behind the last entry there are free slots. Of one tag those
// entered first come first, also after growing, which tells a shared device from its owners.
#[derive(Default)]
pub(in crate::identity) struct Slots {
    /// All of [`SEGMENT`] buckets, but the only one of a small table.
    segments: Vec<Vec<Bucket>>,
    /// Buckets that are homes. Those behind them take what finds no room at the end.
    homes: usize,
    /// All buckets.
    buckets: usize,
    used: usize,
    /// No entry is in or behind this slot.
    end: usize,
    /// Is memory dearer than time?
    crowded: bool,
}

/// The part of a hash that a slot keeps.
#[inline(always)]
pub(in crate::identity) fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[inline(always)]
fn tag_of(slot: u64) -> u32 {
    (slot >> 32) as u32
}

/// The home of a tag in a table of so many.
#[inline(always)]
fn home(tag: u32, homes: usize) -> usize {
    ((u64::from(tag) * homes as u64) >> 32) as usize
}

impl Slots {
    /// Slots in use.
    pub(in crate::identity) fn used(&self) -> usize {
        self.used
    }

    /// Segments of the table, for going through it piece by piece.
    pub(in crate::identity) fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// The slots in use in the segment with this index, rising; the upper half is the tag.
    pub(in crate::identity) fn segment(&self, index: usize) -> impl Iterator<Item = u64> + '_ {
        let segment = self.segments.get(index).into_iter().flatten();
        segment.flat_map(|bucket| bucket.slots())
    }

    /// A table for so many entries, which are to be appended.
    pub(in crate::identity) fn for_entries(count: usize) -> Result<Slots, Full> {
        Ok(Slots {
            homes: homes_for(count, FULL).ok_or(Full)?,
            ..Slots::default()
        })
    }

    /// An empty table that becomes fuller than others before it grows, and grows by less.
    pub(in crate::identity) fn crowded() -> Slots {
        Slots {
            crowded: true,
            ..Slots::default()
        }
    }

    /// The entries, rising. Each segment is freed once it was gone through.
    pub(in crate::identity) fn into_entries(self) -> impl Iterator<Item = u64> {
        let buckets = self.segments.into_iter().flatten();
        buckets.flat_map(Bucket::slots)
    }

    /// Bytes of memory taken.
    pub(in crate::identity) fn memory_bytes(&self) -> usize {
        self.buckets * size_of::<Bucket>()
    }

    /// Entries that it takes.
    fn most(&self) -> usize {
        self.homes * BUCKET / 32 * self.full()
    }

    fn full(&self) -> usize {
        if self.crowded { CROWDED } else { FULL }
    }

    /// Makes room for `more` entries.
    ///
    /// **Cost**: now and then one pass over the table.
    pub(in crate::identity) fn reserve(
        &mut self,
        more: usize,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let wanted = self.used.checked_add(more).ok_or(Full)?;
        if wanted > self.most() {
            let at_least = homes_for(wanted, self.full()).ok_or(Full)?;
            let step = match self.homes {
                homes if homes < SMALL => homes,
                homes if self.crowded => homes / 32,
                homes => homes / 8,
            };
            self.grow((self.homes + step).max(at_least), budget)?;
        }
        // What is entered pushes others on: behind the last entry there must be as many slots.
        let buckets = (self.end.max(self.homes * BUCKET) + more).div_ceil(BUCKET);
        if buckets > self.buckets {
            self.extend(buckets, &mut Vec::new(), budget)?;
        }
        Ok(())
    }

    /// Moves to a table with so many homes.
    #[cold]
    fn grow(&mut self, homes: usize, budget: &mut Budget) -> Result<(), Full> {
        if homes > MAX_HOMES {
            return Err(Full);
        }
        // INVARIANT: what is written never runs out of segments, so nothing fails on the way. An
        // entry that was in slot `p` comes to be at most in slot `(p + 8) * homes / self.homes`,
        // since each entry is at its home or right behind the one before it. So of the segments
        // that all homes need beyond those set free so far, the sweep is four ahead at most.
        let is_large = self.segments.len() > 1;
        let old = if is_large {
            self.homes.div_ceil(SEGMENT)
        } else {
            0
        };
        let fresh = homes.div_ceil(SEGMENT) + 4 - old;
        let all = fresh + self.segments.len();
        let mut spare = Vec::new();
        spare.try_reserve(all)?;
        let small = small_table(homes);
        if small.is_none() {
            prepare((fresh - 4) * SEGMENT * size_of::<Bucket>());
        }
        for _ in 0..if small.is_some() { 1 } else { fresh } {
            let taken = segment(small.unwrap_or(SEGMENT), budget);
            match taken {
                Ok(segment) => spare.push(segment),
                Err(full) => {
                    give_back(spare, budget);
                    return Err(full);
                }
            }
        }
        let mut table = Slots {
            homes,
            crowded: self.crowded,
            ..Slots::default()
        };
        if let Err(full) = table.segments.try_reserve(all) {
            give_back(spare, budget);
            return Err(full.into());
        }
        for mut segment in core::mem::take(&mut self.segments) {
            for bucket in &segment {
                for (&tag, &place) in bucket.tags.iter().zip(&bucket.places) {
                    if place != 0 {
                        let slot = u64::from(tag) << 32 | u64::from(place);
                        table.append_from(slot, &mut spare, budget)?;
                    }
                }
            }
            if is_large {
                segment.fill(Bucket::default());
                spare.push(segment);
            } else {
                give_back(alloc::vec![segment], budget);
            }
        }
        // All homes are there, also where nobody lives.
        let extended = table.extend(homes, &mut spare, budget);
        give_back(spare, budget);
        *self = table;
        extended
    }

    /// Makes the table this many buckets long at least.
    fn extend(
        &mut self,
        buckets: usize,
        spare: &mut Vec<Vec<Bucket>>,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        while self.buckets < buckets {
            let next = match spare.pop() {
                Some(next) => next,
                None => {
                    // The only segment of a small table is made a whole one first.
                    self.segments.try_reserve(1)?;
                    let mut next = segment(SEGMENT, budget)?;
                    if let Some(only) = self.segments.first().filter(|only| only.len() < SEGMENT) {
                        for (bucket, old) in next.iter_mut().zip(only) {
                            *bucket = *old;
                        }
                        give_back(core::mem::take(&mut self.segments), budget);
                        self.buckets = 0;
                    }
                    next
                }
            };
            self.buckets += next.len();
            self.segments.push(next);
        }
        Ok(())
    }

    /// Adds an entry whose tag is not less than all others. False, with nothing changed, if it is
    /// less, or no entry at all.
    pub(in crate::identity) fn append(
        &mut self,
        slot: u64,
        budget: &mut Budget,
    ) -> Result<bool, Full> {
        let is_next = match self.end.checked_sub(1) {
            Some(last) => self.get(last) >> 32 <= slot >> 32,
            None => true,
        };
        if slot as u32 == 0 || !is_next || self.used >= self.most() {
            return Ok(false);
        }
        self.append_from(slot, &mut Vec::new(), budget)?;
        Ok(true)
    }

    /// All that is left to do once the last entry was appended.
    pub(in crate::identity) fn complete(&mut self, budget: &mut Budget) -> Result<(), Full> {
        self.extend(self.homes, &mut Vec::new(), budget)
    }

    #[inline]
    fn append_from(
        &mut self,
        slot: u64,
        spare: &mut Vec<Vec<Bucket>>,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let at = self.end.max(home(tag_of(slot), self.homes) * BUCKET);
        if at / BUCKET >= self.buckets {
            self.append_bucket(at / BUCKET, spare, budget)?;
        }
        self.put(at, slot);
        self.end = at + 1;
        self.used += 1;
        Ok(())
    }

    /// Makes the table long enough for this bucket.
    #[cold]
    #[inline(never)]
    fn append_bucket(
        &mut self,
        bucket: usize,
        spare: &mut Vec<Vec<Bucket>>,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let small = small_table(self.homes).filter(|_| spare.is_empty());
        if let Some(small) = small.filter(|_| self.segments.is_empty()) {
            self.segments.try_reserve(1)?;
            self.segments.push(segment(small, budget)?);
            self.buckets = small;
        }
        self.extend(bucket + 1, spare, budget)
    }

    #[inline(always)]
    fn bucket(&self, at: usize) -> &Bucket {
        &self.segments[at >> SEGMENT_BITS][at & (SEGMENT - 1)]
    }

    #[inline(always)]
    fn get(&self, at: usize) -> u64 {
        let bucket = self.bucket(at / BUCKET);
        u64::from(bucket.tags[at % BUCKET]) << 32 | u64::from(bucket.places[at % BUCKET])
    }

    #[inline(always)]
    fn put(&mut self, at: usize, slot: u64) {
        let bucket = at / BUCKET;
        let bucket = &mut self.segments[bucket >> SEGMENT_BITS][bucket & (SEGMENT - 1)];
        bucket.tags[at % BUCKET] = tag_of(slot);
        bucket.places[at % BUCKET] = slot as u32;
    }

    /// Enters a record that is not there, after [`Slots::reserve`].
    pub(in crate::identity) fn insert(&mut self, tag: u32, place: u32) {
        // Without room there would be no end to a search for a free slot.
        if place == 0 || self.used >= self.most() || self.end >= self.buckets * BUCKET {
            return;
        }
        let mut moved = (tag, place);
        // Those behind its place go on by one.
        let mut moves = false;
        let mut index = home(tag, self.homes);
        loop {
            let bucket = &mut self.segments[index >> SEGMENT_BITS][index & (SEGMENT - 1)];
            for at in 0..BUCKET {
                let there = (bucket.tags[at], bucket.places[at]);
                moves |= there.1 == 0 || there.0 > moved.0;
                if moves {
                    (bucket.tags[at], bucket.places[at]) = moved;
                    moved = there;
                }
                if there.1 == 0 {
                    self.end = self.end.max(index * BUCKET + at + 1);
                    self.used += 1;
                    return;
                }
            }
            index += 1;
        }
    }

    /// The first entry for which `same` holds, of those with this tag: the slot and the place.
    #[inline(always)]
    pub(in crate::identity) fn find(
        &self,
        tag: u32,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<(usize, u32)> {
        let mut at = home(tag, self.homes) * BUCKET;
        while at < self.end {
            let slot = self.get(at);
            if slot as u32 == 0 || tag_of(slot) > tag {
                return None;
            }
            if tag_of(slot) == tag && same(slot as u32) {
                return Some((at, slot as u32));
            }
            at += 1;
        }
        None
    }

    /// Reads the buckets that entries with these hashes belong to, so that they are near when they
    /// are searched. Nothing is compared, so the reads do not wait for one another.
    pub(in crate::identity) fn touch(&self, hashes: &[u64]) {
        let mut lines = [&0u32; BATCH];
        for (line, &hash) in lines.iter_mut().zip(hashes) {
            *line = self.home_of(tag(hash)).map_or(&0, |bucket| &bucket.tags[0]);
        }
        touch(&lines[..hashes.len().min(BATCH)]);
    }

    /// As [`Slots::touch`], for any number of hashes.
    pub(in crate::identity) fn touch_all(&self, hashes: impl Iterator<Item = u64>) {
        let sum = hashes.fold(0, |sum, hash| {
            sum ^ self.home_of(tag(hash)).map_or(0, |bucket| bucket.tags[0])
        });
        core::hint::black_box(sum);
    }

    #[inline(always)]
    fn home_of(&self, tag: u32) -> Option<&Bucket> {
        let at = home(tag, self.homes);
        self.segments
            .get(at >> SEGMENT_BITS)?
            .get(at & (SEGMENT - 1))
    }

    /// The place of the first entry with this tag, 0 if there is none; [`ODD`] where its own bucket
    /// does not tell.
    ///
    /// WHY: whether it is the first or the last of its bucket, or not there at all, nobody can
    /// foresee; so all are compared, and the only branch is one that is hardly ever taken.
    #[inline(always)]
    pub(in crate::identity) fn candidate(&self, tag: u32) -> u32 {
        let Some(bucket) = self.home_of(tag) else {
            return 0;
        };
        let (same, place) = bucket.same(tag);
        // One branch for both: the bucket is full of lesser ones, or has the tag twice.
        let none = u32::from(same == 0);
        let lesser = u32::from(bucket.tags[BUCKET - 1] < tag);
        let full = u32::from(bucket.places[BUCKET - 1] != 0);
        let is_odd = none & lesser & full | u32::from(same & same.wrapping_sub(1) != 0);
        if is_odd != 0 { ODD } else { place }
    }

    /// As [`Slots::candidate`], going on where that stopped.
    #[inline(never)]
    pub(in crate::identity) fn candidate_further_on(&self, tag: u32) -> u32 {
        let first = self.find(tag, |_| true);
        first.map_or(0, |(_, place)| place)
    }

    /// Reads the bucket behind the one that entries with this tag belong to, so that it is near.
    #[inline(always)]
    pub(in crate::identity) fn touch_next(&self, tag: u32) -> u32 {
        let at = home(tag, self.homes) + 1;
        let segment = self.segments.get(at >> SEGMENT_BITS);
        let bucket = segment.and_then(|segment| segment.get(at & (SEGMENT - 1)));
        bucket.map_or(0, |bucket| bucket.tags[0])
    }

    /// Points a slot in use to another record.
    pub(in crate::identity) fn set(&mut self, at: usize, place: u32) {
        let slot = self.get(at) & !0xFFFF_FFFF | u64::from(place);
        self.put(at, slot);
    }

    /// Frees a slot in use, and moves up those behind it that are not at home: no graves, so a
    /// search stays as short as the table is full.
    pub(in crate::identity) fn remove(&mut self, at: usize) {
        let mut at = at;
        while at + 1 < self.end {
            let next = self.get(at + 1);
            if next as u32 == 0 || home(tag_of(next), self.homes) * BUCKET > at {
                break;
            }
            self.put(at, next);
            at += 1;
        }
        self.put(at, 0);
        if at + 1 == self.end {
            self.end = at;
        }
        self.used = self.used.saturating_sub(1);
    }
}

/// A free segment of so many buckets.
fn segment(buckets: usize, budget: &mut Budget) -> Result<Vec<Bucket>, Full> {
    let bytes = buckets * size_of::<Bucket>();
    budget.take(bytes)?;
    let mut segment = Vec::new();
    if segment.try_reserve_exact(buckets).is_err() {
        budget.give_back(bytes);
        return Err(Full);
    }
    segment.resize(buckets, Bucket::default());
    Ok(segment)
}

fn give_back(segments: Vec<Vec<Bucket>>, budget: &mut Budget) {
    for segment in segments {
        budget.give_back(segment.len() * size_of::<Bucket>());
    }
}

/// The buckets of a table that is less than a segment; `None` if it is more. The second half takes
/// whatever finds no room in the first.
fn small_table(homes: usize) -> Option<usize> {
    Some(homes * 2).filter(|&buckets| buckets < SEGMENT)
}

/// Homes for this many entries in a table that takes `full` of 32 slots.
fn homes_for(entries: usize, full: usize) -> Option<usize> {
    // In steps of four homes, of which 32 slots are a whole part.
    let homes = entries.div_ceil(full).max(1).checked_mul(4)?;
    Some(homes).filter(|&homes| homes <= MAX_HOMES)
}
