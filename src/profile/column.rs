//! One attribute of all users, where it is a single value.
//!
//! A column has a lane for each type of value, and a user a value in one lane at most. Numbers that
//! are no short decimals have a lane of their own, and so have times of each format: one value out
//! of line makes no other wider.

use super::block::{Block, Frame, Run};
use super::dictionary::Dictionary;
use super::scan::Stretch;
use super::time_text::Time;
use super::{Scalar, decimal, room};
use crate::hash::Seed;
use crate::identity::UserIx;
use crate::identity::directory::{Budget, Full};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Texts of a dictionary up to which it is not worth looking for those that nobody has.
const TEXTS: usize = 1024;

/// What the numbers of a lane are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LaneKind {
    Bool,
    /// Whole numbers, divided by a power of ten that each block has.
    Decimal,
    /// The bits of doubles.
    Double,
    /// Numbers in the dictionary.
    Text,
    /// Times in the format with this index.
    Time(u8),
}

struct Lane {
    kind: LaneKind,
    /// Rising by number. None is empty, but for one that is prepared.
    blocks: Vec<Block>,
    /// How many users have a value here.
    count: u32,
    texts: Option<Box<Dictionary>>,
}

/// The lanes.
#[derive(Default)]
pub(super) struct Column {
    lanes: Vec<Lane>,
    /// May somebody have a list or an object, which stands in a row?
    pub(super) has_trees: bool,
}

fn block_of(user: UserIx) -> (u16, u16) {
    ((user >> 16) as u16, user as u16)
}

impl Lane {
    fn new(kind: LaneKind) -> Lane {
        Lane {
            kind,
            blocks: Vec::new(),
            count: 0,
            texts: None,
        }
    }

    /// The index of a block, or where it would stand.
    #[inline]
    fn place(&self, number: u16) -> Result<usize, usize> {
        // Where no block is missing, each stands at its number.
        let at = usize::from(number);
        if self
            .blocks
            .get(at)
            .is_some_and(|block| block.number == number)
        {
            return Ok(at);
        }
        self.blocks
            .binary_search_by_key(&number, |block| block.number)
    }

    fn block(&self, number: u16) -> Option<&Block> {
        self.blocks.get(self.place(number).ok()?)
    }

    fn block_mut(&mut self, number: u16) -> Option<&mut Block> {
        let index = self.place(number).ok()?;
        self.blocks.get_mut(index)
    }

    fn has(&self, user: UserIx) -> bool {
        let (number, position) = block_of(user);
        self.block(number).is_some_and(|block| block.has(position))
    }

    fn prepare(
        &mut self,
        user: UserIx,
        number: i64,
        frame: Frame,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let (block, position) = block_of(user);
        let index = match self.place(block) {
            Ok(index) => index,
            Err(index) => {
                room::more(&mut self.blocks, 1, budget)?;
                self.blocks.insert(index, Block::new(block));
                index
            }
        };
        let block = self.blocks.get_mut(index).ok_or(Full)?;
        block.prepare(position, number, frame, budget)
    }

    fn prepare_clear(&mut self, user: UserIx, budget: &mut Budget) -> Result<(), Full> {
        let (number, position) = block_of(user);
        self.block_mut(number)
            .map_or(Ok(()), |block| block.prepare_remove(position, budget))
    }

    fn clear(&mut self, user: UserIx, budget: &mut Budget) {
        let (number, position) = block_of(user);
        let Ok(index) = self.place(number) else {
            return;
        };
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        if block.remove(position) {
            self.count -= 1;
            if block.count() == 0 {
                budget.give_back(block.bytes());
                self.blocks.remove(index);
            }
        }
    }

    fn bytes(&self) -> usize {
        let texts = self.texts.as_ref();
        room::bytes_of(&self.blocks)
            + self.blocks.iter().map(Block::bytes).sum::<usize>()
            + texts.map_or(0, |texts| size_of::<Dictionary>() + texts.bytes())
    }

    /// Forgets texts that nobody has, once they are most. Where there is too little memory for
    /// both at once, all stays as it is.
    fn tidy(&mut self, seed: &Seed, budget: &mut Budget) {
        let texts = self.texts.as_ref().map_or(0, |texts| texts.len());
        if texts > TEXTS && texts / 2 > self.count as usize {
            self.tidy_now(seed, budget);
        }
    }

    /// The same, however few they are. Answers whether that has made room.
    fn tidy_now(&mut self, seed: &Seed, budget: &mut Budget) -> bool {
        let texts = self.texts.as_ref().map_or(0, |texts| texts.len());
        let before = budget.used;
        let done = self.without_unused(texts, seed, budget);
        if done.is_err() {
            budget.used = before;
        }
        done.is_ok()
    }

    /// Errors where no text is unused, or where it would take more.
    #[cold]
    fn without_unused(&mut self, len: usize, seed: &Seed, budget: &mut Budget) -> Result<(), Full> {
        let before = budget.used;
        let mut numbers: Vec<u32> = Vec::new();
        room::at_least(&mut numbers, len, budget)?;
        numbers.resize(len, u32::MAX);
        for block in &self.blocks {
            block.each(|_, number| {
                if let Some(number) = numbers.get_mut(number as usize) {
                    *number = 0;
                }
            });
        }
        if !numbers.contains(&u32::MAX) {
            return Err(Full);
        }
        let old = self.texts.take().unwrap_or_default();
        let mut new = Dictionary::default();
        for (number, text) in numbers.iter_mut().zip(0..) {
            if *number == 0 {
                match new.number(old.get(text), seed, budget) {
                    Ok(given) => *number = given,
                    Err(full) => {
                        self.texts = Some(old);
                        return Err(full);
                    }
                }
            }
        }
        if new.bytes() > old.bytes() {
            self.texts = Some(old);
            return Err(Full);
        }
        for block in &mut self.blocks {
            // Numbers are given in the old order, so none becomes greater.
            block.lower(|number| {
                numbers
                    .get(number as usize)
                    .map_or(0, |&new| i64::from(new))
            });
        }
        // The numbers given are not kept; the old dictionary goes, all but the box.
        budget.used = (before + new.bytes()).saturating_sub(old.bytes());
        let mut place = old;
        *place = new;
        self.texts = Some(place);
        Ok(())
    }
}

impl Column {
    /// The value of a user, if it has one.
    pub(super) fn get(&self, user: UserIx) -> Option<Scalar<'_>> {
        let (block, position) = block_of(user);
        self.lanes.iter().find_map(|lane| {
            let block = lane.block(block)?;
            let number = block.get(position)?;
            Some(match lane.kind {
                LaneKind::Bool => Scalar::Bool(number != 0),
                LaneKind::Decimal => Scalar::Number(decimal::unscaled(number, block.scale)),
                LaneKind::Double => Scalar::Number(f64::from_bits(number as u64)),
                LaneKind::Text => {
                    let texts = lane.texts.as_ref();
                    Scalar::Text(texts.map_or(&[], |texts| texts.get(number as u32)))
                }
                LaneKind::Time(format) => Scalar::Time(Time { format, number }),
            })
        })
    }

    /// The values of the users of a block.
    pub(super) fn stretches<'a>(
        &'a self,
        number: u16,
        seed: &'a Seed,
    ) -> impl Iterator<Item = Stretch<'a>> {
        self.lanes.iter().filter_map(move |lane| {
            let block = lane.block(number).filter(|block| block.count() > 0)?;
            let texts = lane.texts.as_deref();
            Some(Stretch::new(lane.kind, block, texts.map(|it| (it, seed))))
        })
    }

    /// Has the user a value?
    pub(super) fn has(&self, user: UserIx) -> bool {
        self.lanes.iter().any(|lane| lane.has(user))
    }

    /// The texts, by the numbers that stretches have for them.
    pub(super) fn texts(&self) -> Option<&Dictionary> {
        self.lanes.iter().find_map(|lane| lane.texts.as_deref())
    }

    /// How many users have a value.
    pub(super) fn count(&self) -> usize {
        self.lanes.iter().map(|lane| lane.count as usize).sum()
    }

    /// Makes room for a value of a user, and answers the lane and the number for [`Column::put`].
    pub(super) fn prepare(
        &mut self,
        user: UserIx,
        value: Scalar<'_>,
        seed: &Seed,
        budget: &mut Budget,
    ) -> Result<(LaneKind, i64), Full> {
        let (kind, number, frame) = match value {
            Scalar::Bool(value) => (LaneKind::Bool, i64::from(value), Frame::CODES),
            Scalar::Time(time) => (LaneKind::Time(time.format), time.number, Frame::PLAIN),
            Scalar::Number(value) => match self.decimal(user, value) {
                Some((number, frame)) => (LaneKind::Decimal, number, frame),
                None => (LaneKind::Double, value.to_bits() as i64, Frame::PLAIN),
            },
            Scalar::Text(text) => {
                let lane = self.lane(LaneKind::Text, budget)?;
                lane.tidy(seed, budget);
                let texts = match &mut lane.texts {
                    Some(texts) => texts,
                    none => {
                        budget.take(size_of::<Dictionary>())?;
                        none.insert(Box::default())
                    }
                };
                let number = texts.number(text, seed, budget)?;
                (LaneKind::Text, i64::from(number), Frame::CODES)
            }
        };
        self.lane(kind, budget)?
            .prepare(user, number, frame, budget)?;
        for lane in &mut self.lanes {
            if lane.kind != kind {
                lane.prepare_clear(user, budget)?;
            }
        }
        Ok((kind, number))
    }

    /// As [`Column::prepare`], for a user behind all others.
    #[inline]
    pub(super) fn prepare_new(
        &mut self,
        user: UserIx,
        value: Scalar<'_>,
        seed: &Seed,
        budget: &mut Budget,
    ) -> Result<(LaneKind, i64), Full> {
        match self.prepared(user, value, seed) {
            Some(prepared) => Ok(prepared),
            None => self.prepare(user, value, seed, budget),
        }
    }

    /// The lane and the number, where there is room for it without more.
    #[inline]
    fn prepared(
        &mut self,
        user: UserIx,
        value: Scalar<'_>,
        seed: &Seed,
    ) -> Option<(LaneKind, i64)> {
        let (number, position) = block_of(user);
        let kind = match value {
            Scalar::Bool(_) => LaneKind::Bool,
            Scalar::Time(time) => LaneKind::Time(time.format),
            Scalar::Number(_) => LaneKind::Decimal,
            Scalar::Text(_) => LaneKind::Text,
        };
        let lane = self.lanes.iter_mut().find(|lane| lane.kind == kind)?;
        let block = lane
            .blocks
            .last_mut()
            .filter(|block| block.number == number)?;
        let number = match value {
            Scalar::Bool(value) => i64::from(value),
            Scalar::Time(time) => time.number,
            Scalar::Number(value) => decimal::scaled(value, block.scale)?,
            Scalar::Text(text) => i64::from(lane.texts.as_ref()?.find(text, seed)?),
        };
        block.takes_next(position, number).then_some((kind, number))
    }

    /// As [`Column::put`], for a user behind all others.
    #[inline]
    pub(super) fn put_new(&mut self, user: UserIx, kind: LaneKind, number: i64) {
        let (block, position) = block_of(user);
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.kind == kind)
            && let Some(block) = lane.block_mut(block)
        {
            block.put(position, number);
            lane.count += 1;
        }
    }

    /// Is there a lane of this kind with values of the users about this one, and nothing behind them?
    /// Then their scale, and how far they reach.
    pub(super) fn ready(&self, user: UserIx, kind: LaneKind) -> Option<(u8, (i64, i64))> {
        let lane = self.lanes.iter().find(|lane| lane.kind == kind)?;
        let block = lane.blocks.last()?;
        let is_ready = block.number == block_of(user).0 && block.count() > 0;
        is_ready.then(|| (block.scale, block.reach()))
    }

    /// The number of a text in a lane of texts that is there, given to it here if it is new.
    pub(super) fn number_of(
        &mut self,
        text: &[u8],
        seed: &Seed,
        budget: &mut Budget,
    ) -> Option<u32> {
        let mut lanes = self.lanes.iter_mut();
        let texts = lanes.find_map(|lane| lane.texts.as_mut())?;
        texts.number(text, seed, budget).ok()
    }

    /// Makes room for values of users behind all others.
    pub(super) fn reserve_run(
        &mut self,
        kind: LaneKind,
        run: &Run,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        let mut lanes = self.lanes.iter_mut();
        let lane = lanes.find(|lane| lane.kind == kind).ok_or(Full)?;
        let frame = match kind {
            LaneKind::Bool | LaneKind::Text => Frame::CODES,
            _ => Frame::PLAIN,
        };
        lane.blocks
            .last_mut()
            .ok_or(Full)?
            .reserve_run(run, frame, budget)
    }

    /// Appends values for which there is room.
    pub(super) fn append(&mut self, kind: LaneKind, run: &Run, numbers: &[i64], present: &[u64]) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.kind == kind)
            && let Some(block) = lane.blocks.last_mut()
        {
            block.append(run, numbers, present);
            lane.count += run.count;
        }
    }

    /// The number as a decimal of its user's block, if it can be one.
    fn decimal(&self, user: UserIx, value: f64) -> Option<(i64, Frame)> {
        let lane = self
            .lanes
            .iter()
            .find(|lane| lane.kind == LaneKind::Decimal);
        let block = lane
            .and_then(|lane| lane.block(block_of(user).0))
            .filter(|block| block.count() > 0);
        let now = block.map_or(0, |block| block.scale);
        let (scale, number) = (now..=decimal::MAX_SCALE)
            .find_map(|scale| Some((scale, decimal::scaled(value, scale)?)))?;
        let multiply = decimal::power(scale - now);
        let (mut low, mut high) = (number, number);
        if let Some(block) = block {
            (low, high) = block.bounds(if scale == now { number } else { 0 });
            for bound in [&mut low, &mut high] {
                *bound = bound.checked_mul(multiply)?;
                if !decimal::is_exact(*bound) {
                    return None;
                }
            }
            (low, high) = (low.min(number), high.max(number));
        }
        decimal::fits((low, high)).then_some((
            number,
            Frame {
                multiply: if block.is_some() { multiply } else { 1 },
                scale,
                ..Frame::PLAIN
            },
        ))
    }

    fn lane(&mut self, kind: LaneKind, budget: &mut Budget) -> Result<&mut Lane, Full> {
        let at = self.lanes.iter().position(|lane| lane.kind == kind);
        if at.is_none() {
            // WHY exactly one: most columns have one lane for good.
            let wanted = self.lanes.len() + 1;
            room::at_least(&mut self.lanes, wanted, budget)?;
            self.lanes.push(Lane::new(kind));
        }
        let at = at.unwrap_or(self.lanes.len() - 1);
        self.lanes.get_mut(at).ok_or(Full)
    }

    /// Forgets texts that nobody has. Answers whether that has made room.
    pub(super) fn tidy_now(&mut self, seed: &Seed, budget: &mut Budget) -> bool {
        let mut texts = self.lanes.iter_mut().filter(|lane| lane.texts.is_some());
        texts.any(|lane| lane.tidy_now(seed, budget))
    }

    /// Makes it possible to remove the user's value.
    pub(super) fn prepare_clear(&mut self, user: UserIx, budget: &mut Budget) -> Result<(), Full> {
        let mut lanes = self.lanes.iter_mut();
        lanes.try_for_each(|lane| lane.prepare_clear(user, budget))
    }

    /// Sets a user's value to what was prepared for it.
    pub(super) fn put(&mut self, user: UserIx, kind: LaneKind, number: i64, budget: &mut Budget) {
        let (block, position) = block_of(user);
        for lane in &mut self.lanes {
            if lane.kind != kind {
                lane.clear(user, budget);
            } else if let Some(block) = lane.block_mut(block) {
                let before = block.count();
                block.put(position, number);
                lane.count += block.count() - before;
            }
        }
        self.drop_empty(budget);
    }

    /// Removes a user's value, for which that was prepared.
    pub(super) fn clear(&mut self, user: UserIx, budget: &mut Budget) {
        for lane in &mut self.lanes {
            lane.clear(user, budget);
        }
        self.drop_empty(budget);
    }

    fn drop_empty(&mut self, budget: &mut Budget) {
        self.lanes.retain(|lane| {
            if lane.count == 0 {
                budget.give_back(lane.bytes());
            }
            lane.count > 0
        });
        if self.lanes.is_empty() {
            budget.give_back(room::bytes_of(&self.lanes));
            self.lanes = Vec::new();
        }
    }

    /// Bytes taken apart from the column itself.
    pub(super) fn bytes(&self) -> usize {
        room::bytes_of(&self.lanes) + self.lanes.iter().map(Lane::bytes).sum::<usize>()
    }
}
