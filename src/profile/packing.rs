//! Writing lists and objects as bytes, see [`super::packed`].

use super::draft::{Draft, Part};
use super::packed::{
    DECIMAL, DOUBLE, FALSE, ID, INT, LIST, NEAR_TIME, NULL, OBJECT, SHARED, SHARED_1, SHARED_2,
    SMALL_INT, SMALL_LIST, SMALL_OBJECT, TEXT, TIME, TRUE,
};
use super::shared_texts::SharedTexts;
use super::time_text::Time;
use super::{decimal, room, varint};
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// Writes values, behind what `out` holds.
pub(super) struct Writer<'a> {
    pub(super) shared: &'a mut SharedTexts,
    pub(super) seed: &'a Seed,
    /// Of the shared texts. What is written is on its way elsewhere, and is counted there.
    pub(super) budget: &'a mut Budget,
    pub(super) out: &'a mut Vec<u8>,
}

/// Writes parts of a draft.
pub(super) struct Packer<'a> {
    pub(super) draft: &'a Draft,
    pub(super) to: Writer<'a>,
}

impl Packer<'_> {
    /// Writes the value that begins with the part `at`, and answers where the next begins.
    pub(super) fn value(&mut self, at: usize) -> Result<usize, Full> {
        let draft = self.draft;
        match draft.parts.get(at) {
            Some(Part::Bool(value)) => self.to.bool(*value)?,
            Some(Part::Number(number)) => self.to.number(*number)?,
            Some(Part::Text(range)) => match Time::read(draft.text_of(range)) {
                Some(time) => self.to.time(time)?,
                None => self.to.text(draft.text_of(range))?,
            },
            Some(Part::Id(number)) => self.to.id(*number)?,
            Some(Part::List(count)) => return self.several(at + 1, *count, false),
            Some(Part::Object(count)) => return self.several(at + 1, *count, true),
            Some(Part::Null | Part::Key(_) | Part::End) | None => self.to.null()?,
        }
        Ok(at + 1)
    }

    fn several(&mut self, mut at: usize, count: u32, is_object: bool) -> Result<usize, Full> {
        let place = self.to.begin(is_object)?;
        self.to.end(place, count)?;
        // As many as were counted: a key without a value at the end of a draft is none.
        for _ in 0..count {
            if let Some(Part::Key(range)) = self.draft.parts.get(at) {
                self.to.text(self.draft.text_of(range))?;
                at += 1;
            }
            at = self.value(at)?;
        }
        Ok(at + 1)
    }
}

impl Writer<'_> {
    #[inline]
    fn room(&mut self, bytes: usize) -> Result<(), Full> {
        Ok(room::quick(self.out, bytes)?)
    }

    #[inline]
    fn byte(&mut self, byte: u8) -> Result<(), Full> {
        self.room(1)?;
        self.out.push(byte);
        Ok(())
    }

    /// A tag and a number.
    fn tagged(&mut self, tag: u8, number: u64) -> Result<(), Full> {
        self.room(1 + varint::LONGEST)?;
        self.out.push(tag);
        varint::push(self.out, number);
        Ok(())
    }

    /// The first number of an entry of a row.
    pub(super) fn head(&mut self, head: u64) -> Result<(), Full> {
        self.room(varint::LONGEST)?;
        varint::push(self.out, head);
        Ok(())
    }

    pub(super) fn null(&mut self) -> Result<(), Full> {
        self.byte(NULL)
    }

    pub(super) fn bool(&mut self, value: bool) -> Result<(), Full> {
        self.byte(if value { TRUE } else { FALSE })
    }

    pub(super) fn id(&mut self, number: u32) -> Result<(), Full> {
        self.tagged(ID, u64::from(number))
    }

    /// Begins a list or an object; [`Writer::end`] is to have the place that is answered.
    pub(super) fn begin(&mut self, is_object: bool) -> Result<usize, Full> {
        let place = self.out.len();
        self.byte(if is_object { SMALL_OBJECT } else { SMALL_LIST })?;
        Ok(place)
    }

    /// Says how many elements or members the list or the object at `place` has.
    pub(super) fn end(&mut self, place: usize, count: u32) -> Result<(), Full> {
        let Some(tag) = self.out.get_mut(place) else {
            return Ok(());
        };
        if count < 16 {
            *tag += count as u8;
            return Ok(());
        }
        *tag = if *tag == SMALL_OBJECT { OBJECT } else { LIST };
        // Seldom are there so many that what follows has to make way.
        let end = self.out.len();
        self.room(varint::LONGEST)?;
        varint::push(self.out, u64::from(count));
        let long = self.out.len() - end;
        if let Some(rest) = self.out.get_mut(place + 1..) {
            rest.rotate_right(long);
        }
        Ok(())
    }

    pub(super) fn number(&mut self, number: f64) -> Result<(), Full> {
        let found = (0..=decimal::MAX_SCALE)
            .find_map(|scale| Some((scale, decimal::scaled(number, scale)?)));
        match found {
            Some((scale, whole)) => self.decimal(whole, scale),
            None => {
                self.room(9)?;
                self.out.push(DOUBLE);
                self.out.extend_from_slice(&number.to_bits().to_le_bytes());
                Ok(())
            }
        }
    }

    /// A whole number divided by 10 to the power of the scale, which is the least that does.
    pub(super) fn decimal(&mut self, whole: i64, scale: u8) -> Result<(), Full> {
        match (scale, whole) {
            (0, 0..16) => self.byte(SMALL_INT + whole as u8),
            (0, _) => self.tagged(INT, varint::zigzag(whole)),
            _ => {
                self.room(2 + varint::LONGEST)?;
                self.out.extend_from_slice(&[DECIMAL, scale]);
                varint::push(self.out, varint::zigzag(whole));
                Ok(())
            }
        }
    }

    pub(super) fn time(&mut self, time: Time) -> Result<(), Full> {
        self.room(9)?;
        let (first, bytes) = Time::near(time.format);
        let near = time.number - first;
        if (0..1 << (8 * bytes)).contains(&near) {
            self.out.push(NEAR_TIME + time.format);
            let near = near.to_le_bytes();
            self.out.extend_from_slice(near.get(..bytes).unwrap_or(&[]));
        } else {
            self.out.push(TIME + time.format);
            self.out.extend_from_slice(&time.number.to_le_bytes());
        }
        Ok(())
    }

    /// A text that is no time.
    pub(super) fn text(&mut self, text: &[u8]) -> Result<(), Full> {
        match self.shared.number(text, self.seed, self.budget, None)? {
            Some(number) => self.shared_text(number),
            None => self.own_text(text),
        }
    }

    /// A text that stands in place.
    pub(super) fn own_text(&mut self, text: &[u8]) -> Result<(), Full> {
        self.tagged(TEXT, text.len() as u64)?;
        self.room(text.len())?;
        self.out.extend_from_slice(text);
        Ok(())
    }

    /// The shared text with this number.
    pub(super) fn shared_text(&mut self, number: u32) -> Result<(), Full> {
        if number < 0x80 {
            return self.byte(SHARED_1 + number as u8);
        }
        let above = number - 0x80;
        if above < 0x2000 {
            self.room(2)?;
            self.out
                .extend_from_slice(&[SHARED_2 + (above >> 8) as u8, above as u8]);
            return Ok(());
        }
        self.tagged(SHARED, u64::from(number))
    }
}
