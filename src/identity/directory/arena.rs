//! Memory for the records of users: appended in segments of a fixed size, so that growing copies
//! nothing and never asks for one large block.

use super::budget::{Budget, Full, prepare};
use alloc::vec::Vec;

/// Bits of a place within its segment: 256 KiB, of which the last record's rest goes unused.
const SEGMENT_BITS: u32 = 18;
/// Bytes of a segment.
pub(in crate::identity) const SEGMENT: usize = 1 << SEGMENT_BITS;
/// Segments for which there is made room at once, once there are more than a few.
const TOGETHER: usize = 4;
const FEW: usize = 96;
/// Segments that 32 bits of place can tell apart.
const MAX_SEGMENTS: usize = 1 << (32 - SEGMENT_BITS);

/// Records, each whole within one segment. Place 0 is no record's.
#[derive(Default)]
pub(in crate::identity) struct Arena {
    segments: Vec<Vec<u8>>,
}

impl Arena {
    /// Appends a record, which is to be less than a segment, and answers its place.
    pub(in crate::identity) fn push(
        &mut self,
        record: &[u8],
        budget: &mut Budget,
    ) -> Result<u32, Full> {
        if record.len() >= SEGMENT {
            return Err(Full);
        }
        let room = self
            .segments
            .last()
            .is_some_and(|segment| segment.len() + record.len() <= SEGMENT);
        if !room {
            self.begin_segment(budget)?;
        }
        let index = self.segments.len().saturating_sub(1);
        let segment = self.segments.last_mut().ok_or(Full)?;
        if segment.capacity() - segment.len() < record.len() {
            // Only the first segment grows, so that a small directory stays small.
            let wanted = (segment.len() + record.len())
                .next_power_of_two()
                .clamp(4096, SEGMENT);
            budget.take(wanted.saturating_sub(segment.capacity()))?;
            segment.try_reserve_exact(wanted - segment.len())?;
        }
        let at = segment.len();
        segment.extend_from_slice(record);
        Ok(Arena::place(index, at))
    }

    fn begin_segment(&mut self, budget: &mut Budget) -> Result<(), Full> {
        if self.segments.len() >= MAX_SEGMENTS {
            return Err(Full);
        }
        self.segments.try_reserve(1)?;
        let mut segment = Vec::new();
        if self.segments.is_empty() {
            budget.take(4096)?;
            segment.try_reserve_exact(4096)?;
            segment.push(0);
        } else {
            if self.segments.len() >= FEW && self.segments.len().is_multiple_of(TOGETHER) {
                prepare(TOGETHER * SEGMENT);
            }
            budget.take(SEGMENT)?;
            segment.try_reserve_exact(SEGMENT)?;
        }
        self.segments.push(segment);
        Ok(())
    }

    /// The bytes from `place` to the end of its segment; none where nothing is.
    #[inline(always)]
    pub(in crate::identity) fn at(&self, place: u32) -> &[u8] {
        let at = place as usize & (SEGMENT - 1);
        self.segments
            .get((place >> SEGMENT_BITS) as usize)
            .and_then(|segment| segment.get(at..))
            .unwrap_or(&[])
    }

    /// The same, to write over.
    pub(in crate::identity) fn at_mut(&mut self, place: u32) -> &mut [u8] {
        let at = place as usize & (SEGMENT - 1);
        self.segments
            .get_mut((place >> SEGMENT_BITS) as usize)
            .and_then(|segment| segment.get_mut(at..))
            .unwrap_or(&mut [])
    }

    /// The place of a byte of a segment.
    pub(in crate::identity) fn place(segment: usize, at: usize) -> u32 {
        (segment << SEGMENT_BITS | at) as u32
    }

    /// Bytes that records may take, in use or not.
    pub(in crate::identity) fn bytes(&self) -> usize {
        self.segments.len() * SEGMENT
    }

    /// The segments, for storing them.
    pub(in crate::identity) fn segments(&self) -> &[Vec<u8>] {
        &self.segments
    }

    /// Begins a segment of which so many bytes are stored; what it holds follows.
    pub(in crate::identity) fn restore_segment(
        &mut self,
        len: usize,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        if self.segments.len() >= MAX_SEGMENTS || len > SEGMENT {
            return Err(Full);
        }
        self.segments.try_reserve(1)?;
        // What is not full is filled up later, but for the first, which may stay small.
        let room = if self.segments.is_empty() {
            len
        } else {
            SEGMENT
        };
        budget.take(room)?;
        let mut segment = Vec::new();
        segment.try_reserve_exact(room)?;
        self.segments.push(segment);
        Ok(())
    }

    /// Adds to the segment begun last, which has room for it.
    pub(in crate::identity) fn restore(&mut self, bytes: &[u8]) {
        if let Some(segment) = self.segments.last_mut()
            && segment.capacity() - segment.len() >= bytes.len()
        {
            segment.extend_from_slice(bytes);
        }
    }
}
