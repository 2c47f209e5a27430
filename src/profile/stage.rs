//! Values of new users on their way in, many users at a time: those of an attribute side by side, so
//! that its column takes all of them at once.
//!
//! It takes what columns are ready for: a type of value that an attribute never had, or the first
//! value among 65,536 users, is left to [`Profiles::reserve`], and comes through here from then on.

use super::column::{Column, LaneKind};
use super::shared_texts::Mark;
use super::text_cache::TextCache;
use super::{AttributeIx, Profiles, decimal, order, room};
use crate::identity::UserIx;
use alloc::vec::Vec;

/// Users of a stage.
pub(crate) const ROWS: usize = 256;
/// Lanes that are staged, so that what is many attributes does not take much memory here.
const MOST_LANES: usize = 512;

/// No lane.
const NONE: u16 = u16::MAX;

/// Values of one type of an attribute.
pub(super) struct StagedLane {
    pub(super) at: AttributeIx,
    pub(super) kind: LaneKind,
    /// Another lane of the attribute.
    next: u16,
    /// The batch that it was last used in.
    batch: u32,
    /// The scale of the decimals there, and how far they reach.
    scale: u8,
    bounds: (i64, i64),
    /// Of each user; of one without a value an arbitrary one.
    pub(super) numbers: Vec<i64>,
    /// A bit for each user who has a value.
    pub(super) present: [u64; ROWS / 64],
    pub(super) texts: TextCache,
    /// The use of the stage since which the numbers in `texts` hold.
    texts_of: u32,
}

/// A list or an object that is being written.
pub(super) struct Open {
    pub(super) place: usize,
    pub(super) count: u32,
}

/// The users' values.
#[derive(Default)]
pub(super) struct Stage {
    /// The user of the first row.
    first: UserIx,
    /// Whole users.
    pub(super) rows: usize,
    batch: u32,
    uses: u32,
    pub(super) lanes: Vec<StagedLane>,
    /// By attribute, the first of its lanes.
    columns: Vec<u16>,
    /// The lanes in which a value came in this batch.
    pub(super) touched: Vec<u16>,
    /// What stands in rows: all users' bytes, and where those of each end.
    pub(super) bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The entries of the row at hand: where each begins.
    pub(super) entries: Vec<(AttributeIx, usize)>,
    pub(super) open: Vec<Open>,
    sorted: Vec<u8>,
    starts: Vec<usize>,
    pub(super) shared: TextCache,
    /// Which texts came for the first time, and where those of each user end.
    pub(super) marks: Vec<Mark>,
    mark_ends: Vec<usize>,
}

impl Stage {
    /// Goes on to users from this one on, with nothing staged.
    fn begin(&mut self, first: UserIx) {
        self.first = first;
        self.rows = 0;
        self.batch = self.batch.wrapping_add(1);
        self.touched.clear();
        self.bytes.clear();
        self.ends.clear();
        self.marks.clear();
        self.mark_ends.clear();
        self.begin_row();
    }

    fn begin_row(&mut self) {
        self.entries.clear();
        self.open.clear();
    }

    /// The row of a user.
    #[inline]
    pub(super) fn row(&self, row: usize) -> &[u8] {
        let begin = row.checked_sub(1).and_then(|before| self.ends.get(before));
        let begin = begin.copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(begin);
        self.bytes.get(begin..end).unwrap_or(&[])
    }

    /// The lane for these values of an attribute, for this batch; `None` if the column is not ready for them.
    #[cold]
    #[inline(never)]
    fn open_lane(&mut self, at: AttributeIx, kind: LaneKind, columns: &[Column]) -> Option<u16> {
        let index = at.0 as usize;
        let (scale, bounds) = columns.get(index)?.ready(self.first, kind)?;
        if self.columns.len() <= index {
            self.columns
                .try_reserve_exact(columns.len() - self.columns.len())
                .ok()?;
            self.columns.resize(columns.len(), NONE);
        }
        let head = self.columns.get_mut(index)?;
        let mut number = *head;
        while let Some(lane) = self.lanes.get(usize::from(number))
            && lane.kind != kind
        {
            number = lane.next;
        }
        if number == NONE {
            if self.lanes.len() >= MOST_LANES {
                return None;
            }
            let mut numbers = Vec::new();
            numbers.try_reserve_exact(ROWS).ok()?;
            numbers.resize(ROWS, 0);
            self.lanes.try_reserve(1).ok()?;
            number = self.lanes.len() as u16;
            self.lanes.push(StagedLane {
                at,
                kind,
                next: core::mem::replace(head, number),
                batch: 0,
                scale,
                bounds,
                numbers,
                present: [0; ROWS / 64],
                texts: TextCache::default(),
                texts_of: 0,
            });
        }
        let lane = self.lanes.get_mut(usize::from(number))?;
        if lane.batch != self.batch {
            self.touched.try_reserve(1).ok()?;
            self.touched.push(number);
            lane.batch = self.batch;
            lane.scale = scale;
            lane.bounds = bounds;
            lane.present = [0; ROWS / 64];
            if lane.texts_of != self.uses {
                lane.texts_of = self.uses;
                lane.texts.clear();
            }
        }
        Some(number)
    }

    /// Stages a value, which `number` makes a number of.
    #[inline(always)]
    pub(super) fn put(
        &mut self,
        at: AttributeIx,
        kind: LaneKind,
        columns: &mut [Column],
        number: impl FnOnce(&mut StagedLane, &mut [Column]) -> Option<i64>,
    ) -> Option<()> {
        let last = self.columns.get(at.0 as usize).copied().unwrap_or(NONE);
        let last = match self.lanes.get(usize::from(last)) {
            Some(lane) if lane.kind == kind && lane.batch == self.batch => last,
            _ => self.open_lane(at, kind, columns)?,
        };
        let lane = self.lanes.get_mut(usize::from(last))?;
        let number = number(lane, columns)?;
        *lane.numbers.get_mut(self.rows)? = number;
        *lane.present.get_mut(self.rows / 64)? |= 1 << (self.rows % 64);
        Some(())
    }

    /// Counts an element or a member's key of what is being written.
    #[inline]
    pub(super) fn count(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.count += 1;
        }
    }

    #[inline]
    pub(super) fn entry(&mut self, at: AttributeIx) -> Option<()> {
        room::quick(&mut self.entries, 1).ok()?;
        self.entries.push((at, self.bytes.len()));
        Some(())
    }

    /// Ends the row: its entries have to rise by attribute.
    fn end_row(&mut self) -> Option<()> {
        if !self.entries.is_sorted() {
            self.sort_row()?;
        }
        room::quick(&mut self.ends, 1).ok()?;
        room::quick(&mut self.mark_ends, 1).ok()?;
        self.ends.push(self.bytes.len());
        self.mark_ends.push(self.marks.len());
        self.rows += 1;
        self.begin_row();
        Some(())
    }

    #[cold]
    fn sort_row(&mut self) -> Option<()> {
        let begin = self.entries.first()?.1;
        let end = self.bytes.len();
        self.sorted.clear();
        self.sorted.try_reserve(end - begin).ok()?;
        self.starts.clear();
        self.starts.try_reserve(self.entries.len()).ok()?;
        self.starts
            .extend(self.entries.iter().map(|&(_, start)| start));
        self.entries = order::sorted(core::mem::take(&mut self.entries));
        for &(_, start) in &self.entries {
            // They rise, as the entries were written one behind the other.
            let after = self.starts.partition_point(|&other| other <= start);
            let next = self.starts.get(after).copied().unwrap_or(end);
            self.sorted.extend_from_slice(self.bytes.get(start..next)?);
        }
        self.bytes.truncate(begin);
        self.bytes.extend_from_slice(&self.sorted);
        Some(())
    }

    /// Forgets the row at hand.
    fn cancel_row(&mut self) {
        let (word, bit) = (self.rows / 64, 1 << (self.rows % 64));
        for &number in &self.touched {
            let lane = self.lanes.get_mut(usize::from(number));
            if let Some(word) = lane.and_then(|lane| lane.present.get_mut(word)) {
                *word &= !bit;
            }
        }
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        self.begin_row();
    }
}

impl StagedLane {
    /// The number of a decimal, if it can stand beside those that are there.
    #[inline]
    pub(super) fn decimal(&mut self, mut whole: i64, mut scale: u8) -> Option<i64> {
        if scale > self.scale {
            (whole, scale) = decimal::shortest(whole, scale);
        }
        let multiply = decimal::power(self.scale.checked_sub(scale)?);
        let number = whole.checked_mul(multiply)?;
        let (low, high) = self.bounds;
        let bounds = (low.min(number), high.max(number));
        if !decimal::is_exact(number) || !decimal::fits(bounds) {
            return None;
        }
        self.bounds = bounds;
        Some(number)
    }
}

impl Profiles {
    /// Texts may have been numbered anew since the stage was used last.
    pub(crate) fn use_stage(&mut self) {
        self.stage.uses = self.stage.uses.wrapping_add(1);
        self.stage.shared.clear();
    }

    /// Begins to stage users, the first of whom has this number; answers how many there may be, none if
    /// there are users from that number on.
    pub(crate) fn begin_stage(&mut self, first: UserIx) -> usize {
        self.stage.begin(first);
        if first < self.end {
            return 0;
        }
        ROWS.min(super::block::BLOCK - first as usize % super::block::BLOCK)
    }

    /// Ends the row of a user, whose values are complete; `None` where memory has run out.
    pub(crate) fn end_row(&mut self) -> Option<()> {
        self.stage.end_row()
    }

    /// Forgets the values of the user whose row is at hand.
    pub(crate) fn cancel_row(&mut self) {
        self.stage.cancel_row();
        self.take_marks_back(self.stage.rows);
    }

    /// What texts the users from this one on have is going to come again.
    pub(super) fn take_marks_back(&mut self, rows: usize) {
        let kept = rows.checked_sub(1);
        let kept = kept.and_then(|last| self.stage.mark_ends.get(last));
        let kept = kept.copied().unwrap_or(0);
        self.shared.take_back(self.stage.marks.drain(kept..));
    }
}
