//! A list of numbers in segments of a fixed size, so that growing copies nothing and never asks for
//! one large block.

use super::budget::{Budget, Full};
use alloc::vec::Vec;

/// Numbers of a segment: 64 KiB.
pub(super) const SEGMENT: usize = 1 << 14;

/// The numbers.
#[derive(Default)]
pub(super) struct List {
    /// All but the last are full.
    segments: Vec<Vec<u32>>,
}

impl List {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        let full = self.segments.len().saturating_sub(1) * SEGMENT;
        full + self.segments.last().map_or(0, Vec::len)
    }

    /// Makes room for one more.
    pub(super) fn reserve(&mut self, budget: &mut Budget) -> Result<(), Full> {
        if self
            .segments
            .last()
            .is_none_or(|last| last.len() == SEGMENT)
        {
            self.segments.try_reserve(1)?;
            self.segments.push(Vec::new());
        }
        let is_first = self.segments.len() == 1;
        let Some(last) = self.segments.last_mut() else {
            return Err(Full);
        };
        if last.len() == last.capacity() {
            // Only the first segment grows, so that a short list stays small.
            let wanted = if is_first {
                (last.len() * 2).clamp(64, SEGMENT)
            } else {
                SEGMENT
            };
            let more = wanted - last.len();
            budget.take(more * 4)?;
            if let Err(full) = last.try_reserve_exact(more) {
                budget.give_back(more * 4);
                return Err(full.into());
            }
        }
        Ok(())
    }

    /// Adds a number, for which there is room.
    pub(super) fn push(&mut self, number: u32) {
        if let Some(last) = self.segments.last_mut() {
            last.push(number);
        }
    }

    /// The number with this index.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<u32> {
        let segment = self.segments.get(index / SEGMENT)?;
        segment.get(index % SEGMENT).copied()
    }

    /// Writes over the number with this index; false if there is none.
    pub(super) fn set(&mut self, index: usize, number: u32) -> bool {
        let segment = self.segments.get_mut(index / SEGMENT);
        let place = segment.and_then(|segment| segment.get_mut(index % SEGMENT));
        place.map(|place| *place = number).is_some()
    }

    /// The segments, for storing them.
    pub(super) fn segments(&self) -> &[Vec<u32>] {
        &self.segments
    }
}
