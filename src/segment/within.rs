//! Ranges of numbers within a block of users: whom sets of cuts tell to be inside, and for whom a look does.

use super::few::{Few, Window, has};
use super::index::{Cuts, Indexes, WINDOW};
use super::plan::Range;
use super::single::Between;
use crate::profile::{BLOCK_USERS, InRange, Kind, Stretch};
use alloc::vec::Vec;

pub(super) static NOBODY: Window = [0; WINDOW];
pub(super) static EVERYBODY: Window = [u64::MAX; WINDOW];

/// Ranges within a block.
pub(super) fn heres<'p>(
    ranges: &'p [Range<'_>],
    indexes: &'p Indexes,
    block: usize,
) -> Vec<Here<'p>> {
    let here = |range: &'p Range<'_>| Here::of(range, indexes.cuts(range.cuts), block);
    ranges.iter().map(here).collect()
}

/// A range within a block of users.
pub(super) struct Here<'p> {
    range: &'p Range<'p>,
    cuts: Option<&'p Cuts>,
    whole: Vec<InRange<'p>>,
    doubles: Vec<Stretch<'p>>,
}

impl<'p> Here<'p> {
    fn of(range: &'p Range<'_>, cuts: Option<&'p Cuts>, block: usize) -> Here<'p> {
        let Between { from, to, .. } = range.between;
        let mut here = Here {
            range,
            cuts,
            whole: Vec::new(),
            doubles: Vec::new(),
        };
        for stretch in range.numbers.stretches(block as u16) {
            match stretch.kind() {
                kind if !range.between.is_of(kind) => {}
                Kind::Double => here.doubles.push(stretch),
                _ => here
                    .whole
                    .push(stretch.test(stretch.first(from)..stretch.first(to))),
            }
        }
        here
    }

    /// The sets of it, within the words from one on.
    pub(super) fn sets(&self, first: usize) -> Sets<'p> {
        let words = |place: Option<usize>| {
            let set = place.zip(self.cuts);
            let set = set.and_then(|(place, cuts)| cuts.below(place).get(first..)?.first_chunk());
            set.unwrap_or(&NOBODY)
        };
        let placed = &self.range.placed;
        let edges = placed.edges.map(|edge| {
            let (low, high) = edge?;
            Some([words(low), words(Some(high))])
        });
        let is_everybody = |cuts: &Cuts| cuts.is_everybody(placed.until);
        Sets {
            until: (!self.cuts.is_some_and(is_everybody)).then(|| words(placed.until)),
            before: words(placed.before),
            first: edges[0],
            last: edges[1],
        }
    }

    /// Do numbers stand so close that a look at one is as quick as one at a set?
    ///
    /// Tried in wasm, in Node 20 on a busy machine, over 1,000,000 users of whom some hundred are left in each
    /// window, in µs for all: days of birth, two bytes each, 142 by looks and 175 by their cuts; times, five bytes
    /// each, 217 by looks and 153 by their cuts.
    pub(super) fn is_narrow(&self) -> bool {
        matches!(&*self.whole, [one] if self.doubles.is_empty() && (1..=2).contains(&one.step()))
    }

    /// Leaves of few users those for whom it holds.
    ///
    /// Users are told apart by one set after the other, and looked at last: no look waits for what another one
    /// says, so that those that miss the caches, as most do, wait together.
    pub(super) fn sift(&self, first: usize, users: &mut Few) {
        let base = (first * 64 % BLOCK_USERS) as u16;
        let sets = self.sets(first);
        let mut below = users.apart(|user| has(sets.before, user));
        if let Some([low, _]) = sets.first {
            below.retain(|user| !has(low, user));
            below.retain(|user| self.has(base + user));
        }
        if let Some(until) = sets.until {
            let mut above = users.apart(|user| !has(until, user));
            if let Some([_, high]) = sets.last {
                above.retain(|user| has(high, user));
                above.retain(|user| self.has(base + user));
                users.add(&above);
            }
        }
        if sets.first.is_some() {
            users.add(&below);
        }
    }

    /// Does it hold for the user of this place in the block?
    #[inline(always)]
    pub(super) fn has(&self, position: u16) -> bool {
        match &*self.whole {
            [test] if self.doubles.is_empty() => test.has(position),
            _ => self.has_any(position),
        }
    }

    /// The same, where there are numbers of more than one kind.
    #[inline(never)]
    fn has_any(&self, position: u16) -> bool {
        let Between { from, to, .. } = self.range.between;
        let of_double = |stretch: &Stretch<'_>| {
            let bits = stretch.number(position);
            bits.is_some_and(|bits| (from..to).contains(&f64::from_bits(bits as u64)))
        };
        self.whole.iter().any(|test| test.has(position)) || self.doubles.iter().any(of_double)
    }
}

/// The words in question of the sets of a range.
pub(super) struct Sets<'s> {
    /// Who is below its end, but for some; `None` for everybody.
    pub(super) until: Option<&'s Window>,
    /// Who is below it, or in part.
    pub(super) before: &'s Window,
    /// Of whom, where it begins, some are in it and some are not: those in the second and not in the first. The
    /// second is `before`.
    pub(super) first: Option<[&'s Window; 2]>,
    /// The same where it ends. The first is `until`.
    pub(super) last: Option<[&'s Window; 2]>,
}
