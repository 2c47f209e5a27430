//! Parts that become one: ranges of the same numbers, and sets in place of what is asked for again and again.

use super::part::{Of, mark_of, resolved};
use super::{Part, Parts, Planner, Range};
use crate::identity::directory::Full;
use crate::segment::evaluate;
use crate::segment::index::{Mark, hash};
use alloc::vec::Vec;

impl<'a> Planner<'a, '_, '_> {
    /// Takes sets in place of ranges that were asked for before.
    pub(super) fn settle(&mut self, part: &mut Part<Of<'a>>) -> Result<(), Full> {
        match part {
            Part::Range(number) => {
                if let Some(range) = self.ranges.get(*number)
                    && let Some(set) = self.indexes.ranged(&range.numbers, &range.between)?
                {
                    *part = Part::Set(Of::Kept(set));
                }
            }
            Part::AllOf(parts) | Part::AnyOf(parts) => {
                for part in &mut parts.parts {
                    self.settle(part)?;
                }
            }
            Part::Not(part) => self.settle(part)?,
            _ => {}
        }
        Ok(())
    }

    /// Takes one set in place of the parts that an evaluation of late had as well. So what is counted again and
    /// again while one condition moves, by hand or with the time, is that condition and one set.
    pub(super) fn join(&mut self, part: &mut Part<Of<'a>>) -> Result<(), Full> {
        let Part::AllOf(all) = part else {
            return Ok(());
        };
        let marks: Vec<Option<Mark>> = all.parts.iter().map(|part| self.mark(part)).collect();
        let Some(before) = self.indexes.again(&marks) else {
            return Ok(());
        };
        let (mut again, mut rest) = (Vec::new(), Vec::new());
        for (part, mark) in all.parts.drain(..).zip(marks) {
            match mark.filter(|mark| before.contains(&hash(mark))) {
                Some(mark) => again.push((mark, part)),
                None => rest.push(part),
            }
        }
        let (marks, parts): (Vec<_>, Vec<_>) = again.into_iter().unzip();
        let group = Part::AllOf(Parts { parts, cheap: 0 });
        let (world, words, ranges) = (self.world, self.words, &self.ranges);
        let joint = self.indexes.joint(&marks, |indexes| {
            let group = resolved(&group, indexes);
            evaluate::all_of(&group, ranges, world, words, indexes)
        })?;
        match (joint, group) {
            (Some(place), _) => rest.push(Part::Set(Of::Kept(place))),
            (None, Part::AllOf(group)) => rest.extend(group.parts),
            _ => {}
        }
        all.parts = rest;
        Ok(())
    }

    /// What tells a part from all others; `None` if it is more than what indexes know.
    fn mark(&self, part: &Part<Of<'_>>) -> Option<Mark> {
        let mut mark = Mark::new();
        mark_of(part, self.indexes, &self.ranges, &mut mark)?;
        Some(mark)
    }

    /// Makes one range of those of the same numbers.
    pub(super) fn join_ranges(&mut self, parts: &mut Vec<Part<Of<'a>>>) {
        let mut at = 0;
        while at < parts.len() {
            let (before, rest) = parts.split_at_mut(at);
            at += 1;
            let Some(Part::Range(second)) = rest.first() else {
                continue;
            };
            let Some(Range { between, cuts, .. }) = self.ranges.get(*second) else {
                continue;
            };
            let (between, cuts) = (*between, *cuts);
            let is_same = |part: &Part<Of<'_>>| match part {
                Part::Range(number) => {
                    let range = self.ranges.get(*number);
                    range.is_some_and(|range| range.cuts == cuts)
                }
                _ => false,
            };
            let first = before.iter().position(is_same);
            let Some(part) = first.and_then(|first| before.get_mut(first)) else {
                continue;
            };
            let Part::Range(number) = *part else {
                continue;
            };
            let Some(range) = self.ranges.get_mut(number) else {
                continue;
            };
            range.between.from = range.between.from.max(between.from);
            range.between.to = range.between.to.min(between.to);
            let placed = self.indexes.cuts(cuts);
            match placed.and_then(|cuts| cuts.place(&range.between)) {
                Some(placed) => range.placed = placed,
                None => *part = Part::Nobody,
            }
            at -= 1;
            parts.remove(at);
        }
    }
}
