//! Sets of users, who are known by their number in the directory.
//!
//! A set knows its universe, the users below a number. It is held in one of three ways, which nobody needs to
//! know to use it: a bit for each user of the universe, a Roaring bitmap of few, or stretches of users who
//! follow each other. What is computed a block at a time reads sets as 64-bit words into a buffer of its own:
//! see [`UserSet::read_words`].
//!
//! **Cost**: an eighth of a byte a user of the universe at most, where the encoding is the best one.

mod algebra;
mod blocks;
mod compressed;
mod encoding;
mod order;
mod runs;
mod words;

pub use blocks::{BLOCK_USERS, BLOCK_WORDS};
pub use encoding::Encoding;
pub use order::Iter;
pub(crate) use words::and_count;

use crate::identity::UserIx;
use crate::identity::directory::Full;
use alloc::vec::Vec;
use compressed::Compressed;
use core::ops::Range;
use runs::Runs;

/// A set of users below a number, its universe.
///
/// Two sets are equal if they have the same members and the same universe, however they are held.
/// `Debug` tells how many members there are, not who.
///
/// **Example**
/// ```
/// use kohort::user_set::UserSet;
///
/// let tagged = UserSet::from_users(1000, &[3, 5, 8])?;
/// let early = UserSet::from_runs(1000, &[0..6])?;
/// assert_eq!(tagged.and(&early)?, UserSet::from_users(1000, &[3, 5])?);
/// assert_eq!(tagged.and_count(&early), 2);
/// assert_eq!(tagged.complement()?.count(), 997);
/// assert!(tagged.page(1, 10).eq([5, 8]));
/// # Ok::<(), kohort::identity::directory::Full>(())
/// ```
pub struct UserSet {
    universe: u32,
    // INVARIANT: how many members `held` has; all of them are below `universe`.
    count: u32,
    held: Held,
}

/// How the members are held.
enum Held {
    /// A bit for each user of the universe. INVARIANT: as many words as that takes, and clear bits behind it.
    Dense(Vec<u64>),
    Compressed(Compressed),
    Runs(Runs),
}

impl UserSet {
    /// Nobody.
    pub fn empty(universe: u32) -> UserSet {
        UserSet {
            universe,
            count: 0,
            held: Held::Runs(Runs::default()),
        }
    }

    /// Everybody.
    ///
    /// **Errors**: [`Full`].
    pub fn full(universe: u32) -> Result<UserSet, Full> {
        Ok(UserSet::new(
            universe,
            universe,
            Held::Runs(Runs::below(universe)?),
        ))
    }

    /// These users, in the best encoding. Those who are not below `universe` are left out.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: two passes over the users if they come rising, each once; else also a bit for each user of the
    /// universe.
    pub fn from_users(universe: u32, users: &[UserIx]) -> Result<UserSet, Full> {
        let rising = users.windows(2).all(|pair| pair.first() < pair.last());
        if !rising {
            let mut words = zeros(universe)?;
            for &user in users.iter().filter(|&&user| user < universe) {
                words::set(&mut words, user as usize);
            }
            let mut set = UserSet::dense(universe, words);
            set.optimise()?;
            return Ok(set);
        }
        let inside = users.partition_point(|&user| user < universe);
        let users = users.get(..inside).unwrap_or_default();
        let count = u32::try_from(users.len()).map_err(|_| Full)?;
        let breaks = users.windows(2).filter(|pair| match pair {
            [a, b] => a + 1 != *b,
            _ => false,
        });
        let runs = u32::from(count > 0) + breaks.count() as u32;
        encoding::encode(
            universe,
            count,
            runs,
            Encoding::best(universe, count, runs),
            users.iter().copied(),
        )
    }

    /// The users of these ranges, as stretches; in whatever order they come, overlapping or not. What is not
    /// below `universe` is left out.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over the ranges if they come rising; else also a bit for each user of the universe.
    pub fn from_runs(universe: u32, ranges: &[Range<UserIx>]) -> Result<UserSet, Full> {
        let rising = ranges.windows(2).all(|pair| match pair {
            [a, b] => a.start <= b.start,
            _ => true,
        });
        if !rising {
            let mut words = zeros(universe)?;
            for range in ranges {
                let end = range.end.min(universe) as usize;
                words::set_range(&mut words, range.start as usize, end);
            }
            return UserSet::dense(universe, words).to_encoding(Encoding::Runs);
        }
        let mut runs = Runs::with_room(ranges.len())?;
        for range in ranges {
            runs.push(range.start, range.end.min(universe));
        }
        Ok(UserSet::new(universe, runs.count(), Held::Runs(runs)))
    }

    /// The users whose bit is set, a dense set. Bits that are missing are clear, and those that are not below
    /// `universe` are left out.
    ///
    /// **Errors**: [`Full`], if the words are too few and there is no room for more.
    pub fn from_words(universe: u32, mut words: Vec<u64>) -> Result<UserSet, Full> {
        let wanted = words::words_for(universe);
        if let Some(more) = wanted.checked_sub(words.len()) {
            words.try_reserve_exact(more)?;
        }
        words.resize(wanted, 0);
        words::clear_range(&mut words, universe as usize, wanted * 64);
        Ok(UserSet::dense(universe, words))
    }

    /// A copy. There is no `Clone`, since that could not say that memory ran out.
    ///
    /// **Errors**: [`Full`].
    pub fn try_clone(&self) -> Result<UserSet, Full> {
        let held = match &self.held {
            Held::Dense(words) => {
                let mut copy = room(words.len())?;
                copy.extend_from_slice(words);
                Held::Dense(copy)
            }
            Held::Compressed(bitmap) => Held::Compressed(bitmap.copy(self.universe)?),
            Held::Runs(runs) => Held::Runs(runs.merge(&Runs::default(), |a, _| a)?),
        };
        Ok(UserSet::new(self.universe, self.count, held))
    }

    /// Below which number all users are of whom this set says whether they are in it.
    pub fn universe(&self) -> u32 {
        self.universe
    }

    /// How many members there are.
    ///
    /// **Cost**: none, it is known.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Is nobody in it?
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Is the user in it? Who is not below its universe is not.
    ///
    /// **Cost**: a look at a bit of a dense set; else a binary search.
    pub fn contains(&self, user: UserIx) -> bool {
        match &self.held {
            Held::Dense(words) => words::has(words, user as usize),
            Held::Compressed(bitmap) => bitmap.has(user),
            Held::Runs(runs) => runs.has(user),
        }
    }

    fn new(universe: u32, count: u32, held: Held) -> UserSet {
        UserSet {
            universe,
            count,
            held,
        }
    }

    fn dense(universe: u32, words: Vec<u64>) -> UserSet {
        UserSet::new(universe, words::count(&words), Held::Dense(words))
    }
}

impl PartialEq for UserSet {
    fn eq(&self, other: &UserSet) -> bool {
        self.universe == other.universe
            && self.count == other.count
            && self.and_count(other) == self.count
    }
}

impl Eq for UserSet {}

impl core::fmt::Debug for UserSet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("UserSet")
            .field("universe", &self.universe)
            .field("count", &self.count)
            .field("encoding", &self.encoding())
            .finish_non_exhaustive()
    }
}

/// Room for so many words.
fn room(words: usize) -> Result<Vec<u64>, Full> {
    let mut list = Vec::new();
    list.try_reserve_exact(words)?;
    Ok(list)
}

/// The words of a universe, all clear.
fn zeros(universe: u32) -> Result<Vec<u64>, Full> {
    let mut words = room(words::words_for(universe))?;
    words.resize(words::words_for(universe), 0);
    Ok(words)
}
