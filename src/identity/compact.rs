//! Known ids as fingerprints: a tenth of the memory, and answers that are probable.
//!
//! **Why xorf**: binary fuse filters in 4.5 bytes a key, without std, kept up by its authors (MIT).

use super::directory::Found;
use super::stored::{Bytes, Kind, Writer};
use super::{Directory, Id, IdKind, alias_hash, id_hash};
use crate::hash::Seed;
use crate::problem::Code;
use alloc::vec::Vec;
use xorf::{BinaryFuse32, Descriptor, Filter};

/// The ids by which a request would match somebody, as fingerprints of 32 bits.
///
/// An id that is known is always found. One that is not known is taken for known with the
/// probability that [`Compact::false_positive_rate`] tells, so the answer is never a match.
pub struct Compact {
    seed: Seed,
    keys: u64,
    /// `None` without any key.
    filter: Option<BinaryFuse32>,
}

impl core::fmt::Debug for Compact {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Compact(..)")
    }
}

impl Compact {
    /// The fingerprints of a directory's ids: external and deprecated ids, aliases, and devices
    /// that would match their anonymous user.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: in the ids; 40 bytes for each while it runs, 4.5 afterwards.
    pub fn of(directory: &Directory) -> Result<Compact, Code> {
        let keys = directory.match_hashes()?;
        // The library's own allocations cannot fail: look first whether there is room for them.
        let mut room: Vec<u8> = Vec::new();
        room.try_reserve_exact(keys.len().saturating_mul(32))
            .map_err(|_| Code::LimitMemory)?;
        drop(room);
        let filter = if keys.is_empty() {
            None
        } else {
            // Different keys: it would have to fail under a thousand seeds in a row.
            Some(BinaryFuse32::try_from(&keys).map_err(|_| Code::LimitMemory)?)
        };
        Ok(Compact {
            seed: directory.seed().clone(),
            keys: keys.len() as u64,
            filter,
        })
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
        self.filter.as_ref().map_or(0, |filter| filter.len() * 4)
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
        match &self.filter {
            Some(filter) if filter.contains(&hash) => Found::Probable,
            _ => Found::Unknown,
        }
    }

    /// The fingerprints as bytes, for [`super::Stored::from_bytes`]. They hold no ids, but tell
    /// who has an id whether it is known.
    ///
    /// **Errors**: `limit.memory`.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Code> {
        let len = self.memory_bytes() + 32;
        let mut out = Writer::new(Kind::Compact, &self.seed, len)?;
        out.u64(self.keys);
        if let Some(filter) = &self.filter {
            out.u64(filter.descriptor.seed);
            out.u32(filter.descriptor.segment_length);
            out.u32(filter.descriptor.segment_count_length);
            out.u32(filter.fingerprints.len() as u32);
            for &fingerprint in &filter.fingerprints {
                out.u32(fingerprint);
            }
        }
        Ok(out.finish())
    }

    pub(super) fn from_stored(mut bytes: Bytes<'_>, seed: Seed) -> Result<Compact, Code> {
        let keys = bytes.u64()?;
        let mut filter = None;
        if keys > 0 {
            let filter_seed = bytes.u64()?;
            let segment = bytes.u32()?;
            let segments = bytes.u32()?;
            let count = bytes.u32()?;
            // The three places of a key are below `segments + 2 * segment`, given all this; the
            // library looks at no bounds itself.
            let fits = segment.is_power_of_two()
                && segments >= segment
                && segments.is_multiple_of(segment)
                && u64::from(segments) + 2 * u64::from(segment) <= u64::from(count);
            if !fits {
                return Err(Code::DirectoryBytes);
            }
            let fingerprints = bytes.u32s(count as usize)?.into_boxed_slice();
            filter = Some(BinaryFuse32 {
                descriptor: Descriptor {
                    seed: filter_seed,
                    segment_length: segment,
                    segment_length_mask: segment - 1,
                    segment_count_length: segments,
                },
                fingerprints,
            });
        }
        bytes.finish()?;
        Ok(Compact { seed, keys, filter })
    }
}
