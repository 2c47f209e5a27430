//! Reading a user's values into the stage.

use super::column::LaneKind;
use super::packing::Writer;
use super::read::{self, COMMON};
use super::stage::{Open, StagedLane};
use super::text_cache::Key;
use super::time_text::Time;
use super::values::Values;
use super::{AttributeIx, Profiles, decimal, room};

/// The values of the user whose row is at hand.
pub(crate) struct Staging<'a>(pub(crate) &'a mut Profiles);

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

    #[inline]
    fn shared_number(&mut self, text: &[u8]) -> Option<Option<u32>> {
        let Profiles {
            shared,
            seed,
            budget,
            stage,
            ..
        } = &mut *self.0;
        let marks = Some(&mut stage.marks);
        shared.number(text, seed, budget, marks).ok()
    }

    /// A text within a list or an object, which may be a key.
    #[inline]
    fn write_text(&mut self, text: &[u8]) -> Option<()> {
        let key = Key::new(text);
        if let Some(number) = key.and_then(|key| self.0.stage.shared.get(key)) {
            return self.writer().shared_text(number).ok();
        }
        let Some(number) = self.shared_number(text)? else {
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
            let (whole, scale) = decimal::shortest(whole, scale);
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
        if let Some(time) = time {
            return Values::time(self, at, time, text);
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

    #[inline]
    fn time(&mut self, at: AttributeIx, time: Time, _text: &[u8]) -> Option<()> {
        self.put(at, LaneKind::Time(time.format), |_| Some(time.number))
    }

    fn id_item(&mut self, number: u32) -> Option<()> {
        self.0.stage.count();
        self.writer().id(number).ok()
    }

    fn begin(&mut self, at: Option<AttributeIx>, is_object: bool) -> Option<()> {
        match at {
            Some(at) => {
                self.0.columns.get_mut(at.0 as usize)?.has_trees = true;
                self.0.stage.entry(at)?;
                self.writer().head(read::head(at, true)).ok()?;
            }
            None => self.0.stage.count(),
        }
        let place = self.writer().begin(is_object).ok()?;
        let open = &mut self.0.stage.open;
        room::quick(open, 1).ok()?;
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
        // Texts that are shared keep their numbers.
        match self.shared_number(key)? {
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
