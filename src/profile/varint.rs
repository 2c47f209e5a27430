//! Whole numbers in as few bytes as they need: seven bits a byte, the lowest first.

use alloc::vec::Vec;

/// Bytes of the longest.
pub(super) const LONGEST: usize = 10;

/// Appends a number. There is room for it.
#[inline]
pub(super) fn push(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number from the front; what ends early reads as if zeros followed.
#[inline]
pub(super) fn take(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    while let [byte, after @ ..] = *rest {
        *rest = after;
        number |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if *byte < 0x80 || shift > 63 {
            break;
        }
    }
    number
}

/// A signed number as one whose small values are near 0 on both sides.
pub(super) fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

/// The way back.
pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}
