//! Lists and objects as bytes: how they lie, and reading them.
//!
//! Each value is a tag and what belongs to it. Texts that came before are numbers, times are
//! numbers, and what is small is in the tag.

use super::shared_texts::SharedTexts;
use super::time_text::Time;
use super::{Item, Scalar, decimal, varint};

pub(super) const NULL: u8 = 0;
pub(super) const FALSE: u8 = 1;
pub(super) const TRUE: u8 = 2;
/// The bits of a double follow.
pub(super) const DOUBLE: u8 = 3;
/// The scale and a zigzag number follow.
pub(super) const DECIMAL: u8 = 4;
/// A zigzag number follows.
pub(super) const INT: u8 = 5;
/// The length and the text follow.
pub(super) const TEXT: u8 = 6;
/// The number of a shared text follows.
pub(super) const SHARED: u8 = 7;
/// The count and the elements follow.
pub(super) const LIST: u8 = 8;
/// The count and the members follow.
pub(super) const OBJECT: u8 = 9;
/// The number of an id follows.
pub(super) const ID: u8 = 10;
/// And 15 more: with so many elements.
pub(super) const SMALL_LIST: u8 = 0x10;
pub(super) const SMALL_OBJECT: u8 = 0x20;
/// And 15 more: this number.
pub(super) const SMALL_INT: u8 = 0x30;
/// And 15 more: a time in this format, in the few bytes of [`Time::near`].
pub(super) const NEAR_TIME: u8 = 0x40;
/// And 15 more: a time in this format, in eight bytes.
pub(super) const TIME: u8 = 0x50;
/// And 31 more: a shared text, whose number has these upper bits and a byte more.
pub(super) const SHARED_2: u8 = 0x60;
/// And 127 more: the shared text with this number.
pub(super) const SHARED_1: u8 = 0x80;

/// What a value begins with.
pub(super) enum Head<'a> {
    Null,
    Scalar(Scalar<'a>),
    Id(u32),
    /// As many elements follow as are told beside it.
    List,
    /// As many members follow.
    Object,
}

/// Takes the beginning of a value off the front, and the count of a list or an object.
pub(super) fn head<'t, 'a: 't>(rest: &mut &'a [u8], shared: &'t SharedTexts) -> (Head<'t>, u32) {
    let Some(tag) = take(rest, 1).first().copied() else {
        return (Head::Null, 0);
    };
    let low = tag & 0xF;
    let scalar = match tag {
        NULL => return (Head::Null, 0),
        FALSE | TRUE => Scalar::Bool(tag == TRUE),
        DOUBLE => Scalar::Number(f64::from_bits(take_number(rest, 8))),
        ID => return (Head::Id(varint::take(rest) as u32), 0),
        DECIMAL => {
            let scale = take(rest, 1).first().copied().unwrap_or(0);
            let whole = varint::unzigzag(varint::take(rest));
            Scalar::Number(decimal::unscaled(whole, scale))
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
        LIST | SMALL_LIST..SMALL_OBJECT => return (Head::List, count(tag, rest)),
        OBJECT | SMALL_OBJECT..SMALL_INT => return (Head::Object, count(tag, rest)),
        _ => Scalar::Text(text(tag, rest, shared)),
    };
    (Head::Scalar(scalar), 0)
}

/// Takes the key of a member off the front.
pub(super) fn key<'t, 'a: 't>(rest: &mut &'a [u8], shared: &'t SharedTexts) -> &'t [u8] {
    let tag = take(rest, 1).first().copied().unwrap_or(TEXT);
    text(tag, rest, shared)
}

/// Reads a value off the front of `rest`, calling with each of its parts.
///
/// **Cost**: one pass. It calls itself as deep as the value is.
pub(super) fn walk(rest: &mut &[u8], shared: &SharedTexts, each: &mut dyn FnMut(Item<'_>)) {
    let (head, count) = head(rest, shared);
    match head {
        Head::Null => each(Item::Null),
        Head::Scalar(scalar) => each(Item::Scalar(scalar)),
        Head::Id(number) => each(Item::Id(number)),
        Head::List => {
            each(Item::BeginList(count));
            for _ in 0..count {
                walk(rest, shared, each);
            }
            each(Item::End);
        }
        Head::Object => {
            each(Item::BeginObject(count));
            for _ in 0..count {
                each(Item::Key(key(rest, shared)));
                walk(rest, shared, each);
            }
            each(Item::End);
        }
    }
}

/// Passes over so many values.
///
/// Tried natively over rows of an app, one or two events and five tags, in ns a user for the tags: with the length
/// of each value from a table 150, by branches, which a processor foresees where rows are alike, 113 (kept).
// INVARIANT: `at` is at most 18 bytes behind the end when it stops, so it runs over nowhere.
#[inline]
pub(super) fn pass(rest: &mut &[u8], count: u64) {
    let bytes = *rest;
    let (mut at, mut left) = (0, count);
    while left > 0
        && let Some(&tag) = bytes.get(at)
    {
        at += 1;
        left -= 1;
        at += match tag {
            SHARED_1.. => continue,
            SHARED_2.. => 1,
            TIME.. => 8,
            // Times of milliseconds are most.
            ISO_TIME => 5,
            NEAR_TIME.. => Time::near(tag & 0xF).1,
            SMALL_INT.. => continue,
            // A key is passed as the text that it is.
            SMALL_OBJECT.. => {
                left += 2 * u64::from(tag & 0xF);
                continue;
            }
            SMALL_LIST.. => {
                left += u64::from(tag & 0xF);
                continue;
            }
            NULL | FALSE | TRUE => continue,
            DOUBLE => 8,
            _ => {
                let mut numbers = bytes.get(at..).unwrap_or(&[]);
                let had = numbers.len();
                if tag == DECIMAL {
                    numbers = numbers.get(1..).unwrap_or(&[]);
                }
                let number = varint::take(&mut numbers);
                at += had - numbers.len();
                match tag {
                    LIST => left += number & COUNT,
                    OBJECT => left += 2 * (number & COUNT),
                    INT | DECIMAL | SHARED | ID => {}
                    // A text of that length.
                    _ => at += numbers.len().min(number as usize),
                }
                continue;
            }
        };
    }
    *rest = bytes.get(at..).unwrap_or(&[]);
}

/// The tag of a time as exports have it.
const ISO_TIME: u8 = NEAR_TIME + 1;
/// The bits of a count.
const COUNT: u64 = u32::MAX as u64;

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
