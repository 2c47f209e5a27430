//! Lists and objects as bytes.
//!
//! Each value is a tag and what belongs to it. Texts that came before are numbers, times are
//! numbers, and what is small is in the tag.

use super::draft::{Draft, Part};
use super::shared_texts::SharedTexts;
use super::time_text::Time;
use super::{Item, Scalar, decimal, room, varint};
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
/// The bits of a double follow.
const DOUBLE: u8 = 3;
/// The scale and a zigzag number follow.
const DECIMAL: u8 = 4;
/// A zigzag number follows.
const INT: u8 = 5;
/// The length and the text follow.
const TEXT: u8 = 6;
/// The number of a shared text follows.
const SHARED: u8 = 7;
/// The count and the elements follow.
const LIST: u8 = 8;
/// The count and the members follow.
const OBJECT: u8 = 9;
/// The number of an id follows.
const ID: u8 = 10;
/// And 15 more: with so many elements.
const SMALL_LIST: u8 = 0x10;
const SMALL_OBJECT: u8 = 0x20;
/// And 15 more: this number.
const SMALL_INT: u8 = 0x30;
/// And 15 more: a time in this format, in the few bytes of [`Time::near`].
const NEAR_TIME: u8 = 0x40;
/// And 15 more: a time in this format, in eight bytes.
const TIME: u8 = 0x50;
/// And 31 more: a shared text, whose number has these upper bits and a byte more.
const SHARED_2: u8 = 0x60;
/// And 127 more: the shared text with this number.
const SHARED_1: u8 = 0x80;

/// Writes parts of a draft.
pub(super) struct Packer<'a> {
    pub(super) draft: &'a Draft,
    pub(super) shared: &'a mut SharedTexts,
    pub(super) seed: &'a Seed,
    pub(super) budget: &'a mut Budget,
    pub(super) out: &'a mut Vec<u8>,
}

impl Packer<'_> {
    /// Writes the value that begins with the part `at`, and answers where the next begins.
    pub(super) fn value(&mut self, at: usize) -> Result<usize, Full> {
        let draft = self.draft;
        match draft.parts.get(at) {
            Some(Part::Bool(value)) => self.byte(if *value { TRUE } else { FALSE })?,
            Some(Part::Number(number)) => self.number(*number)?,
            Some(Part::Text(range)) => match Time::read(draft.text_of(range)) {
                Some(time) => self.time(time)?,
                None => self.text(draft.text_of(range))?,
            },
            Some(Part::Id(number)) => self.tagged(ID, u64::from(*number))?,
            Some(Part::List(count)) => return self.several(at + 1, *count, SMALL_LIST, LIST),
            Some(Part::Object(count)) => {
                return self.several(at + 1, *count, SMALL_OBJECT, OBJECT);
            }
            Some(Part::Null | Part::Key(_) | Part::End) | None => self.byte(NULL)?,
        }
        Ok(at + 1)
    }

    fn several(&mut self, mut at: usize, count: u32, small: u8, long: u8) -> Result<usize, Full> {
        match u8::try_from(count) {
            Ok(count) if count < 16 => self.byte(small + count)?,
            _ => self.tagged(long, u64::from(count))?,
        }
        // As many as were counted: a key without a value at the end of a draft is none.
        for _ in 0..count {
            if let Some(Part::Key(range)) = self.draft.parts.get(at) {
                self.text(self.draft.text_of(range))?;
                at += 1;
            }
            at = self.value(at)?;
        }
        Ok(at + 1)
    }

    fn room(&mut self, bytes: usize) -> Result<(), Full> {
        room::more(self.out, bytes, self.budget)
    }

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

    fn number(&mut self, number: f64) -> Result<(), Full> {
        let found = (0..=decimal::MAX_SCALE)
            .find_map(|scale| Some((scale, decimal::scaled(number, scale)?)));
        match found {
            Some((0, whole @ 0..16)) => self.byte(SMALL_INT + whole as u8),
            Some((0, whole)) => self.tagged(INT, varint::zigzag(whole)),
            Some((scale, whole)) => {
                self.room(2 + varint::LONGEST)?;
                self.out.extend_from_slice(&[DECIMAL, scale]);
                varint::push(self.out, varint::zigzag(whole));
                Ok(())
            }
            None => {
                self.room(9)?;
                self.out.push(DOUBLE);
                self.out.extend_from_slice(&number.to_bits().to_le_bytes());
                Ok(())
            }
        }
    }

    fn time(&mut self, time: Time) -> Result<(), Full> {
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

    fn text(&mut self, text: &[u8]) -> Result<(), Full> {
        let Some(number) = self.shared.number(text, self.seed, self.budget)? else {
            self.tagged(TEXT, text.len() as u64)?;
            self.room(text.len())?;
            self.out.extend_from_slice(text);
            return Ok(());
        };
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

/// Reads a value off the front of `rest`, calling with each of its parts.
///
/// **Cost**: one pass. It calls itself as deep as the value is.
pub(super) fn walk(rest: &mut &[u8], shared: &SharedTexts, each: &mut dyn FnMut(Item<'_>)) {
    let Some(tag) = take(rest, 1).first().copied() else {
        return;
    };
    let low = tag & 0xF;
    let scalar = match tag {
        NULL => return each(Item::Null),
        FALSE | TRUE => Scalar::Bool(tag == TRUE),
        DOUBLE => Scalar::Number(f64::from_bits(take_number(rest, 8))),
        ID => return each(Item::Id(varint::take(rest) as u32)),
        DECIMAL => {
            let scale = take(rest, 1).first().copied().unwrap_or(0);
            Scalar::Number(decimal::unscaled(
                varint::unzigzag(varint::take(rest)),
                scale,
            ))
        }
        INT => Scalar::Number(varint::unzigzag(varint::take(rest)) as f64),
        SMALL_INT..NEAR_TIME => Scalar::Number(f64::from(low)),
        NEAR_TIME..TIME => {
            let (first, bytes) = Time::near(low);
            Scalar::Time(Time {
                format: low,
                number: take_number(rest, bytes) as i64 + first,
            })
        }
        TIME..SHARED_2 => Scalar::Time(Time {
            format: low,
            number: take_number(rest, 8) as i64,
        }),
        LIST | SMALL_LIST..SMALL_OBJECT => {
            let count = count(tag, rest);
            each(Item::BeginList(count));
            for _ in 0..count {
                walk(rest, shared, each);
            }
            return each(Item::End);
        }
        OBJECT | SMALL_OBJECT..SMALL_INT => {
            let count = count(tag, rest);
            each(Item::BeginObject(count));
            for _ in 0..count {
                let tag = take(rest, 1).first().copied().unwrap_or(TEXT);
                each(Item::Key(text(tag, rest, shared)));
                walk(rest, shared, each);
            }
            return each(Item::End);
        }
        _ => Scalar::Text(text(tag, rest, shared)),
    };
    each(Item::Scalar(scalar));
}

/// Passes over a value.
pub(super) fn pass(rest: &mut &[u8]) {
    // What the texts are is of no matter.
    walk(rest, &SharedTexts::default(), &mut |_| ());
}

/// The count of a list or an object.
fn count(tag: u8, rest: &mut &[u8]) -> u32 {
    match tag {
        LIST | OBJECT => varint::take(rest) as u32,
        _ => u32::from(tag & 0xF),
    }
}

fn text<'t, 'a: 't>(tag: u8, rest: &mut &'a [u8], shared: &'t SharedTexts) -> &'t [u8] {
    match tag {
        SHARED_1.. => shared.get(u32::from(tag - SHARED_1)),
        SHARED_2.. => {
            let low = take_number(rest, 1) as u32;
            shared.get(0x80 + (u32::from(tag - SHARED_2) << 8 | low))
        }
        SHARED => shared.get(varint::take(rest) as u32),
        _ => {
            let len = varint::take(rest) as usize;
            take(rest, len)
        }
    }
}

/// So many bytes off the front; none if there are fewer.
fn take<'a>(rest: &mut &'a [u8], len: usize) -> &'a [u8] {
    match rest.split_at_checked(len) {
        Some((taken, after)) => {
            *rest = after;
            taken
        }
        None => &[],
    }
}

fn take_number(rest: &mut &[u8], len: usize) -> u64 {
    let bytes = take(rest, len).iter().rev();
    bytes.fold(0, |number, &byte| number << 8 | u64::from(byte))
}
