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
    pub(super) fn push(&mut self, length: u64) -> Result<(), Code> {
        let short = u16::try_from(length).unwrap_or(LONG);
        self.lengths.try_reserve(1).map_err(|_| Code::LimitMemory)?;
        self.lengths.push(short);
        if short == LONG {
            self.long.try_reserve(1).map_err(|_| Code::LimitMemory)?;
            self.long.push(length);
        }
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
