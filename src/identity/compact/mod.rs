//! Known ids as fingerprints: a tenth of the memory, and answers that are probable.
//!
//! **Why xorf**: binary fuse filters in 4.5 to 5 bytes a key, without std, kept up by its authors
//! (MIT).

mod hashed;
mod record;
mod restored;

pub(super) use restored::RestoredCompact;

use super::directory::{Found, Put, Refusal, TakeProfile};
use super::stored::to_bytes;
use super::{Directory, Id, IdKind, ProfileIds, alias_hash, id_hash};
use crate::hash::Seed;
use crate::problem::Code;
use alloc::vec::Vec;
use hashed::Hashed;
use xorf::{BinaryFuse32, Filter};

/// Keys of one filter at most, or nearly.
///
/// WHY many small ones: making a filter takes 40 bytes a key for as long as that lasts, and what
/// is 64 KB in the end fits where a part of the index was. They take a tenth more than one large
/// one.
const FILTER_KEYS: usize = 12_000;
/// Bytes a key that making a filter takes.
const MAKING: usize = 48;

/// The ids by which a request would match somebody, as fingerprints of 32 bits.
///
/// An id that is known is always found. One that is not known is taken for known with the
/// probability that [`Compact::false_positive_rate`] tells, so the answer is never a match.
pub struct Compact {
    seed: Seed,
    keys: u64,
    /// Each of the hashes between two bounds; `None` where there is none.
    filters: Vec<Option<BinaryFuse32>>,
}

/// Profiles on their way into a [`Compact`]: which users there are is told as exactly as a
/// [`Directory`] tells it, by hashes instead of texts.
///
/// **Cost**: less than 39 bytes a user with two ids that can match, in all, for as long as it is
/// built.
pub struct CompactBuilder(Hashed);

impl core::fmt::Debug for CompactBuilder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CompactBuilder(..)")
    }
}

impl CompactBuilder {
    /// Before the first profile; the hashes are seeded.
    pub fn new(seed: Seed) -> CompactBuilder {
        CompactBuilder(Hashed::new(seed))
    }

    /// The seed.
    pub fn seed(&self) -> &Seed {
        &self.0.seed
    }

    /// Bytes of memory taken.
    pub fn memory_bytes(&self) -> usize {
        self.0.budget.used
    }

    /// Takes no more memory than this many bytes; beyond it, `limit.memory`.
    pub fn set_max_memory_bytes(&mut self, max: usize) {
        self.0.budget.max = max;
    }

    /// Takes a profile, as [`Directory::put`] does; the user's number is of no use.
    ///
    /// **Errors**: [`Refusal`], with nothing changed.
    ///
    /// **Cost**: constant an id of the profile and of the known user.
    pub fn put(&mut self, profile: &ProfileIds) -> Result<Put, Refusal> {
        self.0.put(profile)
    }

    /// The fingerprints of the ids by which a request would match somebody: external and
    /// deprecated ids, aliases, and devices that would match their anonymous user.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: in the ids. The index is freed piece by piece as the fingerprints are made.
    pub fn finish(self) -> Result<Compact, Code> {
        let Hashed {
            seed,
            slots,
            arena,
            mut budget,
            ..
        } = self.0;
        let count = slots.used().div_ceil(FILTER_KEYS);
        let mut filters = Filters::new(count)?;
        let bytes = slots.memory_bytes();
        for slot in slots.into_entries() {
            if let Some(hash) = record::matching(&arena, slot as u32) {
                filters.add(hash)?;
            }
        }
        budget.give_back(bytes);
        let (filters, keys) = filters.finish()?;
        let compact = Compact {
            seed,
            keys,
            filters,
        };
        budget
            .take(compact.memory_bytes())
            .map_err(|_| Code::LimitMemory)?;
        Ok(compact)
    }
}

impl TakeProfile for CompactBuilder {
    fn take_profile(&mut self, profile: &mut ProfileIds) -> Result<Put, Refusal> {
        self.put(profile)
    }
}

/// Filters in the making, from hashes whose upper halves never fall.
struct Filters {
    filters: Vec<Option<BinaryFuse32>>,
    count: usize,
    keys: u64,
    hashes: Vec<u64>,
}

/// Which of so many filters has a hash.
#[inline(always)]
fn filter_of(hash: u64, count: usize) -> usize {
    (((hash >> 32) * count as u64) >> 32) as usize
}

impl Filters {
    fn new(count: usize) -> Result<Filters, Code> {
        let mut filters = Vec::new();
        let room = filters.try_reserve_exact(count);
        room.map_err(|_| Code::LimitMemory)?;
        Ok(Filters {
            filters,
            count,
            keys: 0,
            hashes: Vec::new(),
        })
    }

    fn add(&mut self, hash: u64) -> Result<(), Code> {
        while self.filters.len() < filter_of(hash, self.count) {
            self.end_filter()?;
        }
        // Of two kinds of ids the hash may be the same; the upper half then is as well.
        let last = self.hashes.iter().rev();
        let mut same_half = last.take_while(|last| *last >> 32 == hash >> 32);
        if !same_half.any(|&last| last == hash) {
            self.hashes.try_reserve(1).map_err(|_| Code::LimitMemory)?;
            self.hashes.push(hash);
        }
        Ok(())
    }

    fn end_filter(&mut self) -> Result<(), Code> {
        // The library's own allocations cannot fail: look first whether there is room for them.
        let mut room: Vec<u8> = Vec::new();
        room.try_reserve_exact(self.hashes.len().saturating_mul(MAKING))
            .map_err(|_| Code::LimitMemory)?;
        // Else the compiler leaves it out.
        drop(core::hint::black_box(room));
        self.keys += self.hashes.len() as u64;
        self.filters.push(if self.hashes.is_empty() {
            None
        } else {
            // Different keys: it would have to fail under a thousand seeds in a row.
            Some(BinaryFuse32::try_from(&self.hashes).map_err(|_| Code::LimitMemory)?)
        });
        self.hashes.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(Vec<Option<BinaryFuse32>>, u64), Code> {
        while self.filters.len() < self.count {
            self.end_filter()?;
        }
        Ok((self.filters, self.keys))
    }
}

impl core::fmt::Debug for Compact {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Compact(..)")
    }
}

impl Compact {
    /// The fingerprints of a directory's ids: see [`CompactBuilder::finish`].
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: as putting every user into a [`CompactBuilder`].
    pub fn of(directory: &Directory) -> Result<Compact, Code> {
        let mut hashed = Hashed::new(directory.seed().clone());
        let mut ids = ProfileIds::default();
        for user in 0..directory.len() as u32 {
            ids.clear();
            for id in directory.ids(user) {
                let added = ids.append(id.kind, id.label, id.name);
                added.map_err(|_| Code::LimitMemory)?;
            }
            // A removed user has none.
            if ids.is_empty() {
                continue;
            }
            hashed.add(&ids).map_err(|_| Code::LimitMemory)?;
        }
        CompactBuilder(hashed).finish()
    }

    /// The seed under which the hashes for [`Compact::find`] are to be made.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// How many ids there are.
    pub fn len(&self) -> u64 {
        self.keys
    }

    /// Is there no id?
    pub fn is_empty(&self) -> bool {
        self.keys == 0
    }

    /// Bytes of memory taken.
    pub fn memory_bytes(&self) -> usize {
        let each = self.filters.iter().flatten().map(|filter| filter.len() * 4);
        self.filters.len() * size_of::<Option<BinaryFuse32>>() + each.sum::<usize>()
    }

    /// The probability with which an unknown id is taken for a known one: that its fingerprint of
    /// 32 bits fits, or that its hash of 64 bits is that of one of the keys.
    pub fn false_positive_rate(&self) -> f64 {
        const FINGERPRINT: f64 = 1.0 / 4_294_967_296.0;
        if self.is_empty() {
            return 0.0;
        }
        FINGERPRINT + self.keys as f64 * FINGERPRINT * FINGERPRINT
    }

    /// Looks up one id.
    pub fn find_id(&self, id: &Id<'_>) -> Found {
        self.find(match id.kind {
            IdKind::Alias => alias_hash(&self.seed, &id.name, &id.label),
            kind => id_hash(&self.seed, kind, &id.name),
        })
    }

    /// Looks up an id by its hash.
    ///
    /// **Cost**: constant.
    pub fn find(&self, hash: u64) -> Found {
        match self.filters.get(filter_of(hash, self.filters.len())) {
            Some(Some(filter)) if filter.contains(&hash) => Found::Probable,
            _ => Found::Unknown,
        }
    }

    /// The fingerprints as bytes, for [`super::Stored::from_bytes`]. They hold no ids, but tell
    /// who has an id whether it is known.
    ///
    /// **Errors**: `limit.memory`.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Code> {
        to_bytes(self)
    }
}
