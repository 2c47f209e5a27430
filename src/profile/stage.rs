//! Values of new users on their way in, many users at a time: those of an attribute side by side, so
//! that its column takes all of them at once.
//!
//! It takes what columns are ready for: a type of value that an attribute never had, or the first
//! value among 65,536 users, is left to [`Profiles::reserve`], and comes through here from then on.

use super::column::{Column, LaneKind};
use super::packing::Writer;
use super::read::{self, COMMON};
use super::text_cache::{Key, TextCache};
use super::time_text::Time;
use super::values::Values;
use super::{AttributeIx, Profiles, decimal};
use crate::identity::UserIx;
use alloc::vec::Vec;

/// Users of a stage.
// Tried besides: 64 (a tenth slower), 1,024 (no faster).
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
    texts: TextCache,
    /// The use of the stage since which the numbers in `texts` hold.
    texts_of: u32,
}

/// A list or an object that is being written.
struct Open {
    place: usize,
    count: u32,
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
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The entries of the row at hand: where each begins.
    entries: Vec<(AttributeIx, usize)>,
    open: Vec<Open>,
    sorted: Vec<u8>,
    shared: TextCache,
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
        self.begin_row();
    }

    fn begin_row(&mut self) {
        self.entries.clear();
        self.open.clear();
    }

    /// The row of a user.
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
    fn put(
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
    fn count(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.count += 1;
        }
    }

    fn entry(&mut self, at: AttributeIx) -> Option<()> {
        self.entries.try_reserve(1).ok()?;
        self.entries.push((at, self.bytes.len()));
        Some(())
    }

    /// Ends the row: its entries have to rise by attribute.
    fn end_row(&mut self) -> Option<()> {
        if !self.entries.is_sorted() {
            self.sort_row()?;
        }
        self.ends.try_reserve(1).ok()?;
        self.ends.push(self.bytes.len());
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
        let next = |at: usize, entries: &[(AttributeIx, usize)]| {
            let later = entries.iter().map(|&(_, start)| start);
            later.filter(|&start| start > at).min().unwrap_or(end)
        };
        let mut order = core::mem::take(&mut self.entries);
        order.sort_unstable();
        for &(_, start) in &order {
            let bytes = self.bytes.get(start..next(start, &order))?;
            self.sorted.extend_from_slice(bytes);
        }
        self.entries = order;
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
    fn decimal(&mut self, mut whole: i64, mut scale: u8) -> Option<i64> {
        if scale > self.scale {
            (whole, scale) = shortest(whole, scale);
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

/// The values of the user whose row is at hand.
pub(crate) struct Staging<'a>(pub(crate) &'a mut Profiles);

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
    }
}

impl Staging<'_> {
    /// The attribute is absent after all, which was written as a list or an object.
    pub(crate) fn take_back(&mut self, at: AttributeIx) {
        let stage = &mut self.0.stage;
        let Some(index) = stage.entries.iter().position(|&(other, _)| other == at) else {
            return;
        };
        let (_, begin) = stage.entries.remove(index);
        let next = stage.entries.get(index).map(|&(_, start)| start);
        let end = next.unwrap_or(stage.bytes.len());
        stage.bytes.drain(begin..end);
        for (_, start) in stage.entries.iter_mut().skip(index) {
            *start -= end - begin;
        }
    }

    /// Stages a value, which `number` makes a number of.
    #[inline(always)]
    fn put(
        &mut self,
        at: AttributeIx,
        kind: LaneKind,
        number: impl FnOnce(&mut StagedLane) -> Option<i64>,
    ) -> Option<()> {
        let Profiles { columns, stage, .. } = &mut *self.0;
        stage.put(at, kind, columns, |lane, _| number(lane))?;
        self.common(at)
    }

    /// Notes in the row that the user has a single value, where that is not to be seen otherwise.
    #[inline]
    fn common(&mut self, at: AttributeIx) -> Option<()> {
        if (at.0 as usize) < COMMON {
            return Some(());
        }
        self.0.stage.entry(at)?;
        self.writer().head(read::head(at, false)).ok()
    }

    #[inline]
    fn writer(&mut self) -> Writer<'_> {
        Writer {
            shared: &mut self.0.shared,
            seed: &self.0.seed,
            budget: &mut self.0.budget,
            out: &mut self.0.stage.bytes,
        }
    }

    /// A text within a list or an object, which may be a key.
    #[inline]
    fn write_text(&mut self, text: &[u8]) -> Option<()> {
        let key = Key::new(text);
        if let Some(number) = key.and_then(|key| self.0.stage.shared.get(key)) {
            return self.writer().shared_text(number).ok();
        }
        let Profiles {
            shared,
            seed,
            budget,
            ..
        } = &mut *self.0;
        let Some(number) = shared.number(text, seed, budget).ok()? else {
            return self.writer().own_text(text).ok();
        };
        if let Some(key) = key {
            self.0.stage.shared.put(key, number);
        }
        self.writer().shared_text(number).ok()
    }
}

/// The time that a text is, which few are.
#[inline]
fn time(text: &[u8]) -> Option<Time> {
    let may_be = text.len() >= 10 && text.first().is_some_and(u8::is_ascii_digit);
    if may_be { Time::read(text) } else { None }
}

/// The same with no zero at the end of the decimals.
#[inline]
fn shortest(mut whole: i64, mut scale: u8) -> (i64, u8) {
    while scale > 0 && whole % 10 == 0 {
        whole /= 10;
        scale -= 1;
    }
    (whole, scale)
}

impl Values for Staging<'_> {
    fn null_item(&mut self) -> Option<()> {
        self.0.stage.count();
        self.writer().null().ok()
    }

    #[inline]
    fn bool(&mut self, at: Option<AttributeIx>, value: bool) -> Option<()> {
        match at {
            Some(at) => self.put(at, LaneKind::Bool, |_| Some(i64::from(value))),
            None => {
                self.0.stage.count();
                self.writer().bool(value).ok()
            }
        }
    }

    #[inline]
    fn decimal(&mut self, at: Option<AttributeIx>, whole: i64, scale: u8) -> Option<()> {
        let Some(at) = at else {
            let (whole, scale) = shortest(whole, scale);
            if scale > decimal::MAX_SCALE {
                return Values::number(self, None, decimal::double(whole, scale));
            }
            self.0.stage.count();
            return self.writer().decimal(whole, scale).ok();
        };
        self.put(at, LaneKind::Decimal, |lane| lane.decimal(whole, scale))
            .or_else(|| Values::number(self, Some(at), decimal::double(whole, scale)))
    }

    fn number(&mut self, at: Option<AttributeIx>, value: f64) -> Option<()> {
        match at {
            Some(at) => self.put(at, LaneKind::Double, |_| Some(value.to_bits() as i64)),
            None => {
                self.0.stage.count();
                self.writer().number(value).ok()
            }
        }
    }

    #[inline]
    fn text(&mut self, at: Option<AttributeIx>, text: &[u8]) -> Option<()> {
        let time = time(text);
        let Some(at) = at else {
            self.0.stage.count();
            return match time {
                Some(time) => self.writer().time(time).ok(),
                None => self.write_text(text),
            };
        };
        if let Some(Time { format, number }) = time {
            return self.put(at, LaneKind::Time(format), |_| Some(number));
        }
        let Profiles {
            columns,
            stage,
            seed,
            budget,
            ..
        } = &mut *self.0;
        stage.put(at, LaneKind::Text, columns, |lane, columns| {
            let key = Key::new(text);
            let number = match key.and_then(|key| lane.texts.get(key)) {
                Some(number) => number,
                None => {
                    let column = columns.get_mut(at.0 as usize)?;
                    let number = column.number_of(text, seed, budget)?;
                    if let Some(key) = key {
                        lane.texts.put(key, number);
                    }
                    number
                }
            };
            Some(i64::from(number))
        })?;
        self.common(at)
    }

    fn id_item(&mut self, number: u32) -> Option<()> {
        self.0.stage.count();
        self.writer().id(number).ok()
    }

    fn begin(&mut self, at: Option<AttributeIx>, is_object: bool) -> Option<()> {
        match at {
            Some(at) => {
                self.0.stage.entry(at)?;
                self.writer().head(read::head(at, true)).ok()?;
            }
            None => self.0.stage.count(),
        }
        let place = self.writer().begin(is_object).ok()?;
        let open = &mut self.0.stage.open;
        open.try_reserve(1).ok()?;
        open.push(Open { place, count: 0 });
        Some(())
    }

    fn key(&mut self, key: &[u8], memo: Option<&mut u32>) -> Option<()> {
        let Some(memo) = memo else {
            return self.write_text(key);
        };
        if let Some(number) = memo.checked_sub(1) {
            return self.writer().shared_text(number).ok();
        }
        let Profiles {
            shared,
            seed,
            budget,
            ..
        } = &mut *self.0;
        // Texts that are shared keep their numbers.
        match shared.number(key, seed, budget).ok()? {
            Some(number) => {
                *memo = number + 1;
                self.writer().shared_text(number).ok()
            }
            None => self.writer().own_text(key).ok(),
        }
    }

    fn end(&mut self) -> Option<()> {
        let Open { place, count } = self.0.stage.open.pop()?;
        self.writer().end(place, count).ok()
    }
}
