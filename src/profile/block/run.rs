//! Numbers that come many at a time, behind all others.

use super::{BLOCK, Block, Frame, Positions, ones};
use crate::identity::directory::{Budget, Full};
use crate::profile::room;

/// Numbers that come behind all others, of positions side by side of which some may have none.
pub(in crate::profile) struct Run {
    /// The position of the first of them, whether it has a number or not.
    pub(in crate::profile) start: usize,
    /// The first and the last position that has a number.
    pub(in crate::profile) first: usize,
    pub(in crate::profile) last: usize,
    /// How many numbers there are.
    pub(in crate::profile) count: u32,
    /// The least and the greatest of them.
    pub(in crate::profile) low: i64,
    pub(in crate::profile) high: i64,
}

impl Run {
    fn has_gaps(&self) -> bool {
        (self.last - self.first + 1) as u32 != self.count
    }
}

impl Block {
    /// Makes room for numbers behind all others, of which there are some.
    pub(in crate::profile) fn reserve_run(
        &mut self,
        run: &Run,
        frame: Frame,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let (low, high) = (self.low.min(run.low), self.high.max(run.high));
        let is_dense = matches!(self.positions, Positions::Dense(_));
        let become_dense =
            !is_dense && self.is_better_dense(run.count as usize, run.last, high, low);
        if become_dense || !self.fits(low) || !self.fits(high) {
            let scale = self.scale;
            let frame = Frame { scale, ..frame };
            self.keep_anew(is_dense || become_dense, (low, high), frame, budget)?;
        }
        self.low = low;
        self.high = high;
        match &mut self.positions {
            Positions::Sparse(positions) => {
                room::more(positions, run.count as usize, budget)?;
                self.offsets.reserve(positions.capacity(), budget)
            }
            Positions::Dense(bits) => {
                let len = run.last + 1;
                if !self.offsets.has_room(len) {
                    let wanted = (len + len / 2).next_multiple_of(64).min(BLOCK);
                    self.offsets.reserve(wanted, budget)?;
                }
                if bits.is_none() && (run.first > self.len as usize || run.has_gaps()) {
                    *bits = Some(ones(self.len as usize, len, budget)?);
                }
                if let Some(bits) = bits {
                    let missing = len.div_ceil(64).saturating_sub(bits.len());
                    room::more(bits, missing, budget)?;
                }
                Ok(())
            }
        }
    }

    /// Appends numbers for which there is room, each where its bit is in `present`.
    pub(in crate::profile) fn append(&mut self, run: &Run, numbers: &[i64], present: &[u64]) {
        let len = run.last + 1;
        let has = |at: usize| {
            let word = present.get((at - run.start) / 64).copied().unwrap_or(0);
            word >> ((at - run.start) % 64) & 1 != 0
        };
        let base = self.base;
        let offsets = numbers
            .iter()
            .map(|&number| number.wrapping_sub(base) as u64);
        self.count += run.count;
        match &mut self.positions {
            Positions::Sparse(positions) => {
                let before = positions.len();
                positions.extend((run.first..len).filter(|&at| has(at)).map(|at| at as u16));
                self.offsets.resize(positions.len());
                let there = offsets
                    .zip(run.start..)
                    .filter(|&(_, at)| at < len && has(at));
                for ((offset, _), index) in there.zip(before..) {
                    self.offsets.set(index, offset);
                }
            }
            Positions::Dense(bits) => {
                self.len = len as u32;
                self.offsets.resize(len);
                self.offsets
                    .set_all(run.start, offsets.take(len - run.start));
                let Some(bits) = bits else {
                    return;
                };
                bits.resize(len.div_ceil(64).max(bits.len()), 0);
                for at in (run.first..len).filter(|&at| has(at)) {
                    if let Some(word) = bits.get_mut(at / 64) {
                        *word |= 1 << (at % 64);
                    }
                }
            }
        }
    }
}
