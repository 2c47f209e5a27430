//! `diffCohort`: the difference of two snapshots.

use super::answer::Answer;
use super::input::Input;
use crate::cohort::diff::{Diff, Difference, LinePlace, RefusedIds, Side};
use crate::limits::MAX_PROBLEMS;
use crate::path::Path;
use crate::problem::{Code, Finding, Place, Problems, Span};
use alloc::vec::Vec;
use wasm_bindgen::prelude::wasm_bindgen;

/// One diff in the making; used once.
#[wasm_bindgen]
pub struct RawDiff {
    input: Input,
    answer: Answer,
    diff: Option<Diff>,
    difference: Option<Difference>,
    offsets: Vec<u32>,
    ranges: Vec<f64>,
}

#[wasm_bindgen]
impl RawDiff {
    /// A diff of nothing yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> RawDiff {
        let mut seed = [0; 32];
        // Where the host has no source of randomness, which no supported one lacks, ids can be
        // chosen to collide.
        let _ = getrandom::fill(&mut seed);
        RawDiff {
            input: Input::default(),
            answer: Answer::default(),
            diff: Some(Diff::new(seed)),
            difference: None,
            offsets: Vec::new(),
            ranges: Vec::new(),
        }
    }

    /// Where `len` bytes can be written; 0 where memory ran out.
    pub fn reserve(&mut self, len: usize) -> usize {
        self.input.reserve(len)
    }

    /// Takes ids of a side: their offsets in four bytes each, then their bytes.
    pub fn push(&mut self, next: bool, offsets_len: usize, len: usize) -> usize {
        let input = self.input.get(len);
        let (offsets, text) = input.split_at_checked(offsets_len).unwrap_or((&[], input));
        let (offsets, _) = offsets.as_chunks();
        self.offsets.clear();
        let room = self.offsets.try_reserve(offsets.len());
        let taken = if let (Ok(()), Some(diff)) = (room, &mut self.diff) {
            self.offsets
                .extend(offsets.iter().map(|&word| u32::from_le_bytes(word)));
            diff.push(side(next), text, &self.offsets)
        } else {
            Err(OUT_OF_MEMORY)
        };
        self.tell(taken, next)
    }

    /// Takes a piece of the newline-separated text of a side.
    pub fn push_lines(&mut self, next: bool, len: usize) -> usize {
        let taken = match &mut self.diff {
            Some(diff) => diff.push_lines(side(next), self.input.get(len)),
            None => Err(OUT_OF_MEMORY),
        };
        self.tell(taken, next)
    }

    /// Compares. Numbers: the counts.
    pub fn finish(&mut self) -> usize {
        let finished = self.diff.take().map(Diff::finish);
        let taken = match finished {
            Some(Ok(difference)) => {
                self.difference = Some(difference);
                Ok(())
            }
            Some(Err(refused)) => Err(refused),
            None => Err(OUT_OF_MEMORY),
        };
        let next = !matches!(taken, Err(refused) if refused.side == Some(Side::Previous));
        let at = self.tell(taken, next);
        let Some(difference) = &self.difference else {
            return at;
        };
        let counts = difference.counts();
        self.answer.begin();
        self.answer.numbers(&[
            counts.previous,
            counts.next,
            counts.added,
            counts.removed,
            counts.unchanged,
            counts.previous_repeats,
            counts.next_repeats,
        ]);
        self.answer.finish(&Problems::new(0))
    }

    /// Number: the place of the pairs of first byte and byte after the last of the lines that only
    /// this side has; or, for ids that came with offsets, of their places.
    pub fn only_in(&mut self, next: bool, lines: bool) -> usize {
        let mut taken = Ok(());
        self.ranges.clear();
        if let Some(difference) = &self.difference {
            let counts = difference.counts();
            let count = if next { counts.added } else { counts.removed };
            let ranges = &mut self.ranges;
            if ranges.try_reserve_exact(count as usize * 2).is_err() {
                taken = Err(OUT_OF_MEMORY);
            } else {
                match (next, lines) {
                    (true, true) => extend_pairs(ranges, difference.added_ranges()),
                    (false, true) => extend_pairs(ranges, difference.removed_ranges()),
                    (true, false) => ranges.extend(difference.added().map(f64::from)),
                    (false, false) => ranges.extend(difference.removed().map(f64::from)),
                }
            }
        }
        let problems = found(taken, next);
        self.answer.begin();
        self.answer.place(&self.ranges);
        self.answer.finish(&problems)
    }

    fn tell(&mut self, taken: Result<(), RefusedIds>, next: bool) -> usize {
        let problems = found(taken, next);
        self.answer.begin();
        self.answer.finish(&problems)
    }
}

const OUT_OF_MEMORY: RefusedIds = RefusedIds {
    code: Code::LimitMemory,
    index: 0,
    place: None,
    side: None,
};

fn side(next: bool) -> Side {
    if next { Side::Next } else { Side::Previous }
}

fn extend_pairs(out: &mut Vec<f64>, ranges: impl Iterator<Item = (u64, u64)>) {
    for (start, end) in ranges {
        out.push(start as f64);
        out.push(end as f64);
    }
}

fn found(taken: Result<(), RefusedIds>, next: bool) -> Problems {
    let mut problems = Problems::new(MAX_PROBLEMS);
    if let Err(RefusedIds {
        code, index, place, ..
    }) = taken
    {
        let side = Path::Key(&Path::Root, if next { "next" } else { "previous" });
        let mut path = Path::Index(&side, index);
        // Memory is no id's fault.
        if code == Code::LimitMemory {
            path = Path::Root;
        }
        let (offset, span, place) = match place {
            Some(LinePlace {
                offset,
                line,
                column,
            }) => (offset, Span::new(0, 1), Place::at(line, column)),
            None => (0, Span::default(), Place::START),
        };
        problems.set_base(offset);
        problems.push(Finding::error(code), &path, span);
        problems.locate_piece(&[], place);
    }
    problems
}
