//! A yes or no for each id of a list, a bit each.

use alloc::vec::Vec;
use core::ops::Range;

/// As many bits as ids, all clear at first.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// `None` if there is too little memory.
    pub(super) fn new(count: usize) -> Option<Bits> {
        let mut words = Vec::new();
        words.try_reserve_exact(count.div_ceil(64)).ok()?;
        words.resize(count.div_ceil(64), 0);
        Some(Bits(words))
    }

    pub(super) fn set(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut(at as usize / 64) {
            *word |= 1 << (at % 64);
        }
    }

    #[inline]
    pub(super) fn has(&self, at: u32) -> bool {
        let word = self.0.get(at as usize / 64);
        word.is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Those of `numbers` whose bit is set, rising.
    pub(super) fn among(&self, numbers: Range<u32>) -> impl Iterator<Item = u32> + '_ {
        numbers.filter(|&number| self.has(number))
    }
}
