//! Sets as words of a buffer that the caller brings: what evaluates many of them does so a block at a
//! time, in memory that stays near, and makes no set on the way.

use super::{Held, UserSet};
use crate::identity::UserIx;

/// Users of one block, as many as are together in a compressed set; 8 KB.
///
/// Blocks may be of any length: 4,096 users are quicker where all sets are dense, since what is computed
/// of them stays in the nearest cache, but a compressed set takes about twice as long by them.
pub const BLOCK_USERS: u32 = 65_536;

/// Words of one block.
pub const BLOCK_WORDS: usize = BLOCK_USERS as usize / 64;

/// The first bit of a word is that of its first user; `from_word` times 64 is the user of the first bit of
/// all. Users beyond the universe are not in the set, so their bits are clear in it.
impl UserSet {
    /// Writes the set's bits into all of these words.
    ///
    /// **Cost**: a pass over the words; and over those of the members who are in them, if it is compressed.
    ///
    /// **Example**
    /// ```
    /// use kohort::user_set::UserSet;
    ///
    /// let set = UserSet::from_users(1000, &[3, 64, 65])?;
    /// let mut block = [u64::MAX; 3];
    /// set.read_words(0, &mut block);
    /// assert_eq!(block, [0b1000, 0b11, 0]);
    /// set.and_not_words(1, &mut block[1..2]); // the block that begins with user 64
    /// assert_eq!(block, [0b1000, 0, 0]);
    /// # Ok::<(), kohort::identity::directory::Full>(())
    /// ```
    pub fn read_words(&self, from_word: usize, words: &mut [u64]) {
        if let Held::Dense(all) = &self.held {
            let inside = all.get(from_word..).unwrap_or_default();
            let (read, rest) = words.split_at_mut(inside.len().min(words.len()));
            for (word, of_set) in read.iter_mut().zip(inside) {
                *word = *of_set;
            }
            rest.fill(0);
        } else {
            words.fill(0);
            self.or_words(from_word, words);
        }
    }

    /// Leaves of the words' users those who are in the set.
    pub fn and_words(&self, from_word: usize, words: &mut [u64]) {
        let Some(start) = self.start(from_word) else {
            return words.fill(0);
        };
        match &self.held {
            Held::Dense(all) => {
                let inside = all.get(from_word..).unwrap_or_default();
                let (common, rest) = words.split_at_mut(inside.len().min(words.len()));
                for (word, of_set) in common.iter_mut().zip(inside) {
                    *word &= *of_set;
                }
                rest.fill(0);
            }
            Held::Compressed(bitmap) => bitmap.and_words(start, words),
            Held::Runs(runs) => runs.and_words(start, words),
        }
    }

    /// Adds those who are in the set to the words' users.
    pub fn or_words(&self, from_word: usize, words: &mut [u64]) {
        let Some(start) = self.start(from_word) else {
            return;
        };
        match &self.held {
            Held::Dense(all) => {
                let inside = all.get(from_word..).unwrap_or_default();
                for (word, of_set) in words.iter_mut().zip(inside) {
                    *word |= *of_set;
                }
            }
            Held::Compressed(bitmap) => bitmap.or_words(start, words),
            Held::Runs(runs) => runs.or_words(start, words),
        }
    }

    /// Leaves of the words' users those who are not in the set.
    pub fn and_not_words(&self, from_word: usize, words: &mut [u64]) {
        let Some(start) = self.start(from_word) else {
            return;
        };
        match &self.held {
            Held::Dense(all) => {
                let inside = all.get(from_word..).unwrap_or_default();
                for (word, of_set) in words.iter_mut().zip(inside) {
                    *word &= !*of_set;
                }
            }
            Held::Compressed(bitmap) => bitmap.and_not_words(start, words),
            Held::Runs(runs) => runs.and_not_words(start, words),
        }
    }

    /// The user of the first bit, if that is one of the universe.
    fn start(&self, from_word: usize) -> Option<UserIx> {
        let start = UserIx::try_from(from_word.checked_mul(64)?).ok()?;
        (start < self.universe).then_some(start)
    }
}
