//! Stretches of users who follow each other.

use super::words;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use alloc::vec::Vec;
use core::ops::Range;

/// The users from `start` to before `end`, at least one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: UserIx,
    pub(super) end: UserIx,
}

/// Stretches, rising.
// INVARIANT: between two of them stands somebody who is in neither.
#[derive(Default)]
pub(super) struct Runs(Vec<Run>);

impl Runs {
    /// All users below `end`.
    pub(super) fn below(end: UserIx) -> Result<Runs, Full> {
        let mut runs = Runs::with_room(1)?;
        runs.push(0, end);
        Ok(runs)
    }

    pub(super) fn with_room(count: usize) -> Result<Runs, Full> {
        let mut runs = Vec::new();
        runs.try_reserve_exact(count)?;
        Ok(Runs(runs))
    }

    /// Adds a stretch that does not begin before the last one does, if there is room for one more.
    pub(super) fn push(&mut self, start: UserIx, end: UserIx) {
        if start >= end {
            return;
        }
        let has_room = self.0.len() < self.0.capacity();
        match self.0.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ if has_room => self.0.push(Run { start, end }),
            _ => {}
        }
    }

    pub(super) fn as_slice(&self) -> &[Run] {
        &self.0
    }

    pub(super) fn count(&self) -> u32 {
        self.0.iter().map(|run| run.end - run.start).sum()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Run>()
    }

    pub(super) fn has(&self, user: UserIx) -> bool {
        self.from(user).first().is_some_and(|run| run.start <= user)
    }

    /// The stretches that do not end at this user or before.
    pub(super) fn from(&self, user: UserIx) -> &[Run] {
        let at = self.0.partition_point(|run| run.end <= user);
        self.0.get(at..).unwrap_or_default()
    }

    /// How many users below `user` there are.
    pub(super) fn rank(&self, user: UserIx) -> u32 {
        let before = self.0.iter().take_while(|run| run.start < user);
        before.map(|run| run.end.min(user) - run.start).sum()
    }

    /// The user before whom there are `rank`.
    pub(super) fn nth(&self, mut rank: u32) -> Option<UserIx> {
        for run in &self.0 {
            let length = run.end - run.start;
            if rank < length {
                return Some(run.start + rank);
            }
            rank -= length;
        }
        None
    }

    /// Those whom `keep` keeps, who is told whether a user is in this one and in the other.
    pub(super) fn merge(
        &self,
        other: &Runs,
        keep: impl Fn(bool, bool) -> bool,
    ) -> Result<Runs, Full> {
        // WHY twice: what is then reserved is what is needed, and a pass takes 2 ns a stretch.
        let mut count = 0;
        sweep(&self.0, &other.0, &keep, |_| count += 1);
        let mut out = Runs::with_room(count)?;
        sweep(&self.0, &other.0, &keep, |run| out.push(run.start, run.end));
        Ok(out)
    }

    /// How many are in both.
    pub(super) fn and_count(&self, other: &Runs) -> u32 {
        let mut count = 0;
        let add = |run: Run| count += run.end - run.start;
        sweep(&self.0, &other.0, |a, b| a && b, add);
        count
    }

    /// Sets the bits of the users of a block that begins with `start`.
    pub(super) fn or_words(&self, start: UserIx, words: &mut [u64]) {
        for range in self.within(start, words.len()) {
            words::set_range(words, range.start, range.end);
        }
    }

    /// Clears the bits of all others of the block.
    pub(super) fn and_words(&self, start: UserIx, words: &mut [u64]) {
        let mut at = 0;
        for range in self.within(start, words.len()) {
            words::clear_range(words, at, range.start);
            at = range.end;
        }
        words::clear_range(words, at, words.len() * 64);
    }

    /// Clears the bits of the users of the block.
    pub(super) fn and_not_words(&self, start: UserIx, words: &mut [u64]) {
        for range in self.within(start, words.len()) {
            words::clear_range(words, range.start, range.end);
        }
    }

    /// The stretches as bits of a block of so many words, some of which may end beyond it.
    fn within(&self, start: UserIx, words: usize) -> impl Iterator<Item = Range<usize>> + '_ {
        let runs = self.from(start).iter().map(move |run| {
            let from = run.start.saturating_sub(start) as usize;
            from..(run.end - start) as usize
        });
        runs.take_while(move |range| range.start < words * 64)
    }
}

/// Goes over all places where somebody enters or leaves one of the two, in order.
fn sweep(a: &[Run], b: &[Run], keep: impl Fn(bool, bool) -> bool, mut put: impl FnMut(Run)) {
    // The place at which the list is entered, where `at` is even, or left.
    let edge = |runs: &[Run], at: usize| {
        let run = runs.get(at / 2)?;
        Some(if at.is_multiple_of(2) {
            run.start
        } else {
            run.end
        })
    };
    let (mut at_a, mut at_b) = (0, 0);
    let mut open = None;
    loop {
        let (next_a, next_b) = (edge(a, at_a), edge(b, at_b));
        let next = match (next_a, next_b) {
            (Some(a), Some(b)) => a.min(b),
            (Some(next), None) | (None, Some(next)) => next,
            (None, None) => break,
        };
        at_a += usize::from(next_a == Some(next));
        at_b += usize::from(next_b == Some(next));
        match (open, keep(at_a % 2 == 1, at_b % 2 == 1)) {
            (None, true) => open = Some(next),
            (Some(start), false) => {
                put(Run { start, end: next });
                open = None;
            }
            _ => {}
        }
    }
}
