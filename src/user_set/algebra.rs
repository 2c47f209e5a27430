//! Who is in both, in one of two, in the one and not in the other, in all, in any.
//!
//! Sets may have different universes, as when users came between the making of two of them: the result has the
//! greater one, and in the smaller set nobody is beyond its own.

use super::runs::Runs;
use super::{BLOCK_WORDS, Held, UserSet, words, zeros};
use crate::identity::directory::Full;

/// Two sets are made into stretches if both are, into a compressed one if both are, or if the result can only have members
/// of one that is, else into a dense one. Whether another encoding would be better is for the caller to ask: see
/// [`UserSet::optimise`].
impl UserSet {
    /// Who is in both.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over the compressed set, if one is; over the stretches, if both are held so; else over the words of
    /// the universe.
    pub fn and(&self, other: &UserSet) -> Result<UserSet, Full> {
        let universe = self.universe.max(other.universe);
        if self.is_empty() || other.is_empty() {
            return Ok(UserSet::empty(universe));
        }
        match (&self.held, &other.held) {
            (Held::Runs(a), Held::Runs(b)) => of_runs(universe, a.merge(b, |a, b| a && b)?),
            (Held::Compressed(a), Held::Compressed(b)) => {
                let both = a.and(b, universe)?;
                Ok(UserSet::new(universe, both.count(), Held::Compressed(both)))
            }
            (Held::Compressed(_), _) => self.among(universe, |user| other.contains(user)),
            (_, Held::Compressed(_)) => other.among(universe, |user| self.contains(user)),
            _ => self.dense_with(universe, |words| other.and_words(0, words)),
        }
    }

    /// Who is in one of them or in both.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over both, if both are held alike; else over the words of the universe.
    pub fn or(&self, other: &UserSet) -> Result<UserSet, Full> {
        let universe = self.universe.max(other.universe);
        match (&self.held, &other.held) {
            _ if other.is_empty() => self.widened(universe),
            _ if self.is_empty() => other.widened(universe),
            (Held::Runs(a), Held::Runs(b)) => of_runs(universe, a.merge(b, |a, b| a || b)?),
            (Held::Compressed(a), Held::Compressed(b)) => {
                let either = a.or(b, universe)?;
                Ok(UserSet::new(
                    universe,
                    either.count(),
                    Held::Compressed(either),
                ))
            }
            _ => self.dense_with(universe, |words| other.or_words(0, words)),
        }
    }

    /// Who is in this one and not in the other.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over this one, if it is compressed; over both, if both are stretches; else over the words of the
    /// universe.
    pub fn and_not(&self, other: &UserSet) -> Result<UserSet, Full> {
        let universe = self.universe.max(other.universe);
        match (&self.held, &other.held) {
            _ if self.is_empty() => Ok(UserSet::empty(universe)),
            _ if other.is_empty() => self.widened(universe),
            (Held::Runs(a), Held::Runs(b)) => of_runs(universe, a.merge(b, |a, b| a && !b)?),
            (Held::Compressed(a), Held::Compressed(b)) => {
                let rest = a.and_not(b, universe)?;
                Ok(UserSet::new(universe, rest.count(), Held::Compressed(rest)))
            }
            (Held::Compressed(_), _) => self.among(universe, |user| !other.contains(user)),
            _ => self.dense_with(universe, |words| other.and_not_words(0, words)),
        }
    }

    /// Everybody else of the universe.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over the stretches, if it is held so; else over the words of the universe.
    pub fn complement(&self) -> Result<UserSet, Full> {
        if let Held::Runs(runs) = &self.held {
            let others = Runs::below(self.universe)?.merge(runs, |all, inside| all && !inside)?;
            return of_runs(self.universe, others);
        }
        let mut words = zeros(self.universe)?;
        words::set_range(&mut words, 0, self.universe as usize);
        self.and_not_words(0, &mut words);
        let count = self.universe - self.count;
        Ok(UserSet::new(self.universe, count, Held::Dense(words)))
    }

    /// How many are in both, without a set of them.
    ///
    /// **Cost**: a pass over a compressed set, if one is, and over stretches; or over the words of two dense ones, which takes
    /// 7 µs for 1,000,000 users in WebAssembly.
    pub fn and_count(&self, other: &UserSet) -> u32 {
        match (&self.held, &other.held) {
            (Held::Dense(a), Held::Dense(b)) => words::and_count(a, b),
            (Held::Compressed(a), Held::Compressed(b)) => a.and_count(b),
            (Held::Runs(a), Held::Runs(b)) => a.and_count(b),
            (Held::Compressed(few), Held::Dense(words))
            | (Held::Dense(words), Held::Compressed(few)) => few.and_count_words(words),
            (Held::Runs(runs), Held::Dense(words)) | (Held::Dense(words), Held::Runs(runs)) => {
                let counts = runs.as_slice().iter();
                counts
                    .map(|run| words::count_range(words, run.start as usize, run.end as usize))
                    .sum()
            }
            (Held::Runs(runs), Held::Compressed(few))
            | (Held::Compressed(few), Held::Runs(runs)) => few.and_count_runs(runs.as_slice()),
        }
    }

    /// How many are in one of them or in both, without a set of them.
    ///
    /// **Cost**: that of [`UserSet::and_count`].
    pub fn or_count(&self, other: &UserSet) -> u32 {
        // In this order nothing is greater than the result, which is below 2³².
        self.and_not_count(other) + other.count
    }

    /// How many are in this one and not in the other, without a set of them.
    ///
    /// **Cost**: that of [`UserSet::and_count`].
    pub fn and_not_count(&self, other: &UserSet) -> u32 {
        self.count - self.and_count(other)
    }

    /// Who is in all of these; everybody of the universe, where there is none of them.
    ///
    /// The universe of the result is the greatest.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: that of [`UserSet::and`] for each but one, of which that with the fewest members comes first.
    pub fn and_all(universe: u32, sets: &[&UserSet]) -> Result<UserSet, Full> {
        let universe = greatest(universe, sets);
        let Some(&fewest) = sets.iter().min_by_key(|set| set.count) else {
            return UserSet::full(universe);
        };
        let mut all = fewest.widened(universe)?;
        for set in sets.iter().filter(|set| !core::ptr::eq(**set, fewest)) {
            if all.is_empty() {
                return Ok(UserSet::empty(universe));
            }
            all = all.and(set)?;
        }
        Ok(all)
    }

    /// Who is in any of these; nobody, where there is none of them. The universe of the result is the greatest.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over each, and over the words of the universe, unless all are compressed or all are stretches, and
    /// take less memory than the words together.
    pub fn or_all(universe: u32, sets: &[&UserSet]) -> Result<UserSet, Full> {
        let universe = greatest(universe, sets);
        let mut sets_left = sets.iter().filter(|set| !set.is_empty());
        let Some(first) = sets_left.next() else {
            return Ok(UserSet::empty(universe));
        };
        let alike = sets_left
            .clone()
            .all(|set| set.encoding() == first.encoding());
        let bytes: usize = sets.iter().map(|set| set.memory_bytes()).sum();
        if alike && bytes < UserSet::dense_bytes(universe) {
            let first = first.widened(universe)?;
            return sets_left.try_fold(first, |any, set| any.or(set));
        }
        let mut words = zeros(universe)?;
        sets.iter().for_each(|set| set.or_words(0, &mut words));
        Ok(UserSet::dense(universe, words))
    }

    /// How many are in all of these, without a set of them: a block at a time. Of the universe, where there is
    /// none of them.
    pub fn and_all_count(universe: u32, sets: &[&UserSet]) -> u32 {
        match sets {
            [] => universe,
            [one] => one.count,
            [one, other] => one.and_count(other),
            [first, rest @ ..] => each_block(greatest(universe, sets), |from_word, words| {
                first.read_words(from_word, words);
                rest.iter().for_each(|set| set.and_words(from_word, words));
            }),
        }
    }

    /// How many are in any of these, without a set of them: a block at a time.
    pub fn or_all_count(universe: u32, sets: &[&UserSet]) -> u32 {
        match sets {
            [] => 0,
            [one] => one.count,
            [one, other] => one.or_count(other),
            [first, rest @ ..] => each_block(greatest(universe, sets), |from_word, words| {
                first.read_words(from_word, words);
                rest.iter().for_each(|set| set.or_words(from_word, words));
            }),
        }
    }

    /// The members whom `keep` keeps, as a compressed set.
    // WHY counted first: the room that has to be tried is then that of the result.
    fn among(&self, universe: u32, keep: impl Fn(u32) -> bool) -> Result<UserSet, Full> {
        let count = self.iter().filter(|&user| keep(user)).count() as u32;
        let users = self.iter().filter(|&user| keep(user));
        super::encoding::encode(universe, count, 0, super::Encoding::Compressed, users)
    }

    /// A dense set of this one's members, changed.
    fn dense_with(&self, universe: u32, change: impl FnOnce(&mut [u64])) -> Result<UserSet, Full> {
        let mut words = zeros(universe)?;
        self.or_words(0, &mut words);
        change(&mut words);
        Ok(UserSet::dense(universe, words))
    }

    /// A copy with this universe, which is not smaller.
    fn widened(&self, universe: u32) -> Result<UserSet, Full> {
        if let Held::Dense(_) = &self.held {
            let mut words = zeros(universe)?;
            self.or_words(0, &mut words);
            return Ok(UserSet::new(universe, self.count, Held::Dense(words)));
        }
        let mut copy = self.try_clone()?;
        copy.universe = universe;
        Ok(copy)
    }
}

fn of_runs(universe: u32, runs: Runs) -> Result<UserSet, Full> {
    Ok(UserSet::new(universe, runs.count(), Held::Runs(runs)))
}

fn greatest(universe: u32, sets: &[&UserSet]) -> u32 {
    sets.iter()
        .fold(universe, |most, set| most.max(set.universe))
}

/// How many bits are set in what is written into each block of the universe.
fn each_block(universe: u32, write: impl Fn(usize, &mut [u64])) -> u32 {
    let mut block = [0; BLOCK_WORDS];
    let all = words::words_for(universe);
    let mut count = 0;
    for from_word in (0..all).step_by(BLOCK_WORDS) {
        let length = (all - from_word).min(BLOCK_WORDS);
        if let Some(words) = block.get_mut(..length) {
            write(from_word, words);
            count += words::count(words);
        }
    }
    count
}
