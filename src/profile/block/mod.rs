//! The numbers of 65,536 users: as many as there are, or one a user.

mod compare;
mod run;

pub(super) use compare::InRange;
pub(super) use run::Run;

use super::ints::{self, Ints};
use super::room;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// Users of a block.
pub(super) const BLOCK: usize = 1 << 16;

/// Numbers that are kept with their positions at most: adding one in the middle moves the others.
const MAX_SPARSE: usize = 1 << 14;

/// What positions have a number.
enum Positions {
    /// These, rising, and a number for each.
    Sparse(Vec<u16>),
    /// A bit for each position up to the greatest; `None` if all have one. There is a number for
    /// each position, of those without it an arbitrary one.
    Dense(Option<Vec<u64>>),
}

/// Numbers of up to 64 bits by position. What can fail is in `prepare…`; it changes how numbers are
/// kept and nothing else.
pub(super) struct Block {
    /// Which block of users.
    pub(super) number: u16,
    /// What the numbers are multiplied by, for those who care.
    pub(super) scale: u8,
    positions: Positions,
    /// How many have a number.
    count: u32,
    /// Dense: how many positions there are.
    len: u32,
    /// Each number is kept as what it is above `base`.
    base: i64,
    offsets: Ints,
    /// No number is below or above. Not narrowed when numbers go.
    low: i64,
    high: i64,
}

/// The numbers of a block, as they are to be kept.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Is the base always 0?
    pub(super) from_zero: bool,
    /// What the present numbers are multiplied by.
    pub(super) multiply: i64,
    /// The scale from then on.
    pub(super) scale: u8,
}

impl Frame {
    /// The numbers stay as they are.
    pub(super) const PLAIN: Frame = Frame {
        from_zero: false,
        multiply: 1,
        scale: 0,
    };
    /// Numbers that count from 0.
    pub(super) const CODES: Frame = Frame {
        from_zero: true,
        ..Frame::PLAIN
    };
}

impl Block {
    pub(super) fn new(number: u16) -> Block {
        Block {
            number,
            scale: 0,
            positions: Positions::Sparse(Vec::new()),
            count: 0,
            len: 0,
            base: 0,
            offsets: Ints::new(0),
            low: 0,
            high: 0,
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Bounds of the numbers, of which there are some.
    pub(super) fn reach(&self) -> (i64, i64) {
        (self.low, self.high)
    }

    /// Bounds of the numbers, and of this one.
    pub(super) fn bounds(&self, number: i64) -> (i64, i64) {
        if self.count == 0 {
            return (number, number);
        }
        (self.low.min(number), self.high.max(number))
    }

    /// Where the number of a position is among the numbers.
    #[inline]
    fn index(&self, position: u16) -> Option<usize> {
        let at = usize::from(position);
        match &self.positions {
            Positions::Sparse(positions) => positions.binary_search(&position).ok(),
            Positions::Dense(None) => (at < self.len as usize).then_some(at),
            Positions::Dense(Some(bits)) => {
                let word = bits.get(at / 64).copied().unwrap_or(0);
                (word >> (at % 64) & 1 != 0).then_some(at)
            }
        }
    }

    /// Has the position a number?
    pub(super) fn has(&self, position: u16) -> bool {
        self.index(position).is_some()
    }

    /// The number of a position, if it has one.
    pub(super) fn get(&self, position: u16) -> Option<i64> {
        self.index(position).map(|index| self.at(index))
    }

    fn at(&self, index: usize) -> i64 {
        self.base.wrapping_add(self.offsets.get(index) as i64)
    }

    /// Calls with the position and the number of each, rising.
    pub(super) fn each(&self, mut each: impl FnMut(u16, i64)) {
        match &self.positions {
            Positions::Sparse(positions) => {
                for (index, &position) in positions.iter().enumerate() {
                    each(position, self.at(index));
                }
            }
            Positions::Dense(_) => {
                for at in 0..self.len as usize {
                    if self.has(at as u16) {
                        each(at as u16, self.at(at));
                    }
                }
            }
        }
    }

    /// Sets the bits of the positions whose number is wanted.
    #[inline(always)]
    pub(super) fn select(&self, words: &mut [u64], wants: impl Fn(i64) -> bool) {
        match &self.positions {
            Positions::Sparse(positions) => {
                for (index, &position) in positions.iter().enumerate() {
                    if wants(self.at(index))
                        && let Some(word) = words.get_mut(usize::from(position) / 64)
                    {
                        *word |= 1 << (position % 64);
                    }
                }
            }
            Positions::Dense(_) => {
                let mut numbers = [0; 64];
                for (at, word) in words.iter_mut().enumerate().take(self.words()) {
                    let there = self.there(at);
                    if there == 0 {
                        continue;
                    }
                    self.offsets.read_64(at * 64, &mut numbers);
                    let mut wanted = 0;
                    for (&number, bit) in numbers.iter().zip(0..64) {
                        let number = self.base.wrapping_add(number as i64);
                        wanted |= u64::from(wants(number)) << bit;
                    }
                    *word |= wanted & there;
                }
            }
        }
    }

    /// Words with a bit for each position.
    fn words(&self) -> usize {
        (self.len as usize).div_ceil(64)
    }

    /// Dense: the positions of a word that have a number.
    #[inline]
    fn there(&self, word: usize) -> u64 {
        match &self.positions {
            Positions::Dense(Some(bits)) => bits.get(word).copied().unwrap_or(0),
            Positions::Dense(None) => {
                let left = (self.len as usize).saturating_sub(word * 64).min(64) as u32;
                u64::MAX.checked_shr(64 - left).unwrap_or(0)
            }
            Positions::Sparse(_) => 0,
        }
    }

    /// Makes room for a number at this position, in place of the one that is there if there is one.
    pub(super) fn prepare(
        &mut self,
        position: u16,
        number: i64,
        frame: Frame,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let (low, high) = if self.count == 0 {
            (number, number)
        } else {
            let (low, high) = (self.low * frame.multiply, self.high * frame.multiply);
            (low.min(number), high.max(number))
        };
        let at = usize::from(position);
        let is_dense = matches!(self.positions, Positions::Dense(_));
        let become_dense =
            !is_dense && !self.has(position) && self.is_better_dense(1, at, high, low);
        if become_dense || frame.multiply != 1 || self.count == 0 || !self.fits(number) {
            self.keep_anew(is_dense || become_dense, (low, high), frame, budget)?;
        }
        self.low = low;
        self.high = high;
        self.scale = frame.scale;
        let count = self.count as usize;
        match &mut self.positions {
            Positions::Sparse(positions) => {
                room::more(positions, 1, budget)?;
                if !self.offsets.has_room(count + 1) {
                    self.offsets.reserve(positions.capacity(), budget)?;
                }
            }
            Positions::Dense(bits) => {
                let len = (self.len as usize).max(at + 1);
                if !self.offsets.has_room(len) {
                    let wanted = (len + len / 2).next_multiple_of(64).min(BLOCK);
                    self.offsets.reserve(wanted, budget)?;
                }
                if bits.is_none() && at > self.len as usize {
                    *bits = Some(ones(self.len as usize, len, budget)?);
                }
                if let Some(bits) = bits {
                    let missing = len.div_ceil(64).saturating_sub(bits.len());
                    room::more(bits, missing, budget)?;
                }
            }
        }
        Ok(())
    }

    /// Is there room for a number at this position, behind all others, as the numbers are now? Then it
    /// is prepared.
    #[inline]
    pub(super) fn takes_next(&mut self, position: u16, number: i64) -> bool {
        let at = usize::from(position);
        let has_room = match &self.positions {
            Positions::Sparse(_) => false,
            Positions::Dense(None) => at == self.len as usize,
            Positions::Dense(Some(bits)) => at / 64 < bits.capacity(),
        };
        // A block without numbers has bounds that mean nothing.
        let takes =
            has_room && self.count > 0 && self.fits(number) && self.offsets.has_room(at + 1);
        if takes {
            self.low = self.low.min(number);
            self.high = self.high.max(number);
        }
        takes
    }

    /// Would the numbers and so many more, up to this position, take less if there were one for each?
    fn is_better_dense(&self, more: usize, at: usize, high: i64, low: i64) -> bool {
        let width = usize::from(ints::width_for(high.wrapping_sub(low) as u64, true));
        let count = self.count as usize + more;
        let last = match &self.positions {
            Positions::Sparse(positions) => positions.last().copied().unwrap_or(0),
            Positions::Dense(_) => 0,
        };
        let len = usize::from(last).max(at) + 1;
        count > MAX_SPARSE || count * (16 + width) >= len * (1 + width)
    }

    /// Can the number be kept as the numbers are now?
    fn fits(&self, number: i64) -> bool {
        let greatest = ints::greatest(self.offsets.width());
        number >= self.base && number.wrapping_sub(self.base) as u64 <= greatest
            || greatest == u64::MAX
    }

    /// Keeps the numbers so that all between these bounds can be kept.
    #[cold]
    fn keep_anew(
        &mut self,
        dense: bool,
        (low, high): (i64, i64),
        frame: Frame,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let (base, width) = base_and_width(low, high, frame.from_zero, !dense);
        let was_dense = matches!(self.positions, Positions::Dense(_));
        let len = match &self.positions {
            Positions::Sparse(positions) if dense => {
                positions.last().map_or(0, |&last| usize::from(last) + 1)
            }
            Positions::Sparse(positions) => positions.len(),
            Positions::Dense(_) => self.len as usize,
        };
        let mut offsets = Ints::new(width);
        offsets.reserve(len, budget)?;
        offsets.resize(len);
        let mut bits = None;
        if dense && !was_dense && len > self.count as usize {
            match ones(0, len, budget) {
                Ok(made) => bits = Some(made),
                Err(full) => {
                    budget.give_back(offsets.bytes());
                    return Err(full);
                }
            }
        }
        let mut index = 0;
        self.each(|position, number| {
            let to = if dense { usize::from(position) } else { index };
            // Within the bounds, for they were multiplied as well.
            let number = number.wrapping_mul(frame.multiply);
            offsets.set(to, number.wrapping_sub(base) as u64);
            if let Some(word) = bits.as_mut().and_then(|bits| bits.get_mut(to / 64)) {
                *word |= 1 << (to % 64);
            }
            index += 1;
        });
        if dense && !was_dense {
            if let Positions::Sparse(positions) = &self.positions {
                budget.give_back(room::bytes_of(positions));
            }
            self.positions = Positions::Dense(bits);
            self.len = len as u32;
        }
        budget.give_back(self.offsets.bytes());
        self.offsets = offsets;
        self.base = base;
        Ok(())
    }

    /// Sets the number of a position that was prepared for it.
    pub(super) fn put(&mut self, position: u16, number: i64) {
        let offset = number.wrapping_sub(self.base) as u64;
        let at = usize::from(position);
        match &mut self.positions {
            Positions::Sparse(positions) => match positions.binary_search(&position) {
                Ok(index) => self.offsets.set(index, offset),
                Err(index) => {
                    self.offsets.insert(index, positions.len(), offset);
                    positions.insert(index, position);
                    self.count += 1;
                }
            },
            Positions::Dense(bits) => {
                let mut is_new = at >= self.len as usize;
                if is_new {
                    self.len = u32::from(position) + 1;
                    self.offsets.resize(self.len as usize);
                }
                if let Some(bits) = bits {
                    if bits.len() * 64 < self.len as usize {
                        bits.resize((self.len as usize).div_ceil(64), 0);
                    }
                    if let Some(word) = bits.get_mut(at / 64) {
                        let bit = 1 << (at % 64);
                        is_new = *word & bit == 0;
                        *word |= bit;
                    }
                }
                self.count += u32::from(is_new);
                self.offsets.set(at, offset);
            }
        }
    }

    /// Makes it possible to remove the number of a position.
    pub(super) fn prepare_remove(
        &mut self,
        position: u16,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let len = self.len as usize;
        if let Positions::Dense(bits @ None) = &mut self.positions
            && usize::from(position) + 1 < len
        {
            *bits = Some(ones(len, len, budget)?);
        }
        Ok(())
    }

    /// Removes the number of a position that was prepared for it; true if it had one.
    pub(super) fn remove(&mut self, position: u16) -> bool {
        let Some(index) = self.index(position) else {
            return false;
        };
        match &mut self.positions {
            Positions::Sparse(positions) => {
                self.offsets.remove(index, positions.len());
                positions.remove(index);
            }
            Positions::Dense(Some(bits)) => {
                if let Some(word) = bits.get_mut(index / 64) {
                    *word &= !(1 << (index % 64));
                }
            }
            Positions::Dense(None) => {
                if index + 1 != self.len as usize {
                    return false;
                }
                self.len -= 1;
                self.offsets.resize(self.len as usize);
            }
        }
        self.count -= 1;
        true
    }

    /// Changes each number to what `map` says, which is none greater, where all count from 0.
    pub(super) fn lower(&mut self, map: impl Fn(i64) -> i64) {
        match &self.positions {
            Positions::Sparse(positions) => {
                for index in 0..positions.len() {
                    let number = map(self.at(index));
                    self.offsets.set(index, number as u64);
                }
            }
            Positions::Dense(_) => {
                for at in 0..self.len as usize {
                    if self.has(at as u16) {
                        let number = map(self.at(at));
                        self.offsets.set(at, number as u64);
                    }
                }
            }
        }
    }

    /// Bytes taken apart from the block itself.
    pub(super) fn bytes(&self) -> usize {
        let positions = match &self.positions {
            Positions::Sparse(positions) => room::bytes_of(positions),
            Positions::Dense(bits) => bits.as_ref().map_or(0, room::bytes_of),
        };
        positions + self.offsets.bytes()
    }
}

/// As many bits as there are positions, of which the first `ones` are set.
fn ones(ones: usize, len: usize, budget: &mut Budget) -> Result<Vec<u64>, Full> {
    let mut bits = Vec::new();
    room::at_least(&mut bits, len.div_ceil(64), budget)?;
    bits.resize(ones / 64, u64::MAX);
    if !ones.is_multiple_of(64) {
        bits.push((1 << (ones % 64)) - 1);
    }
    bits.resize(len.div_ceil(64), 0);
    Ok(bits)
}

/// What to keep numbers above, and in how many bits.
fn base_and_width(low: i64, high: i64, from_zero: bool, whole_bytes: bool) -> (i64, u8) {
    let span = high.wrapping_sub(low) as u64;
    let width = ints::width_for(span, whole_bytes);
    if from_zero || (low >= 0 && ints::width_for(high as u64, whole_bytes) <= width) {
        return (0, ints::width_for(high as u64, whole_bytes));
    }
    if width == 64 {
        return (0, width);
    }
    // Room on both sides, so that a new least or greatest number seldom means keeping all anew.
    let spare = (ints::greatest(width) - span) / 2;
    (low.saturating_sub_unsigned(spare), width)
}
