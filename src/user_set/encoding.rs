//! How a set is held, and which way is the best.

use super::compressed::Compressed;
use super::runs::Runs;
use super::{Held, UserSet, words, zeros};
use crate::identity::UserIx;
use crate::identity::directory::Full;

/// A set is compressed where one user of so many is in it, or fewer.
///
/// Tried, in wasm, in Node 20: counting who is in both of two sets of 1,000,000 users takes 7.3 µs for two dense ones and
/// 10 µs for a dense and a compressed one if 1 % are in that, 5 if 0.5 % are. So one of 128 is where a compressed set begins
/// to be the quicker one; it takes an eighth of the memory there.
const SPARSE: u32 = 128;

/// A set is held as stretches where there is one for so many users of the universe, or fewer: an eighth of what
/// a dense set takes.
const USERS_A_RUN: u32 = 512;

/// How a set is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// A bit for each user of the universe.
    Dense,
    /// A Roaring bitmap: about two bytes a member.
    Compressed,
    /// Stretches of members who follow each other: eight bytes each.
    Runs,
}

impl Encoding {
    /// The best one for a set of so many members in so many stretches.
    ///
    /// Stretches, if there is at most one for 512 users of the universe and one for four members, since they
    /// take eight bytes, and a compressed set takes two for a member; else compressed, if at most one of 128 users is a
    /// member; else dense.
    pub fn best(universe: u32, count: u32, runs: u32) -> Encoding {
        if runs <= universe / USERS_A_RUN && runs <= count / 4 || count == 0 {
            Encoding::Runs
        } else if count <= universe / SPARSE {
            Encoding::Compressed
        } else {
            Encoding::Dense
        }
    }
}

impl UserSet {
    /// How it is held.
    pub fn encoding(&self) -> Encoding {
        match &self.held {
            Held::Dense(_) => Encoding::Dense,
            Held::Compressed(_) => Encoding::Compressed,
            Held::Runs(_) => Encoding::Runs,
        }
    }

    /// Bytes of memory that the members take, beside the set itself.
    pub fn memory_bytes(&self) -> usize {
        match &self.held {
            Held::Dense(words) => words.capacity() * size_of::<u64>(),
            Held::Compressed(bitmap) => bitmap.bytes(),
            Held::Runs(runs) => runs.bytes(),
        }
    }

    /// Bytes of a dense set, the most that a set in its best encoding takes.
    pub fn dense_bytes(universe: u32) -> usize {
        words::words_for(universe) * size_of::<u64>()
    }

    /// How many stretches there are of members who follow each other.
    ///
    /// **Cost**: a pass over the set.
    pub fn run_count(&self) -> u32 {
        match &self.held {
            Held::Dense(words) => words::count_runs(words),
            Held::Compressed(bitmap) => bitmap.count_runs(),
            Held::Runs(runs) => runs.as_slice().len() as u32,
        }
    }

    /// Holds the set in the best way: see [`Encoding::best`]. Nothing else changes.
    ///
    /// **Errors**: [`Full`], and it is held as before.
    ///
    /// **Cost**: a pass over the set, and one more if it is to be held otherwise.
    pub fn optimise(&mut self) -> Result<(), Full> {
        let best = Encoding::best(self.universe, self.count, self.run_count());
        if best != self.encoding() {
            *self = self.to_encoding(best)?;
        }
        Ok(())
    }

    /// The same set, held this way.
    ///
    /// **Errors**: [`Full`].
    pub fn to_encoding(&self, encoding: Encoding) -> Result<UserSet, Full> {
        if encoding == Encoding::Dense {
            let mut words = zeros(self.universe)?;
            self.or_words(0, &mut words);
            return Ok(UserSet::new(self.universe, self.count, Held::Dense(words)));
        }
        let runs = self.run_count();
        encode(self.universe, self.count, runs, encoding, self.iter())
    }
}

/// The set of `count` users in `runs` stretches, whom the iterator tells rising, below `universe`.
pub(super) fn encode(
    universe: u32,
    count: u32,
    runs: u32,
    encoding: Encoding,
    users: impl Iterator<Item = UserIx>,
) -> Result<UserSet, Full> {
    let held = match encoding {
        Encoding::Dense => {
            let mut words = zeros(universe)?;
            users.for_each(|user| words::set(&mut words, user as usize));
            Held::Dense(words)
        }
        Encoding::Compressed => Held::Compressed(Compressed::from_rising(universe, count, users)?),
        Encoding::Runs => {
            let mut list = Runs::with_room(runs as usize)?;
            users.for_each(|user| list.push(user, user + 1));
            Held::Runs(list)
        }
    };
    Ok(UserSet::new(universe, count, held))
}
