//! Ranges of numbers within a block of users: whom sets of cuts tell to be inside, and for whom a look does.

use super::few::Words;
use super::index::{Cuts, Indexes, WINDOW};
use super::plan::Range;
use super::single::Between;
use crate::profile::{InRange, Kind, Stretch};
use alloc::vec::Vec;

static NOBODY: Words = [0; WINDOW];

/// Ranges within a block.
pub(super) fn heres<'p>(ranges: &'p [Range<'_>], indexes: &'p Indexes, block: usize) -> Vec<Here<'p>> {
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
        let edge = |edge: Option<(Option<usize>, usize)>| match edge {
            Some((low, high)) => [words(low), words(Some(high))],
            None => [&NOBODY; 2],
        };
        Sets {
            until: words(placed.until),
            before: words(placed.before),
            edges: placed.edges.map(edge),
        }
    }

    /// Are some between two cuts at its end as well?
    pub(super) fn has_two_edges(&self) -> bool {
        self.range.placed.edges[1].is_some()
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
    /// Who is below its end, but for some.
    pub(super) until: &'s Words,
    /// Who is below it, or in part.
    pub(super) before: &'s Words,
    /// Of whom some are in the range and some are not: those in the second and not in the first.
    pub(super) edges: [[&'s Words; 2]; 2],
}
