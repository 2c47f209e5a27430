//! "Did you mean": the word of a list that is nearest to what was written.

use alloc::vec::Vec;

/// Bytes of the longest text that is looked at; no word is half as long.
const LONGEST: usize = 64;

/// The nearest of the words, if a few letters make it of `written`: inserted, left out, changed, or two
/// side by side swapped. Capitals count as small letters, and what stands between words as `_`.
pub(super) fn nearest(
    written: &[u8],
    words: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let mut nearest = Nearest::of(written)?;
    words
        .filter(|word| nearest.is_nearer(word.as_bytes()))
        .last()
}

/// Looks for the nearest of words that come one by one.
pub(super) struct Nearest {
    written: Vec<u8>,
    /// From so many letters on a word is too far off.
    beyond: usize,
}

impl Nearest {
    /// `None` for a text that is too long to be one of them.
    pub(super) fn of(written: &[u8]) -> Option<Nearest> {
        (written.len() <= LONGEST).then(|| Nearest {
            written: plain(written),
            // A third of the letters may differ, so that short words are not taken for one another.
            beyond: written.len() / 3 + 1,
        })
    }

    /// Is this word nearer than all before?
    ///
    /// **Cost**: [`Nearest::steps`].
    pub(super) fn is_nearer(&mut self, word: &[u8]) -> bool {
        if self.steps(word) == 1 {
            return false;
        }
        let distance = distance(&self.written, word);
        let is_nearer = distance < self.beyond;
        if is_nearer {
            self.beyond = distance;
        }
        is_nearer
    }

    /// The same of a name that somebody gave.
    pub(super) fn is_nearer_name(&mut self, name: &[u8]) -> bool {
        self.steps(name) > 1 && self.is_nearer(&plain(name))
    }

    /// How many steps it takes to compare a word: one where their lengths say enough.
    pub(super) fn steps(&self, word: &[u8]) -> usize {
        if word.len().abs_diff(self.written.len()) >= self.beyond {
            1
        } else {
            (self.written.len() + 1) * (word.len() + 1)
        }
    }
}

fn plain(text: &[u8]) -> Vec<u8> {
    text.iter().map(|&byte| plain_byte(byte)).collect()
}

fn plain_byte(byte: u8) -> u8 {
    match byte {
        b' ' | b'-' => b'_',
        _ => byte.to_ascii_lowercase(),
    }
}

/// How many letters are inserted, left out, changed or swapped with the next.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, &letter) in one.iter().enumerate() {
        let mut this = Vec::with_capacity(last.len());
        this.push(row + 1);
        for (column, &against) in other.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&last, column) + usize::from(letter != against);
            let mut best = changed
                .min(at(&last, column + 1) + 1)
                .min(at(&this, column) + 1);
            let swapped = row > 0
                && column > 0
                && other.get(column - 1) == Some(&letter)
                && one.get(row - 1) == Some(&against);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            this.push(best);
        }
        before = core::mem::replace(&mut last, this);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn letters_are_counted_that_differ() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("country", "contry", 1),
            ("country", "cuontry", 1),
            ("kitten", "sitting", 3),
            ("age", "gae", 1),
        ] {
            assert_eq!(distance(one.as_bytes(), other.as_bytes()), expected);
            assert_eq!(distance(other.as_bytes(), one.as_bytes()), expected);
        }
    }

    #[test]
    fn the_nearest_word_is_told_and_no_far_one() {
        let words = || ["country", "home_city", "age"].into_iter();
        assert_eq!(nearest(b"Contry", words()), Some("country"));
        assert_eq!(nearest(b"Home City", words()), Some("home_city"));
        assert_eq!(nearest(b"shoe_size", words()), None);
        assert_eq!(nearest(b"ag", words()), None);
        assert_eq!(nearest(&[b'a'; 65], words()), None);
    }
}
