//! A directory with texts as bytes: its parts as they lie in memory, a piece after the other, so
//! that neither way needs the memory for a second copy.
//!
//! In order: how many labels, users, entries of the index, segments of records and dead bytes
//! there are, in four bytes each; the labels, each after its length; the first record of each
//! user; the entries of the index, rising; and the segments of records, each after its length.

use super::record::MAX_LABELS;
use super::slots::Slots;
use super::{Directory, Full};
use crate::hash::Seed;
use crate::identity::stored::{Feed, to_bytes};
use crate::limits::MAX_ID_BYTES;
use crate::problem::Code;
use alloc::vec::Vec;

/// Numbers at the beginning.
const COUNTS: usize = 5;

impl Directory {
    /// The directory as bytes, for [`crate::identity::Stored::from_bytes`]. They hold ids. In
    /// pieces, [`crate::identity::Storing`] gives them.
    ///
    /// **Errors**: `limit.memory`, for the bytes are nearly as many as the directory takes itself.
    ///
    /// **Cost**: one copy.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Code> {
        to_bytes(self)
    }

    pub(in crate::identity) fn stored_bytes(&self) -> usize {
        let labels = self.labels.iter().map(|label| 4 + label.len());
        let segments = self.arena.segments().iter().map(|s| 4 + s.len());
        4 * COUNTS
            + labels.sum::<usize>()
            + self.users.len() * 4
            + self.slots.used() * 8
            + segments.sum::<usize>()
    }

    /// Appends the piece with this index; false where there is none. There is room for it.
    pub(in crate::identity) fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool {
        let Some(index) = index.checked_sub(1) else {
            let counts = [
                self.labels.len(),
                self.users.len(),
                self.slots.used(),
                self.arena.segments().len(),
                self.dead,
            ];
            for count in counts {
                out.extend_from_slice(&(count as u32).to_le_bytes());
            }
            for label in &self.labels {
                out.extend_from_slice(&(label.len() as u32).to_le_bytes());
                out.extend_from_slice(label);
            }
            return true;
        };
        let users = self.users.segments();
        if let Some(users) = users.get(index) {
            for user in users {
                out.extend_from_slice(&user.to_le_bytes());
            }
            return true;
        }
        let index = index - users.len();
        if index < self.slots.segment_count() {
            for slot in self.slots.segment(index) {
                out.extend_from_slice(&slot.to_le_bytes());
            }
            return true;
        }
        let index = index - self.slots.segment_count();
        let Some(segment) = self.arena.segments().get(index) else {
            return false;
        };
        out.extend_from_slice(&(segment.len() as u32).to_le_bytes());
        out.extend_from_slice(segment);
        true
    }
}

/// A directory on its way back.
pub(in crate::identity) struct Restored {
    directory: Directory,
    part: Part,
    /// What is still to come of the part at hand.
    left: usize,
    counts: [usize; COUNTS],
    met: usize,
}

/// What comes next.
enum Part {
    Counts,
    LabelLength,
    Label,
    Users,
    Slots,
    SegmentLength,
    Segment,
    End,
}

impl Restored {
    pub(in crate::identity) fn new(seed: Seed) -> Restored {
        Restored {
            directory: Directory::new(seed),
            part: Part::Counts,
            left: COUNTS,
            counts: [0; COUNTS],
            met: 0,
        }
    }

    /// Takes what is there of `feed`, of whose bytes there are `total`.
    ///
    // INVARIANT: every reading of a record looks at its bounds, every chain of records falls, and
    // the index is built here from entries that rise. So whatever the bytes hold, nothing but
    // answers can be wrong.
    pub(in crate::identity) fn take(
        &mut self,
        feed: &mut Feed<'_>,
        total: u64,
    ) -> Result<(), Code> {
        let memory = |_: Full| Code::LimitMemory;
        let Directory {
            slots,
            arena,
            users,
            labels,
            budget,
            dead,
            removed,
            ..
        } = &mut self.directory;
        loop {
            match self.part {
                Part::Counts => {
                    let (met, counts) = (&mut self.met, &mut self.counts);
                    feed.numbers(&mut self.left, &mut |number| {
                        if let Some(count) = counts.get_mut(*met) {
                            *count = u32::from_le_bytes(number) as usize;
                        }
                        *met += 1;
                        Ok(())
                    })?;
                    if self.left == 0 {
                        let [labels, users, entries, ..] = self.counts;
                        let least = users as u64 * 4 + entries as u64 * 8;
                        if labels > MAX_LABELS || users >= u32::MAX as usize - 16 || least > total {
                            return Err(Code::DirectoryBytes);
                        }
                        *slots = Slots::for_entries(entries).map_err(memory)?;
                        *dead = self.counts[4];
                        self.part = Part::LabelLength;
                        continue;
                    }
                }
                Part::LabelLength if labels.len() == self.counts[0] => {
                    self.part = Part::Users;
                    self.left = self.counts[1];
                    continue;
                }
                Part::LabelLength => {
                    self.left = 1;
                    let mut len = 0;
                    feed.numbers(&mut self.left, &mut |number| {
                        len = u32::from_le_bytes(number) as usize;
                        Ok(())
                    })?;
                    if self.left == 0 {
                        if len > MAX_ID_BYTES {
                            return Err(Code::DirectoryBytes);
                        }
                        labels.push(Vec::new());
                        self.part = Part::Label;
                        self.left = len;
                        continue;
                    }
                }
                Part::Label => {
                    let bytes = feed.bytes(&mut self.left);
                    if let Some(label) = labels.last_mut() {
                        label.extend_from_slice(bytes);
                    }
                    if self.left == 0 {
                        self.part = Part::LabelLength;
                        continue;
                    }
                }
                Part::Users => {
                    feed.numbers(&mut self.left, &mut |number| {
                        users.reserve(budget).map_err(memory)?;
                        users.push(u32::from_le_bytes(number));
                        *removed += usize::from(number == [0; 4]);
                        Ok(())
                    })?;
                    if self.left == 0 {
                        self.part = Part::Slots;
                        self.left = self.counts[2];
                        continue;
                    }
                }
                Part::Slots => {
                    feed.numbers(&mut self.left, &mut |number| {
                        let taken = slots.append(u64::from_le_bytes(number), budget);
                        let taken = taken.map_err(memory)?;
                        if taken {
                            Ok(())
                        } else {
                            Err(Code::DirectoryBytes)
                        }
                    })?;
                    if self.left == 0 {
                        slots.complete(budget).map_err(memory)?;
                        self.part = Part::SegmentLength;
                        continue;
                    }
                }
                Part::SegmentLength if arena.segments().len() == self.counts[3] => {
                    self.part = Part::End;
                    continue;
                }
                Part::SegmentLength => {
                    self.left = 1;
                    let mut len = 0;
                    feed.numbers(&mut self.left, &mut |number| {
                        len = u32::from_le_bytes(number) as usize;
                        Ok(())
                    })?;
                    if self.left == 0 {
                        // Place 0 is no record's, so the first segment is not empty.
                        if len as u64 > total || len == 0 {
                            return Err(Code::DirectoryBytes);
                        }
                        arena.restore_segment(len, budget).map_err(memory)?;
                        self.part = Part::Segment;
                        self.left = len;
                        continue;
                    }
                }
                Part::Segment => {
                    arena.restore(feed.bytes(&mut self.left));
                    if self.left == 0 {
                        self.part = Part::SegmentLength;
                        continue;
                    }
                }
                Part::End if feed.is_empty() => {}
                Part::End => return Err(Code::DirectoryBytes),
            }
            return Ok(());
        }
    }

    /// The directory, if all of it has come. `fits` says whether its hashes are the ones made
    /// here.
    pub(in crate::identity) fn finish(self, fits: bool) -> Result<Directory, Code> {
        if !matches!(self.part, Part::End) {
            return Err(Code::DirectoryBytes);
        }
        if fits {
            return Ok(self.directory);
        }
        let seed = self.directory.seed.clone();
        let rebuilt = self.directory.rebuilt(seed);
        rebuilt.map_err(|_| Code::LimitMemory)
    }
}
