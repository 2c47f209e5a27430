//! A compact directory as bytes: how many keys (8 bytes) and filters (4) there are, and of each
//! filter its seed (8), the length of its segments and all of them but the last two (4 each), how
//! many fingerprints there are (4; 0 where there is no filter), and these.

use super::Compact;
use crate::hash::Seed;
use crate::identity::stored::Feed;
use crate::problem::Code;
use alloc::vec::Vec;
use xorf::{BinaryFuse32, Descriptor, Filter};

/// Numbers before a filter's fingerprints: those of eight bytes in two halves.
const HEAD: usize = 5;

impl Compact {
    pub(in crate::identity) fn stored_bytes(&self) -> usize {
        let fingerprints = self.filters.iter().flatten().map(|filter| filter.len() * 4);
        12 + self.filters.len() * HEAD * 4 + fingerprints.sum::<usize>()
    }

    /// Appends the piece with this index; false where there is none. There is room for it.
    pub(in crate::identity) fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool {
        let mut numbers = |numbers: &[u32]| {
            for number in numbers {
                out.extend_from_slice(&number.to_le_bytes());
            }
        };
        let halves = |number: u64| [number as u32, (number >> 32) as u32];
        let Some(index) = index.checked_sub(1) else {
            numbers(&halves(self.keys));
            numbers(&[self.filters.len() as u32]);
            return true;
        };
        match self.filters.get(index) {
            None => false,
            Some(None) => {
                numbers(&[0; HEAD]);
                true
            }
            Some(Some(filter)) => {
                numbers(&halves(filter.descriptor.seed));
                numbers(&[
                    filter.descriptor.segment_length,
                    filter.descriptor.segment_count_length,
                    filter.fingerprints.len() as u32,
                ]);
                numbers(&filter.fingerprints);
                true
            }
        }
    }
}

/// A compact directory on its way back.
pub(in crate::identity) struct RestoredCompact {
    compact: Compact,
    /// Numbers of the head at hand, and how many of them have come.
    head: [u32; HEAD],
    met: usize,
    filters: usize,
    /// Fingerprints of the filter at hand, and how many are still to come.
    fingerprints: Vec<u32>,
    left: usize,
    part: Part,
}

/// What comes next.
enum Part {
    Counts,
    Head,
    Fingerprints,
}

impl RestoredCompact {
    pub(in crate::identity) fn new(seed: Seed) -> RestoredCompact {
        RestoredCompact {
            compact: Compact {
                seed,
                keys: 0,
                filters: Vec::new(),
            },
            head: [0; HEAD],
            met: 0,
            filters: 0,
            fingerprints: Vec::new(),
            left: 3,
            part: Part::Counts,
        }
    }

    /// Takes what is there of `feed`, of whose bytes there are `total`.
    pub(in crate::identity) fn take(
        &mut self,
        feed: &mut Feed<'_>,
        total: u64,
    ) -> Result<(), Code> {
        loop {
            if let Part::Fingerprints = self.part {
                let fingerprints = &mut self.fingerprints;
                feed.numbers(&mut self.left, &mut |number| {
                    fingerprints.push(u32::from_le_bytes(number));
                    Ok(())
                })?;
            } else {
                let (head, met) = (&mut self.head, &mut self.met);
                feed.numbers(&mut self.left, &mut |number| {
                    if let Some(place) = head.get_mut(*met) {
                        *place = u32::from_le_bytes(number);
                    }
                    *met += 1;
                    Ok(())
                })?;
            }
            if self.left > 0 {
                return Ok(());
            }
            match self.part {
                Part::Counts => {
                    let [low, high, filters, ..] = self.head;
                    self.compact.keys = u64::from(high) << 32 | u64::from(low);
                    self.filters = filters as usize;
                    if u64::from(filters) * HEAD as u64 * 4 > total {
                        return Err(Code::DirectoryBytes);
                    }
                    let room = self.compact.filters.try_reserve_exact(self.filters);
                    room.map_err(|_| Code::LimitMemory)?;
                    self.next_head();
                }
                Part::Head => {
                    let count = self.head[4] as usize;
                    if count as u64 * 4 > total {
                        return Err(Code::DirectoryBytes);
                    }
                    let room = self.fingerprints.try_reserve_exact(count);
                    room.map_err(|_| Code::LimitMemory)?;
                    self.left = count;
                    self.part = Part::Fingerprints;
                }
                Part::Fingerprints => {
                    let filter = self.filter()?;
                    self.compact.filters.push(filter);
                    self.next_head();
                }
            }
            if self.is_whole() {
                return if feed.is_empty() {
                    Ok(())
                } else {
                    Err(Code::DirectoryBytes)
                };
            }
        }
    }

    fn next_head(&mut self) {
        self.part = Part::Head;
        self.met = 0;
        self.left = if self.is_whole() { 0 } else { HEAD };
    }

    fn is_whole(&self) -> bool {
        matches!(self.part, Part::Head) && self.compact.filters.len() == self.filters
    }

    /// The filter whose head and fingerprints have come.
    fn filter(&mut self) -> Result<Option<BinaryFuse32>, Code> {
        let fingerprints = core::mem::take(&mut self.fingerprints);
        if fingerprints.is_empty() {
            return Ok(None);
        }
        let [low, high, segment, segments, count] = self.head;
        // The three places of a key are below `segments + 2 * segment`, given all this; the
        // library looks at no bounds itself.
        let fits = segment.is_power_of_two()
            && segments >= segment
            && segments.is_multiple_of(segment)
            && u64::from(segments) + 2 * u64::from(segment) <= u64::from(count);
        if !fits {
            return Err(Code::DirectoryBytes);
        }
        Ok(Some(BinaryFuse32 {
            descriptor: Descriptor {
                seed: u64::from(high) << 32 | u64::from(low),
                segment_length: segment,
                segment_length_mask: segment - 1,
                segment_count_length: segments,
            },
            fingerprints: fingerprints.into_boxed_slice(),
        }))
    }

    /// The directory, if all of it has come.
    pub(in crate::identity) fn finish(self) -> Result<Compact, Code> {
        if self.is_whole() {
            Ok(self.compact)
        } else {
            Err(Code::DirectoryBytes)
        }
    }
}
