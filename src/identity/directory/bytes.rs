//! A directory with texts as bytes: its parts as they lie in memory.

use super::record::MAX_LABELS;
use super::slots::Slots;
use super::{Directory, Full};
use crate::hash::Seed;
use crate::identity::stored::{Bytes, Kind, Writer};
use crate::limits::MAX_ID_BYTES;
use crate::problem::Code;
use alloc::vec::Vec;

impl Directory {
    /// The directory as bytes, for [`crate::identity::Stored::from_bytes`]. They hold ids.
    ///
    /// **Errors**: `limit.memory`, for the bytes are as many as the directory takes itself.
    ///
    /// **Cost**: one copy.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Code> {
        let segments = self.arena.segments();
        let len = 20
            + self
                .labels
                .iter()
                .map(|label| 4 + label.len())
                .sum::<usize>()
            + self.users.len() * 4
            + self.slots.len() * 8
            + segments.iter().map(|s| 4 + s.len()).sum::<usize>();
        let mut out = Writer::new(Kind::Verified, &self.seed, len)?;
        out.u32(self.labels.len() as u32);
        out.u32(self.users.len() as u32);
        out.u32(self.slots.len() as u32);
        out.u32(segments.len() as u32);
        out.u32(self.dead as u32);
        for label in &self.labels {
            out.u32(label.len() as u32);
            out.bytes(label);
        }
        for &user in &self.users {
            out.u32(user);
        }
        for slot in self.slots.raw() {
            out.u64(slot);
        }
        for segment in segments {
            out.u32(segment.len() as u32);
            out.bytes(segment);
        }
        Ok(out.finish())
    }

    /// A stored directory; `fits` says whether its hashes are the ones made here.
    ///
    // INVARIANT: every reading of a record looks at its bounds, every chain of records falls, and
    // the index has free slots. So whatever the records hold, nothing but answers can be wrong.
    pub(in crate::identity) fn from_stored(
        mut bytes: Bytes<'_>,
        seed: Seed,
        fits: bool,
    ) -> Result<Directory, Code> {
        let memory = |_: Full| Code::LimitMemory;
        let labels = bytes.u32()? as usize;
        let users = bytes.u32()? as usize;
        let slots = bytes.u32()? as usize;
        let segments = bytes.u32()? as usize;
        let dead = bytes.u32()? as usize;
        if labels > MAX_LABELS || users >= u32::MAX as usize - 16 {
            return Err(Code::DirectoryBytes);
        }
        let mut directory = Directory::new(seed);
        directory.dead = dead;
        for _ in 0..labels {
            let len = bytes.u32()? as usize;
            if len > MAX_ID_BYTES {
                return Err(Code::DirectoryBytes);
            }
            directory.labels.push(bytes.take(len)?.to_vec());
        }
        directory.users = bytes.u32s(users)?;
        directory.budget.take(users * 4).map_err(memory)?;
        let raw = bytes.take(slots.checked_mul(8).ok_or(Code::DirectoryBytes)?)?;
        let raw = raw
            .as_chunks()
            .0
            .iter()
            .map(|&slot| u64::from_le_bytes(slot));
        directory.slots = Slots::from_raw(slots, raw, &mut directory.budget)
            .map_err(memory)?
            .ok_or(Code::DirectoryBytes)?;
        for _ in 0..segments {
            let len = bytes.u32()? as usize;
            let segment = bytes.take(len)?;
            directory
                .arena
                .push_segment(segment, &mut directory.budget)
                .map_err(memory)?;
        }
        bytes.finish()?;
        if fits {
            return Ok(directory);
        }
        let seed = directory.seed.clone();
        directory.rebuilt(seed).map_err(memory)
    }
}
