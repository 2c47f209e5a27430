//! Where the lines of a text stood that is no longer there.

use crate::problem::Code;
use alloc::vec::Vec;

/// Stands for a length that is written elsewhere.
const LONG: u16 = u16::MAX;

/// The lengths of the lines of one side: two bytes a line, which is a quarter of its place.
#[derive(Default)]
pub(super) struct Lengths {
    lengths: Vec<u16>,
    /// The lengths of those that are too long for the list, in order.
    long: Vec<u64>,
}

impl Lengths {
    #[inline(always)]
    pub(super) fn push(&mut self, length: u64) -> Result<(), Code> {
        if self.lengths.len() == self.lengths.capacity() {
            self.grow()?;
        }
        if length >= u64::from(LONG) {
            return self.push_long(length);
        }
        self.lengths.push(length as u16);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Result<(), Code> {
        self.lengths.try_reserve(1).map_err(|_| Code::LimitMemory)
    }

    #[cold]
    #[inline(never)]
    fn push_long(&mut self, length: u64) -> Result<(), Code> {
        self.long.try_reserve(1).map_err(|_| Code::LimitMemory)?;
        self.lengths.push(LONG);
        self.long.push(length);
        Ok(())
    }

    /// First byte and the byte after the last of each line, without its line feed.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let mut long = self.long.iter();
        let mut at = 0;
        self.lengths.iter().map(move |&length| {
            let length = match length {
                LONG => long.next().copied().unwrap_or(0),
                length => u64::from(length),
            };
            let start = at;
            at += length + 1;
            (start, start + length)
        })
    }
}
