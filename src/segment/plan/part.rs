//! The parts of a plan: sets, ranges and questions, and how they are joined.

use super::Range;
use crate::cohort::membership::Members;
use crate::segment::index::{Indexes, Mark, Place, Set};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A part of a plan, by how sets are told.
pub(in crate::segment) enum Part<S> {
    All,
    Nobody,
    Set(S),
    /// The range with this number.
    Range(usize),
    /// The questions with this number, for whom they are true or may be.
    Asked(usize, Sense),
    AllOf(Parts<S>),
    AnyOf(Parts<S>),
    Not(Box<Part<S>>),
}

/// Parts, the cheap ones first.
pub(in crate::segment) struct Parts<S> {
    pub(in crate::segment) parts: Vec<Part<S>>,
    /// How many are no more than sets.
    pub(in crate::segment) cheap: usize,
}

/// A set of a plan.
#[derive(Clone, Copy)]
pub(in crate::segment) enum Of<'a> {
    /// The members of a cohort.
    Members(&'a Members),
    /// One of the indexes.
    Kept(Place),
}

/// Of whom nobody can say, are they in?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::segment) enum Sense {
    /// Only those for whom it is true.
    Least,
    /// All for whom it is not false.
    Most,
}

impl core::ops::Not for Sense {
    type Output = Sense;

    fn not(self) -> Sense {
        match self {
            Sense::Least => Sense::Most,
            Sense::Most => Sense::Least,
        }
    }
}

pub(super) fn not(part: Part<Of<'_>>) -> Part<Of<'_>> {
    match part {
        Part::All => Part::Nobody,
        Part::Nobody => Part::All,
        Part::Not(part) => *part,
        part => Part::Not(Box::new(part)),
    }
}

pub(super) fn not_if(negated: bool, part: Part<Of<'_>>) -> Part<Of<'_>> {
    if negated { not(part) } else { part }
}

/// What tells a part from all others; `None` if it is more than what indexes know.
pub(super) fn mark_of(
    part: &Part<Of<'_>>,
    indexes: &Indexes,
    ranges: &[Range<'_>],
    mark: &mut Mark,
) -> Option<()> {
    let (tag, parts) = match part {
        Part::Set(Of::Kept(place)) => {
            mark.extend([0, indexes.mark(*place)]);
            return Some(());
        }
        Part::Set(Of::Members(members)) => {
            let [cohort, changes] = members.version();
            mark.extend([5, cohort, changes]);
            return Some(());
        }
        Part::Range(number) => {
            let Range { between, cuts, .. } = ranges.get(*number)?;
            let (from, to) = (between.from.to_bits(), between.to.to_bits());
            mark.extend([4, indexes.mark(*cuts), from, to]);
            return Some(());
        }
        Part::Not(part) => {
            mark.push(1);
            return mark_of(part, indexes, ranges, mark);
        }
        Part::AllOf(all) => (2, &all.parts),
        Part::AnyOf(any) => (3, &any.parts),
        _ => return None,
    };
    mark.extend([tag, parts.len() as u64]);
    parts
        .iter()
        .try_for_each(|part| mark_of(part, indexes, ranges, mark))
}

/// What a part costs beside others: a set is a pass over its words, a range one over four and a look at a
/// few users, and to ask a user costs a thousand times that of a bit.
fn cost(part: &Part<Set<'_>>) -> usize {
    match part {
        Part::All | Part::Nobody => 0,
        Part::Set(set) => {
            if set.is_bits() {
                1
            } else {
                8
            }
        }
        Part::Range(_) => DEAR,
        Part::Asked(..) => 1000 * DEAR,
        Part::AllOf(Parts { parts, .. }) | Part::AnyOf(Parts { parts, .. }) => {
            let all = parts.iter().map(cost);
            all.fold(1, usize::saturating_add)
        }
        Part::Not(part) => cost(part),
    }
}

/// What a part costs that is more than sets.
const DEAR: usize = 100_000;

/// The part with the words of its sets.
pub(super) fn resolved<'s, 'a: 's>(part: &Part<Of<'a>>, indexes: &'s Indexes) -> Part<Set<'s>> {
    let each = |parts: &Parts<Of<'a>>| {
        let all = parts.parts.iter().map(|part| resolved(part, indexes));
        let mut all: Vec<_> = all.map(|part| (cost(&part), Some(part))).collect();
        let mut parts = Vec::with_capacity(all.len());
        let mut cheap = 0;
        // WHY: not sorted, which would be as much code as all of this file; these bounds tell enough apart.
        for bound in [1, 8, 64, DEAR - 1, 1000 * DEAR - 1, usize::MAX] {
            for (cost, part) in &mut all {
                if *cost <= bound {
                    parts.extend(part.take());
                }
            }
            if bound < DEAR {
                cheap = parts.len();
            }
        }
        Parts { parts, cheap }
    };
    match part {
        Part::All => Part::All,
        Part::Nobody => Part::Nobody,
        Part::Set(Of::Members(members)) => Part::Set(Set::Bits(members.words())),
        Part::Set(Of::Kept(place)) => Part::Set(indexes.set(*place)),
        Part::Range(number) => Part::Range(*number),
        Part::Asked(number, sense) => Part::Asked(*number, *sense),
        Part::AllOf(parts) => Part::AllOf(each(parts)),
        Part::AnyOf(parts) => Part::AnyOf(each(parts)),
        Part::Not(part) => Part::Not(Box::new(resolved(part, indexes))),
    }
}
