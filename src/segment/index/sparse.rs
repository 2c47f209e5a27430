//! Sets of users, of few or of many.

use super::kept::Bits;
use crate::identity::directory::Full;
use alloc::vec::Vec;

/// Words with a bit for each user of a window: users who are evaluated together. It divides those of a block.
///
/// Tried in wasm, in Node 20 on a busy machine, over 1,000,000 users, least of many runs: a rule of three
/// sets that stay takes 45 µs with 64 words at a time and 37 with 256; one that moves 58 and 47.
pub(in crate::segment) const WINDOW: usize = 256;
/// Users of a window.
const USERS: usize = WINDOW * 64;

/// One in so many users up to whom a set is positions: they take half of the bytes of bits then, or less, so
/// that all values of a column of which each user has one are two bytes a user.
const ONE_IN: usize = 32;

/// Users by their positions, those of each window together.
pub(in crate::segment) struct Sparse {
    /// Where the positions of each window end.
    ends: Vec<u32>,
    positions: Vec<u16>,
}

impl Sparse {
    /// Those of some bits; `None` where these are no more bytes.
    pub(super) fn of(bits: &Bits) -> Result<Option<Sparse>, Full> {
        let count: usize = bits.iter().map(|word| word.count_ones() as usize).sum();
        if count * ONE_IN > bits.len() * 64 {
            return Ok(None);
        }
        let mut sparse = Sparse {
            ends: Vec::new(),
            positions: Vec::new(),
        };
        sparse.ends.try_reserve_exact(bits.len().div_ceil(WINDOW))?;
        sparse.positions.try_reserve_exact(count)?;
        for window in bits.chunks(WINDOW) {
            for (&word, at) in window.iter().zip(0_u16..) {
                let mut left = word;
                while left != 0 {
                    sparse
                        .positions
                        .push(at * 64 + left.trailing_zeros() as u16);
                    left &= left - 1;
                }
            }
            sparse.ends.push(sparse.positions.len() as u32);
        }
        Ok(Some(sparse))
    }

    /// Those of the window with this number, by their places in it.
    pub(in crate::segment) fn window(&self, number: usize) -> &[u16] {
        let end = |at: usize| self.ends.get(at).map(|end| *end as usize);
        let start = number.checked_sub(1).and_then(end).unwrap_or(0);
        let end = end(number).unwrap_or(start);
        self.positions.get(start..end).unwrap_or(&[])
    }

    pub(super) fn bytes(&self) -> usize {
        self.ends.capacity() * 4 + self.positions.capacity() * 2
    }
}

/// A set of users.
#[derive(Clone, Copy)]
pub(in crate::segment) enum Set<'s> {
    /// A bit each, of users behind the last word none.
    Bits(&'s [u64]),
    Sparse(&'s Sparse),
}

impl Set<'_> {
    /// Is the user of this word and bit in it?
    pub(in crate::segment) fn has(self, at: usize, bit: u32) -> bool {
        match self {
            Set::Bits(words) => words.get(at).is_some_and(|word| word >> bit & 1 != 0),
            Set::Sparse(few) => {
                let position = (at % WINDOW * 64) as u16 + bit as u16;
                few.window(at / WINDOW).binary_search(&position).is_ok()
            }
        }
    }

    /// Leaves those of a window who are in it, or those who are not; `first` is the window's first word.
    #[inline]
    pub(in crate::segment) fn sift(self, first: usize, words: &mut [u64; WINDOW], wanted: bool) {
        match self {
            Set::Bits(set) => keep(words, set.get(first..).unwrap_or(&[]), wanted),
            Set::Sparse(few) if !wanted => {
                for &position in few.window(first / WINDOW) {
                    if let Some(word) = words.get_mut(usize::from(position) % USERS / 64) {
                        *word &= !(1 << (position % 64));
                    }
                }
            }
            Set::Sparse(few) => {
                let mut set = [0; WINDOW];
                for &position in few.window(first / WINDOW) {
                    if let Some(word) = set.get_mut(usize::from(position) % USERS / 64) {
                        *word |= 1 << (position % 64);
                    }
                }
                keep(words, &set, wanted);
            }
        }
    }

    /// Is it met as quickly as bits are?
    pub(in crate::segment) fn is_bits(self) -> bool {
        matches!(self, Set::Bits(_))
    }
}

/// Leaves those who are in a set, or those who are not.
#[inline]
fn keep(words: &mut [u64; WINDOW], set: &[u64], wanted: bool) {
    let Some(set) = set.first_chunk::<WINDOW>() else {
        // The set ends here.
        for (word, at) in words.iter_mut().zip(0..) {
            let set = set.get(at).copied().unwrap_or(0);
            *word &= if wanted { set } else { !set };
        }
        return;
    };
    if wanted {
        for (word, set) in words.iter_mut().zip(set) {
            *word &= set;
        }
    } else {
        for (word, set) in words.iter_mut().zip(set) {
            *word &= !set;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Set, Sparse, WINDOW};
    use alloc::vec;

    #[test]
    fn few_users_are_met_as_their_bits_are() {
        let mut bits = vec![0_u64; 3 * WINDOW + 7];
        let mut at = 5_usize;
        while at < bits.len() * 64 {
            bits[at / 64] |= 1 << (at % 64);
            at += 50 + at % 37;
        }
        let sparse = Sparse::of(&bits).unwrap().unwrap();
        let (few, all) = (Set::Sparse(&sparse), Set::Bits(&bits));
        for first in (0..bits.len()).step_by(WINDOW) {
            for wanted in [true, false] {
                let (mut one, mut other) = ([!7_u64; WINDOW], [!7_u64; WINDOW]);
                few.sift(first, &mut one, wanted);
                all.sift(first, &mut other, wanted);
                assert_eq!(one, other);
            }
        }
        for user in 0..bits.len() * 64 {
            let (at, bit) = (user / 64, user as u32 % 64);
            assert_eq!(few.has(at, bit), all.has(at, bit));
        }
        assert!(Sparse::of(&vec![0b10101; 100]).unwrap().is_none());
    }
}
