//! Whole numbers of one width, one after the other.

use super::room;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// The widths in bits.
// WHY none of 3 or 13 bits: what is within a byte or is whole bytes can be read by vector
// instructions without shifting.
const WIDTHS: [u8; 12] = [0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64];

/// The numbers. Those of width 0 are all 0 and take nothing.
#[derive(Default)]
pub(super) struct Ints {
    width: u8,
    bytes: Vec<u8>,
}

/// The least width for numbers up to `greatest`; whole bytes if asked for.
pub(super) fn width_for(greatest: u64, whole_bytes: bool) -> u8 {
    let bits = 64 - greatest.leading_zeros() as u8;
    let fits = |width: &&u8| **width >= bits && (!whole_bytes || **width == 0 || **width >= 8);
    WIDTHS.iter().find(fits).copied().unwrap_or(64)
}

/// The greatest number of a width.
pub(super) fn greatest(width: u8) -> u64 {
    u64::MAX.checked_shr(64 - u32::from(width)).unwrap_or(0)
}

impl Ints {
    pub(super) fn new(width: u8) -> Ints {
        Ints {
            width,
            bytes: Vec::new(),
        }
    }

    pub(super) fn width(&self) -> u8 {
        self.width
    }

    /// Bytes of so many numbers.
    pub(super) fn bytes_for(&self, count: usize) -> usize {
        (count * usize::from(self.width)).div_ceil(8)
    }

    /// Makes room for so many in all.
    pub(super) fn reserve(&mut self, count: usize, budget: &mut Budget) -> Result<(), Full> {
        let wanted = self.bytes_for(count);
        room::at_least(&mut self.bytes, wanted, budget)
    }

    /// Can so many be held without growing?
    pub(super) fn has_room(&self, count: usize) -> bool {
        self.bytes_for(count) <= self.bytes.capacity()
    }

    /// Makes it so many, for which there is room; new ones are 0.
    pub(super) fn resize(&mut self, count: usize) {
        self.bytes.resize(self.bytes_for(count), 0);
    }

    /// The number with this index; 0 where there is none.
    #[inline]
    pub(super) fn get(&self, index: usize) -> u64 {
        let width = usize::from(self.width);
        if width >= 8 {
            let size = width / 8;
            let at = index * size;
            // WHY eight bytes where they are: a copy of a size that is not known is a call.
            let eight = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
            if let Some(eight) = eight {
                return u64::from_le_bytes(*eight) & greatest(self.width);
            }
            let mut number = [0; 8];
            let there = self.bytes.get(at..at + size);
            if let (Some(there), Some(number)) = (there, number.get_mut(..size)) {
                number.copy_from_slice(there);
            }
            return u64::from_le_bytes(number);
        }
        let byte = self.bytes.get(index * width / 8).copied().unwrap_or(0);
        u64::from(byte >> (index * width % 8)) & greatest(self.width)
    }

    /// Reads up to 64 numbers from this index on; behind the last one 0.
    // WHY each width by itself: a copy of a size that is not known is a call.
    #[inline]
    pub(super) fn read_64(&self, index: usize, numbers: &mut [u64; 64]) {
        let bytes = self.bytes.get(self.bytes_for(index)..).unwrap_or(&[]);
        fn whole<const N: usize>(bytes: &[u8], numbers: &mut [u64; 64]) {
            for (number, bytes) in numbers.iter_mut().zip(bytes.as_chunks::<N>().0) {
                let mut all = [0; 8];
                for (to, from) in all.iter_mut().zip(bytes) {
                    *to = *from;
                }
                *number = u64::from_le_bytes(all);
            }
        }
        *numbers = [0; 64];
        match self.width {
            0 => {}
            8 => whole::<1>(bytes, numbers),
            16 => whole::<2>(bytes, numbers),
            24 => whole::<3>(bytes, numbers),
            32 => whole::<4>(bytes, numbers),
            40 => whole::<5>(bytes, numbers),
            48 => whole::<6>(bytes, numbers),
            56 => whole::<7>(bytes, numbers),
            64 => whole::<8>(bytes, numbers),
            width => {
                let (each, mask) = (usize::from(8 / width), greatest(width));
                for (number, at) in numbers.iter_mut().zip(0..) {
                    let byte = bytes.get(at / each).copied().unwrap_or(0);
                    *number = u64::from(byte) >> (at % each * usize::from(width)) & mask;
                }
            }
        }
    }

    /// Writes over the number with this index, if there is one.
    // WHY each size by itself: a copy of a size that is not known is a call.
    #[inline]
    pub(super) fn set(&mut self, index: usize, number: u64) {
        let width = usize::from(self.width);
        if width < 8 {
            if let Some(byte) = self.bytes.get_mut(index * width / 8) {
                let shift = index * width % 8;
                let mask = greatest(self.width) as u8;
                *byte = *byte & !(mask << shift) | (number as u8 & mask) << shift;
            }
            return;
        }
        let size = width / 8;
        let at = index * size;
        let Some(there) = self.bytes.get_mut(at..at + size) else {
            return;
        };
        let bytes = number.to_le_bytes();
        match there {
            [byte] => *byte = number as u8,
            [_, _] => there.copy_from_slice(&bytes[..2]),
            [_, _, _, _] => there.copy_from_slice(&bytes[..4]),
            _ => {
                for (to, from) in there.iter_mut().zip(bytes) {
                    *to = from;
                }
            }
        }
    }

    /// Writes over the numbers from this index on, all of which are there.
    // WHY the common widths by themselves: so each is a loop without a branch.
    pub(super) fn set_all(&mut self, index: usize, numbers: impl Iterator<Item = u64>) {
        let numbers = numbers.zip(index..);
        match self.width {
            0 => {}
            8 => {
                let to = self.bytes.get_mut(index..).unwrap_or(&mut []);
                for ((number, _), to) in numbers.zip(to) {
                    *to = number as u8;
                }
            }
            16 => {
                let to = self.bytes.get_mut(index * 2..).unwrap_or(&mut []);
                for ((number, _), to) in numbers.zip(to.as_chunks_mut::<2>().0) {
                    *to = (number as u16).to_le_bytes();
                }
            }
            _ => numbers.for_each(|(number, index)| self.set(index, number)),
        }
    }

    /// Moves the numbers from `index` on, to `count` in all before, up by one. Whole bytes only.
    pub(super) fn insert(&mut self, index: usize, count: usize, number: u64) {
        let size = usize::from(self.width) / 8;
        self.resize(count + 1);
        let (from, end) = (index * size, count * size);
        if from < end && end + size <= self.bytes.len() {
            self.bytes.copy_within(from..end, from + size);
        }
        self.set(index, number);
    }

    /// Removes the number with this index of `count`. Whole bytes only.
    pub(super) fn remove(&mut self, index: usize, count: usize) {
        let size = usize::from(self.width) / 8;
        let (from, end) = ((index + 1) * size, count * size);
        if from <= end && end <= self.bytes.len() {
            self.bytes.copy_within(from..end, from - size);
        }
        self.resize(count.saturating_sub(1));
    }

    /// The bytes of the numbers, lowest first.
    pub(super) fn raw(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity()
    }
}
