//! Lines of new users, many at a time: what each has is staged, then the directory and the columns
//! take all of them in one go.
//!
//! Everything else is left to [`Intake::put`], a profile at a time: users who are known, what is odd or
//! wrong, and what needs more memory than there is.

use super::intake::Intake;
use crate::identity::ProfileIds;
use crate::identity::UserIx;
use crate::identity::directory::{Full, Newcomers};
use crate::json::{Taken, line_end};
use crate::profile::Staging;
use alloc::vec::Vec;

/// Lines that go the other way, at most, before it is tried again whether there are new users.
const MOST_PASSED: u32 = 1024;
/// Lines that are staged at once, at most; the stage may have room for fewer.
const MOST: usize = 1024;
/// Lines that are staged for finding out whether users are new.
const PROBE: usize = 4;

/// What is kept from batch to batch.
#[derive(Default)]
pub(super) struct Batch {
    new: Newcomers,
    /// Of the profile at hand.
    ids: ProfileIds,
    /// Where each line ends, its line feed included.
    ends: Vec<usize>,
    /// How many lines are staged at most, beyond [`PROBE`].
    most: usize,
    /// How many lines go the other way now, and how many did the last time.
    to_pass: u32,
    passed: u32,
}

/// Why no more lines were staged.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// There is no room for more.
    Room,
    /// There is no further line.
    End,
    /// The next one is not as nearly all are.
    Odd,
}

impl Batch {
    /// Is this line to go the other way? Where users are known, staging them is of no use.
    fn passes(&mut self) -> bool {
        let passes = self.to_pass > 0;
        self.to_pass = self.to_pass.saturating_sub(1);
        passes
    }

    /// Learns from how many lines of those staged were taken, and from what came behind them.
    fn learn(&mut self, staged: usize, taken: usize, stop: Stop) {
        if taken == staged && stop != Stop::Odd {
            self.most = ((self.most + PROBE) * 4).min(MOST);
            self.passed = 0;
            return;
        }
        if taken < staged {
            self.most = taken;
        }
        self.passed = match taken {
            0 => (self.passed * 2).clamp(1, MOST_PASSED),
            _ => 0,
        };
        // The next line goes the other way in any case.
        self.to_pass = self.passed;
    }
}

impl Intake<'_> {
    /// Takes lines off the front of `text`, each a profile of at most `max` bytes of a user who is new,
    /// for as long as there is nothing to tell.
    ///
    /// **Cost**: one pass over the lines, and a second over those behind the first that is not taken.
    pub(super) fn new_users(&mut self, text: &[u8], max: usize) -> Taken {
        let mut taken = Taken::default();
        // Without a whole line there is nothing to do, or to learn.
        if line_end(text, 0) == text.len() || self.quick.batch.passes() {
            return taken;
        }
        self.quick.learn(self.profiles);
        self.profiles.use_stage();
        loop {
            let rest = text.get(taken.bytes..).unwrap_or(&[]);
            let (staged, stop) = self.stage(rest, max);
            let rows = if staged > 0 {
                self.take_staged(staged)
            } else {
                0
            };
            if let Some(last) = rows.checked_sub(1) {
                taken.lines += rows;
                taken.bytes += self.quick.batch.ends.get(last).copied().unwrap_or(0);
            }
            if staged > 0 || stop == Stop::Odd {
                self.quick.batch.learn(staged, rows, stop);
            }
            if rows < staged || stop != Stop::Room {
                return taken;
            }
        }
    }

    /// Stages the users whose lines these are; answers how many.
    fn stage(&mut self, text: &[u8], max: usize) -> (usize, Stop) {
        let first = self.directory.len() as UserIx;
        self.share_memory();
        let batch = &mut self.quick.batch;
        let most = self.profiles.begin_stage(first).min(batch.most + PROBE);
        batch.new.clear();
        batch.ends.clear();
        let (mut at, mut rows) = (0, 0);
        while rows < most {
            let end = line_end(text, at);
            let Some(line) = text.get(at..end).filter(|_| end < text.len()) else {
                return (rows, Stop::End);
            };
            at = end + 1;
            if line.len() > max || self.stage_line(line, at).is_none() {
                self.profiles.cancel_row();
                return (rows, Stop::Odd);
            }
            rows += 1;
        }
        (rows, if rows > 0 { Stop::Room } else { Stop::Odd })
    }

    fn stage_line(&mut self, line: &[u8], end: usize) -> Option<()> {
        let quick = &mut *self.quick;
        let mut ids = core::mem::take(&mut quick.batch.ids);
        ids.clear();
        let to = &mut Staging(self.profiles);
        let read = quick.read(line, self.coordinates, to, &mut ids);
        let batch = &mut quick.batch;
        batch.ids = ids;
        let read = read?;
        if let Some((devices, true)) = read.devices
            && !read.has_push_tokens
        {
            // The directory says all of them.
            to.take_back(devices);
        }
        batch.ends.try_reserve(1).ok()?;
        batch.new.push(&batch.ids, self.directory)?;
        batch.ends.push(end);
        // Cannot fail once the ids are there.
        self.profiles.end_row()
    }

    /// Takes the first of the staged users, as many as are new and as there is room for.
    fn take_staged(&mut self, staged: usize) -> usize {
        let first = self.directory.len() as UserIx;
        let new = core::mem::take(&mut self.quick.batch.new);
        let mut rows = 0;
        if self.reserve_staged(first, staged, &new).is_ok() {
            while rows < staged {
                if self.profiles.reserve_staged_row(first, rows).is_err() {
                    break;
                }
                self.share_memory();
                if self.directory.append_new(&new, rows).is_none() {
                    break;
                }
                self.profiles.append_staged_row(first, rows);
                self.share_memory();
                self.as_of.set(first + rows as UserIx, self.made_at);
                rows += 1;
            }
        }
        self.profiles.append_staged(first, rows);
        self.quick.batch.new = new;
        rows
    }

    /// Makes room for all that can be known before.
    fn reserve_staged(&mut self, first: UserIx, rows: usize, new: &Newcomers) -> Result<(), Full> {
        self.as_of.reserve(first + rows as UserIx, self.made_at)?;
        self.share_memory();
        self.directory.reserve_new(new)?;
        self.share_memory();
        self.profiles.reserve_staged(first, rows)?;
        self.share_memory();
        Ok(())
    }
}
