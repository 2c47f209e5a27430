//! Which numbers of a block lie between two: the scan that stands behind counts of numbers, times and texts.
//!
//! In wasm 16 bytes are compared at a time. Loads are made of two words, not by pointers: see
//! `user_set::words`, so nothing here is unsafe.

use super::{Block, Positions};

impl Block {
    /// Sets the bits of the positions whose number is from `from` to before `to`.
    ///
    /// **Cost**: of numbers of 8, 16 and 32 bits four loads of each 16 bytes; of others a read of each.
    pub(in crate::profile) fn within(&self, words: &mut [u64], from: i64, to: i64) {
        if from >= to {
            return;
        }
        let last = to - 1;
        // As offsets, of which none is below 0.
        let greatest = super::ints::greatest(self.offsets.width());
        let Some(last) = offset(last, self.base) else {
            return;
        };
        let first = offset(from, self.base).unwrap_or(0);
        if first > greatest {
            return;
        }
        let span = last.min(greatest) - first;
        let is_dense = matches!(self.positions, Positions::Dense(_));
        let bytes = self.offsets.raw();
        let kernel: fn(&[u8], u64, u64) -> u64 = match self.offsets.width() {
            8 if is_dense => kernels::of_8,
            16 if is_dense => kernels::of_16,
            32 if is_dense => kernels::of_32,
            _ => {
                return self.select(words, |number| {
                    (number.wrapping_sub(self.base) as u64).wrapping_sub(first) <= span
                });
            }
        };
        let size = usize::from(self.offsets.width()) * 8;
        let mut blocks = bytes.chunks(size);
        for (word, at) in words.iter_mut().zip(0..self.words()) {
            let Some(block) = blocks.next() else {
                break;
            };
            let there = self.there(at);
            *word |= there
                & if block.len() == size {
                    kernel(block, first, span)
                } else {
                    let mut whole = [0; 256];
                    for (to, from) in whole.iter_mut().zip(block) {
                        *to = *from;
                    }
                    kernel(whole.get(..size).unwrap_or(&[]), first, span)
                };
        }
    }

    /// Sets the bits of the positions that have a number.
    pub(in crate::profile) fn present(&self, words: &mut [u64]) {
        match &self.positions {
            Positions::Sparse(_) => self.select(words, |_| true),
            Positions::Dense(_) => {
                for (word, at) in words.iter_mut().zip(0..self.words()) {
                    *word |= self.there(at);
                }
            }
        }
    }

    /// For each of some bounds, rising, adds to its words the positions whose number is below.
    ///
    /// **Cost**: as [`Block::within`] for each; but numbers of other widths are read once for all.
    pub(in crate::profile) fn below(&self, bounds: &[i64], out: &mut [&mut [u64]]) {
        let is_dense = matches!(self.positions, Positions::Dense(_));
        if !is_dense || matches!(self.offsets.width(), 8 | 16 | 32) {
            for (bound, words) in bounds.iter().zip(out) {
                self.within(words, i64::MIN, *bound);
            }
            return;
        }
        let (mut offsets, mut numbers) = ([0; 64], [0; 64]);
        for at in 0..self.words() {
            let there = self.there(at);
            if there == 0 {
                continue;
            }
            self.offsets.read_64(at * 64, &mut offsets);
            for (number, offset) in numbers.iter_mut().zip(&offsets) {
                *number = self.base.wrapping_add(*offset as i64);
            }
            for (bound, words) in bounds.iter().zip(&mut *out) {
                if let Some(word) = words.get_mut(at) {
                    *word |= there & kernels::below(&numbers, *bound);
                }
            }
        }
    }

    /// What tells of a position whether its number is from `from` to before `to`.
    pub(in crate::profile) fn test(&self, from: i64, to: i64) -> InRange<'_> {
        let width = self.offsets.width();
        let mut test = InRange {
            block: self,
            range: from..to,
            bytes: &[],
            bits: None,
            size: usize::from(width) / 8,
            mask: super::ints::greatest(width),
            first: 0,
            span: 0,
        };
        if let Positions::Dense(bits) = &self.positions
            && from < to
            && width >= 8
        {
            // Both may be out of reach, for which the width is too small.
            let first = offset(from, self.base).unwrap_or(0);
            if let Some(last) = offset(to - 1, self.base) {
                test.bytes = self.offsets.raw();
                test.bits = bits.as_deref();
                (test.first, test.span) = (first, last - first);
            }
        }
        test
    }
}

/// Tells of positions whether their number is in a range.
pub(in crate::profile) struct InRange<'a> {
    block: &'a Block,
    range: core::ops::Range<i64>,
    /// Of numbers of whole bytes, one for each position.
    bytes: &'a [u8],
    /// The positions that have one; `None` if all have.
    bits: Option<&'a [u64]>,
    size: usize,
    mask: u64,
    first: u64,
    span: u64,
}

impl InRange<'_> {
    /// Bytes between the numbers of two positions; 0 where these are not side by side.
    pub(in crate::profile) fn step(&self) -> usize {
        if self.bytes.is_empty() { 0 } else { self.size }
    }

    #[inline(always)]
    pub(in crate::profile) fn has(&self, position: u16) -> bool {
        let at = usize::from(position);
        // WHY eight bytes: one load, whatever the width. The last few numbers go the other way.
        let rest = self.bytes.get(at * self.size..);
        let Some(eight) = rest.and_then(|rest| rest.first_chunk()) else {
            return self.has_slowly(position);
        };
        let offset = u64::from_le_bytes(*eight) & self.mask;
        let is_in = offset.wrapping_sub(self.first) <= self.span;
        match self.bits {
            None => is_in,
            Some(bits) => {
                is_in
                    && bits
                        .get(at / 64)
                        .is_some_and(|word| word >> (at % 64) & 1 != 0)
            }
        }
    }

    #[inline(never)]
    fn has_slowly(&self, position: u16) -> bool {
        let number = self.block.get(position);
        number.is_some_and(|number| self.range.contains(&number))
    }
}

/// How far a number is above the base, if it is not below.
fn offset(number: i64, base: i64) -> Option<u64> {
    (number >= base).then(|| number.wrapping_sub(base) as u64)
}

/// 64 numbers, of which those from `first` on, and `span` above it at most, are wanted.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod kernels {
    use core::arch::wasm32::*;

    fn vectors<const N: usize>(bytes: &[u8]) -> [v128; N] {
        let mut out = [u64x2(0, 0); N];
        for (to, from) in out.iter_mut().zip(bytes.as_chunks::<16>().0) {
            let both = u128::from_le_bytes(*from);
            *to = u64x2(both as u64, (both >> 64) as u64);
        }
        out
    }

    fn join(parts: [v128; 4]) -> u64 {
        parts
            .into_iter()
            .zip([0, 16, 32, 48])
            .fold(0, |word, (part, shift)| {
                word | u64::from(i8x16_bitmask(part)) << shift
            })
    }

    pub(super) fn below(numbers: &[i64; 64], bound: i64) -> u64 {
        let bound = i64x2_splat(bound);
        numbers
            .as_chunks::<2>()
            .0
            .iter()
            .zip((0..).step_by(2))
            .fold(0, |word, (&[a, b], shift)| {
                word | u64::from(i64x2_bitmask(i64x2_lt(i64x2(a, b), bound))) << shift
            })
    }

    pub(super) fn of_8(bytes: &[u8], first: u64, span: u64) -> u64 {
        let (first, span) = (u8x16_splat(first as u8), u8x16_splat(span as u8));
        join(vectors::<4>(bytes).map(|part| u8x16_le(u8x16_sub(part, first), span)))
    }

    pub(super) fn of_16(bytes: &[u8], first: u64, span: u64) -> u64 {
        let (first, span) = (u16x8_splat(first as u16), u16x8_splat(span as u16));
        let [a, b, c, d, e, f, g, h] =
            vectors::<8>(bytes).map(|part| u16x8_le(u16x8_sub(part, first), span));
        join([(a, b), (c, d), (e, f), (g, h)].map(|(a, b)| i8x16_narrow_i16x8(a, b)))
    }

    pub(super) fn of_32(bytes: &[u8], first: u64, span: u64) -> u64 {
        let (first, span) = (u32x4_splat(first as u32), u32x4_splat(span as u32));
        let all = vectors::<16>(bytes).map(|part| u32x4_le(u32x4_sub(part, first), span));
        let mut parts = [u64x2(0, 0); 4];
        for (part, four) in parts.iter_mut().zip(all.as_chunks::<4>().0) {
            let [a, b, c, d] = *four;
            *part = i8x16_narrow_i16x8(i16x8_narrow_i32x4(a, b), i16x8_narrow_i32x4(c, d));
        }
        join(parts)
    }
}

/// The twins, which the compiler makes vectors of where it can.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod kernels {
    fn join(wanted: impl Iterator<Item = bool>) -> u64 {
        wanted
            .zip(0..64)
            .fold(0, |word, (is, bit)| word | u64::from(is) << bit)
    }

    pub(super) fn below(numbers: &[i64; 64], bound: i64) -> u64 {
        join(numbers.iter().map(|number| *number < bound))
    }

    pub(super) fn of_8(bytes: &[u8], first: u64, span: u64) -> u64 {
        join(
            bytes
                .iter()
                .map(|&it| it.wrapping_sub(first as u8) <= span as u8),
        )
    }

    pub(super) fn of_16(bytes: &[u8], first: u64, span: u64) -> u64 {
        let numbers = bytes.as_chunks().0.iter().map(|&it| u16::from_le_bytes(it));
        join(numbers.map(|it| it.wrapping_sub(first as u16) <= span as u16))
    }

    pub(super) fn of_32(bytes: &[u8], first: u64, span: u64) -> u64 {
        let numbers = bytes.as_chunks().0.iter().map(|&it| u32::from_le_bytes(it));
        join(numbers.map(|it| it.wrapping_sub(first as u32) <= span as u32))
    }
}
