//! A few users in question, of whom each is looked at.

use super::index::WINDOW;

/// A few thousand users, a bit each.
pub(super) type Window = [u64; WINDOW];

/// Users of a window up to which the rest of a rule is asked of each, instead of looked up for all.
///
/// Tried as for `WINDOW`: for 0.6 % of the users two ranges took 100 µs by looks at their
/// cuts, and 25 by a look at each user. With twice as many, looks were the slower; sets are never slower than looks.
pub(super) const FEW: u32 = 96;

/// Users of a window up to which a set of few is gone through, and other sets are asked of each.
///
/// Tried as above, with 50 segments of which each begins with such a set: 6.0 ms where this was 96, and 5.1 so.
pub(super) const LISTED: usize = 512;

/// Few users up to whom a number is looked at without a look at its cuts.
///
/// Tried as above, with some 140 users in each window: a number of days that moves took 217 µs by looks at numbers
/// alone, 188 where one look at all sets decided, and 153 where users are told apart by one set after the other.
pub(super) const LOOKS: usize = 32;

/// Few users up to whom groups are asked of each.
///
/// Tried as above, with a group of three countries and two languages that moves: 152 µs, with 48 as many 170; where a
/// column of countries was looked at in place of their sets 212.
pub(super) const ASKED: usize = 16;

/// Is the user of this place among these words?
#[inline(always)]
pub(super) fn has(words: &Window, user: u16) -> bool {
    let word = words.get(usize::from(user) / 64 % WINDOW);
    word.is_some_and(|word| word >> (user % 64) & 1 != 0)
}

/// A few of the users in question.
#[derive(Clone)]
pub(super) struct Few {
    /// Their places: 64 in each word.
    users: [u16; LISTED],
    count: usize,
}

impl Default for Few {
    fn default() -> Few {
        Few {
            users: [0; LISTED],
            count: 0,
        }
    }
}

impl Few {
    /// Those of some who are in question; they are few.
    pub(super) fn of(some: &[u16], words: &Window) -> Few {
        let mut few = Few {
            count: some.len().min(LISTED),
            ..Few::default()
        };
        for (place, user) in few.users.iter_mut().zip(some) {
            *place = *user;
        }
        // Mostly all are.
        if words.iter().fold(u64::MAX, |all, word| all & word) != u64::MAX {
            few.retain(|user| has(words, user));
        }
        few
    }

    /// Those in question, who are few.
    pub(super) fn gather(words: &Window) -> Few {
        let mut few = Few::default();
        for (eight, at) in words.chunks(8).zip((0_u16..).step_by(8)) {
            if eight.iter().fold(0, |any, word| any | word) == 0 {
                continue;
            }
            for (word, at) in eight.iter().zip(at..) {
                let mut left = *word;
                while left != 0 {
                    if let Some(user) = few.users.get_mut(few.count) {
                        *user = at * 64 + left.trailing_zeros() as u16;
                        few.count += 1;
                    }
                    left &= left - 1;
                }
            }
        }
        few
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    #[inline(always)]
    pub(super) fn retain(&mut self, mut holds: impl FnMut(u16) -> bool) {
        let mut kept = 0;
        for at in 0..self.count {
            let user = self.users.get(at).copied().unwrap_or(0);
            if let Some(place) = self.users.get_mut(kept) {
                *place = user;
            }
            kept += usize::from(holds(user));
        }
        self.count = kept;
    }

    /// Takes out those for whom something holds.
    #[inline(always)]
    pub(super) fn apart(&mut self, holds: impl Fn(u16) -> bool) -> Few {
        let mut apart = Few::default();
        self.retain(|user| {
            if let Some(place) = apart.users.get_mut(apart.count) {
                *place = user;
            }
            let is_apart = holds(user);
            apart.count += usize::from(is_apart);
            !is_apart
        });
        apart
    }

    /// Adds others, who were taken out.
    pub(super) fn add(&mut self, others: &Few) {
        let others = others.users.get(..others.count).unwrap_or(&[]);
        let end = self.count + others.len();
        if let Some(places) = self.users.get_mut(self.count..end) {
            places.copy_from_slice(others);
            self.count = end;
        }
    }

    /// Leaves them alone.
    pub(super) fn write(&self, words: &mut Window) {
        *words = [0; WINDOW];
        for user in self.users.get(..self.count).unwrap_or(&[]) {
            if let Some(word) = words.get_mut(usize::from(*user) / 64) {
                *word |= 1 << (user % 64);
            }
        }
    }
}
