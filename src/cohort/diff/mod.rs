//! The difference of two snapshots of a cohort: who entered, who left.
//!
//! No id is kept. Of each only a digest of 96 bits and its place remain, and the answer is places:
//! the caller has the bytes. Ids are dealt by their digest into shares while they arrive, and each
//! share is compared by itself in a table that fits the cache.
//!
//! **Chance of an error**: two different ids are taken for one with a chance of 2^-93, so a diff of
//! n ids against m is wrong with a chance of at most (n + m)² / 2^94: for a million against a
//! million 2 · 10^-16. It holds for ids that somebody chose as well, since the keys are secret.
//!
//! **Ways that were tried**, with a million ids of 36 bytes a side, 5 % changed, in wasm, before the
//! digests were made by vector instructions, against the whole time of this one: one table of 32 MB,
//! looked up 64 at a time 1.2 times, one by one 1.5 times; sorting both sides twice. From 256 to 1,024
//! shares make no difference, 2,048 take 1.4 times.

mod digest;
mod entries;
mod input;
mod lines;
mod text;

use super::bits::Bits;
use crate::hash::Table;
use crate::json::string_stop;
use crate::problem::Code;
use alloc::vec::Vec;
use digest::Hasher;
use entries::{Entries, Entry, SHARES};
use input::Input;
use lines::Lengths;

/// The older snapshot or the newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the two words say it")]
pub enum Side {
    Previous,
    Next,
}

/// The numbers of a diff. `previous == removed + unchanged + previous_repeats` and
/// `next == added + unchanged + next_repeats`, always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Ids of the older snapshot.
    pub previous: u32,
    /// Ids of the newer snapshot.
    pub next: u32,
    /// Different ids that only the newer one has.
    pub added: u32,
    /// Different ids that only the older one has.
    pub removed: u32,
    /// Different ids that both have.
    pub unchanged: u32,
    /// Ids of the older one that were in it before.
    pub previous_repeats: u32,
    /// Ids of the newer one that were in it before.
    pub next_repeats: u32,
}

/// Why ids were not taken, and at which of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedIds {
    /// What is wrong.
    pub code: Code,
    /// The index of the id: of its line, where ids are lines.
    pub index: u32,
    /// Where it is in the text of the side, where ids are lines and the text is what is wrong.
    pub place: Option<LinePlace>,
    /// The side that a text ends wrong on, which shows only when both are there.
    pub side: Option<Side>,
}

/// A place in lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinePlace {
    /// In bytes.
    pub offset: u64,
    /// From 1.
    pub line: u32,
    /// From 1, in UTF-16 units.
    pub column: u32,
}

/// A diff that is being made. Ids arrive in pieces, in any order of the sides, and how they are
/// cut into pieces changes nothing.
///
/// `Debug` is not offered, since ids are people.
///
/// **Cost**: 16 bytes an id, and two more where ids come as lines; time goes with the bytes.
///
/// **Example**
/// ```
/// use kohort::cohort::diff::{Diff, Side};
/// let mut diff = Diff::new([7; 32]);
/// diff.push_lines(Side::Previous, b"ann\nbo\n")?;
/// diff.push_lines(Side::Next, b"bo\ncy\nde")?;
/// diff.push_lines(Side::Next, b"e\n")?;
/// let difference = diff.finish()?;
/// assert_eq!(difference.removed().collect::<Vec<_>>(), [0]);
/// assert_eq!(difference.added_ranges().collect::<Vec<_>>(), [(3, 5), (6, 9)]);
/// # Ok::<(), kohort::cohort::diff::RefusedIds>(())
/// ```
pub struct Diff {
    hasher: Hasher,
    previous: Input,
    next: Input,
}

/// The answer: which ids, by their places.
pub struct Difference {
    counts: Counts,
    removed: Bits,
    added: Bits,
    previous_lengths: Lengths,
    next_lengths: Lengths,
}

/// What comparing a share needs, kept from one to the next.
#[derive(Default)]
struct Scratch {
    table: Table,
    /// The different ids: those of the older side, then those that only the newer one has.
    known: Vec<Entry>,
    previous_runs: Vec<(u32, u32)>,
    next_runs: Vec<(u32, u32)>,
}

/// The bit of an entry's place that says that the other side has the id as well.
const SHARED: u32 = 1 << 31;

impl Diff {
    /// An empty diff. The seed is to be random and secret, so that nobody can choose ids that
    /// agree or that take long.
    pub fn new(seed: [u8; 32]) -> Diff {
        Diff {
            hasher: Hasher::new(seed),
            previous: Input::new(),
            next: Input::new(),
        }
    }

    fn side(&mut self, side: Side) -> (&Hasher, &mut Input) {
        let input = match side {
            Side::Previous => &mut self.previous,
            Side::Next => &mut self.next,
        };
        (&self.hasher, input)
    }

    /// Takes some whole ids of a side: n of them between n + 1 offsets.
    ///
    /// **Errors**: `ids.offsets`, `json.invalid_utf8`, `limit.memory`. The diff is to be let go
    /// then.
    pub fn push(&mut self, side: Side, bytes: &[u8], offsets: &[u32]) -> Result<(), RefusedIds> {
        let (hasher, input) = self.side(side);
        // WHY: not `is_ascii`, which looks at four bytes at a time in wasm, where this takes 16.
        let ascii = bytes.iter().fold(0, |all, byte| all | byte) < 0x80;
        if !ascii && let Err(error) = core::str::from_utf8(bytes) {
            let at = error.valid_up_to() as u32;
            let begun = offsets.partition_point(|&offset| offset <= at) as u32;
            return Err(RefusedIds {
                code: Code::JsonUtf8,
                index: input.count + begun.saturating_sub(1),
                place: None,
                side: None,
            });
        }
        if offsets.is_empty() {
            return input.refuse(Code::ListOffsets);
        }
        let inside = |at: u32| matches!(bytes.get(at as usize), Some(0x80..=0xBF));
        for bounds in offsets.windows(2) {
            let &[start, end] = bounds else { continue };
            let id = bytes.get(start as usize..end as usize);
            let Some(id) = id.filter(|_| ascii || !(inside(start) || inside(end))) else {
                return input.refuse(Code::ListOffsets);
            };
            input.take(hasher.digest(id))?;
        }
        Ok(())
    }

    /// Takes a piece of the newline-separated text of a side: an id a line, also an empty one. A
    /// piece may end anywhere, also within a character. A line feed may end the last line.
    ///
    /// One side is to be given either as lines or by offsets, so that its ranges mean something.
    ///
    /// **Errors**: `ids.newline` for a carriage return, `ids.bom`, `json.packed`, `json.invalid_utf8`,
    /// `limit.memory`. The diff is to be let go then.
    pub fn push_lines(&mut self, side: Side, text: &[u8]) -> Result<(), RefusedIds> {
        let (hasher, input) = self.side(side);
        let before = input.before;
        if input.begun < input.begin.len() {
            input.begin(text)?;
        }
        let mut start = 0;
        let mut at = 0;
        let mut high = false;
        loop {
            let (stop, more) = string_stop(text, at);
            high |= more;
            match text.get(stop) {
                Some(b'\n') => {
                    let line = text.get(start..stop).unwrap_or(&[]);
                    if input.line.length == 0 {
                        input.take(hasher.digest(line))?;
                        input.take_length(line.len() as u64)?;
                    } else {
                        input.go_on(line, hasher)?;
                        input.end_line(hasher)?;
                    }
                    start = stop + 1;
                }
                Some(b'\r') => {
                    // What is wrong before it comes first, however the text is cut.
                    input.check_text(text.get(..=stop).unwrap_or(text))?;
                    return Err(before.and(text, stop).refuse(Code::ListNewline));
                }
                Some(_) => {}
                None => break,
            }
            at = stop + 1;
        }
        input.go_on(text.get(start..).unwrap_or(&[]), hasher)?;
        if high || !input.character.is_empty() {
            input.check_text(text)?;
        }
        input.before = before.behind(text, start, input.count);
        Ok(())
    }

    /// Compares the sides.
    ///
    /// **Errors**: `json.invalid_utf8` where a text ends within a character, `limit.memory`.
    pub fn finish(mut self) -> Result<Difference, RefusedIds> {
        for side in [Side::Previous, Side::Next] {
            let (hasher, input) = self.side(side);
            if !input.character.is_empty() {
                let before = input.before.without(&input.character);
                return Err(RefusedIds {
                    side: Some(side),
                    ..before.refuse(Code::JsonUtf8)
                });
            }
            if input.line.length > 0 {
                input.end_line(hasher)?;
            }
        }
        let refused = RefusedIds {
            code: Code::LimitMemory,
            index: 0,
            place: None,
            side: None,
        };
        self.compare().ok_or(refused)
    }

    /// `None` if there is too little memory.
    fn compare(self) -> Option<Difference> {
        let Diff { previous, next, .. } = self;
        let mut difference = Difference {
            counts: Counts {
                previous: previous.count,
                next: next.count,
                ..Counts::default()
            },
            removed: Bits::new(previous.count as usize)?,
            added: Bits::new(next.count as usize)?,
            previous_lengths: previous.lengths,
            next_lengths: next.lengths,
        };
        let mut scratch = Scratch::default();
        for share in 0..SHARES {
            difference.compare_share(share, &previous.entries, &next.entries, &mut scratch)?;
        }
        Some(difference)
    }
}

impl Difference {
    /// The numbers.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The places of the ids that only the older snapshot has, rising.
    pub fn removed(&self) -> impl Iterator<Item = u32> + '_ {
        self.removed.among(0..self.counts.previous)
    }

    /// The places of the ids that only the newer snapshot has, rising.
    pub fn added(&self) -> impl Iterator<Item = u32> + '_ {
        self.added.among(0..self.counts.next)
    }

    /// Where those lines stood that only the older snapshot has: the first byte and the byte after
    /// the last, in the whole of its text.
    pub fn removed_ranges(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        lines(&self.previous_lengths, &self.removed)
    }

    /// Where those lines stand that only the newer snapshot has.
    pub fn added_ranges(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        lines(&self.next_lengths, &self.added)
    }

    /// Compares one share of each side. `None` if there is too little memory.
    fn compare_share(
        &mut self,
        share: usize,
        previous: &Entries,
        next: &Entries,
        scratch: &mut Scratch,
    ) -> Option<()> {
        let Scratch {
            table,
            known,
            previous_runs,
            next_runs,
        } = scratch;
        let previous_count = previous.runs(share, previous_runs)?;
        let most = previous_count + next.runs(share, next_runs)?;
        table.try_reset(most)?;
        known.clear();
        known.try_reserve(most).ok()?;
        let counts = &mut self.counts;
        for &run in previous_runs.iter().rev() {
            for entry in previous.run(run) {
                if find(table, known, entry).is_none() {
                    known.push(*entry);
                }
            }
        }
        let older = known.len();
        counts.previous_repeats += (previous_count - older) as u32;
        for &run in next_runs.iter().rev() {
            for entry in next.run(run) {
                let Some(same) = find(table, known, entry) else {
                    known.push(*entry);
                    continue;
                };
                let first_time = match known.get_mut(..older)?.get_mut(same as usize) {
                    Some(same) => {
                        let first_time = same.index() & SHARED == 0;
                        same.mark(SHARED);
                        first_time
                    }
                    None => false,
                };
                counts.unchanged += u32::from(first_time);
                counts.next_repeats += u32::from(!first_time);
            }
        }
        let (older, newer) = known.split_at_checked(older)?;
        for entry in older.iter().filter(|entry| entry.index() & SHARED == 0) {
            counts.removed += 1;
            self.removed.set(entry.index());
        }
        counts.added += newer.len() as u32;
        for entry in newer {
            self.added.set(entry.index());
        }
        Some(())
    }
}

/// The number among `known` of the id that the entry stands for. If it is not there, it is entered
/// as the next one.
#[inline(always)]
fn find(table: &mut Table, known: &[Entry], entry: &Entry) -> Option<u32> {
    table.insert(entry.hash(), known.len() as u32, |other| {
        let other = known.get(other as usize);
        other.is_some_and(|other| other.is_same(entry))
    })
}

fn lines<'a>(lengths: &'a Lengths, which: &'a Bits) -> impl Iterator<Item = (u64, u64)> + 'a {
    let all = lengths.ranges().zip(0..);
    all.filter_map(|(range, index)| which.has(index).then_some(range))
}
