//! Texts and rows one after the other, in segments, so that growing copies nothing and never asks
//! for one large block.

use super::room;
use super::varint;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// Bits of a place within its segment: 256 KiB.
const SEGMENT_BITS: u32 = 18;
const SEGMENT: usize = 1 << SEGMENT_BITS;
/// Segments that 32 bits of place can tell apart.
const MAX_SEGMENTS: usize = 1 << (32 - SEGMENT_BITS);
/// Bytes with which the first segment begins, so that a column of one short text stays small.
const FIRST: usize = 16;

/// Records, each after its length and whole within one segment. Place 0 is no record's.
#[derive(Default)]
pub(super) struct Arena {
    /// A record that is longer than a segment has one to itself.
    segments: Vec<Vec<u8>>,
    /// The segment that is being filled.
    current: usize,
}

impl Arena {
    /// Makes room for a record of so many bytes.
    pub(super) fn reserve(&mut self, len: usize, budget: &mut Budget) -> Result<(), Full> {
        let len = len.checked_add(varint::LONGEST).ok_or(Full)?;
        if let Some(segment) = self.segments.get_mut(self.current)
            && segment.len() + len <= SEGMENT.max(segment.capacity())
        {
            // Only the first segment grows.
            let needed = segment.len() + len;
            if needed > segment.capacity() {
                let wanted = needed.max(segment.capacity() * 2).min(SEGMENT);
                return room::at_least(segment, wanted.max(needed), budget);
            }
            return Ok(());
        }
        if self.segments.len() >= MAX_SEGMENTS {
            return Err(Full);
        }
        let is_first = self.segments.is_empty();
        let wanted = match () {
            () if len > SEGMENT => len + usize::from(is_first),
            () if is_first => (len + 1).max(FIRST),
            () => SEGMENT,
        };
        room::more(&mut self.segments, 1, budget)?;
        let mut segment = Vec::new();
        room::at_least(&mut segment, wanted, budget)?;
        if is_first {
            segment.push(0);
        }
        self.current = self.segments.len();
        self.segments.push(segment);
        Ok(())
    }

    /// Appends a record, for which there is room, and answers its place.
    pub(super) fn push(&mut self, record: &[u8]) -> u32 {
        let Some(segment) = self.segments.get_mut(self.current) else {
            return 0;
        };
        let at = segment.len();
        if at >= SEGMENT {
            return 0;
        }
        varint::push(segment, record.len() as u64);
        segment.extend_from_slice(record);
        (self.current << SEGMENT_BITS | at) as u32
    }

    /// The record at this place; an empty one where there is none.
    #[inline]
    pub(super) fn at(&self, place: u32) -> &[u8] {
        let segment = self.segments.get((place >> SEGMENT_BITS) as usize);
        let at = place as usize & (SEGMENT - 1);
        let Some(mut rest) = segment.and_then(|segment| segment.get(at..)) else {
            return &[];
        };
        let len = varint::take(&mut rest);
        rest.get(..len as usize).unwrap_or(&[])
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        room::bytes_of(&self.segments) + self.segments.iter().map(room::bytes_of).sum::<usize>()
    }
}
