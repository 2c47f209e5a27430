//! Single values of an attribute, those of 65,536 users at a time.

use super::block::Block;
use super::column::LaneKind;
use super::dictionary::Dictionary;
use super::time_text::Time;
use super::{AttributeIx, Profiles, Scalar, decimal};
use crate::hash::Seed;
use core::ops::Range;

/// Users of a block.
pub const BLOCK_USERS: usize = super::block::BLOCK;
/// Words with a bit for each of them.
pub const BLOCK_WORDS: usize = BLOCK_USERS / 64;

/// A bit for each user of a block.
pub type Words = [u64; BLOCK_WORDS];

/// Values of one type, of users of one block.
///
/// `Debug` is not offered, since values are people's.
#[derive(Clone, Copy)]
pub struct Stretch<'a> {
    kind: LaneKind,
    block: &'a Block,
    texts: Option<(&'a Dictionary, &'a Seed)>,
}

/// Tells of users of a block whether their number is in a range.
pub struct InRange<'a>(super::block::InRange<'a>);

impl InRange<'_> {
    /// Bytes between the numbers of two users who stand side by side; 0 where numbers do not stand so.
    pub fn step(&self) -> usize {
        self.0.step()
    }

    /// Is that of the user at this position in the block?
    #[inline(always)]
    pub fn has(&self, position: u16) -> bool {
        self.0.has(position)
    }
}

/// What the values of a stretch are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Truth values, as 0 and 1.
    Bool,
    /// Numbers, which rise with theirs.
    Decimal,
    /// Numbers, by the bits of doubles, which do not rise with them.
    Double,
    /// Texts, numbered from 0 in no order.
    Text,
    /// Times, which rise with their numbers.
    Time,
}

impl<'a> Stretch<'a> {
    /// The value that a number stands for: the number rises with the value, but for texts, which are
    /// numbered from 0.
    pub fn value(&self, number: i64) -> Scalar<'a> {
        match self.kind {
            LaneKind::Bool => Scalar::Bool(number != 0),
            LaneKind::Decimal => Scalar::Number(decimal::unscaled(number, self.block.scale)),
            LaneKind::Double => Scalar::Number(f64::from_bits(number as u64)),
            LaneKind::Text => Scalar::Text(
                self.texts
                    .map_or(&[], |(texts, _)| texts.get(number as u32)),
            ),
            LaneKind::Time(format) => Scalar::Time(Time { format, number }),
        }
    }

    /// What the values are.
    pub fn kind(&self) -> Kind {
        match self.kind {
            LaneKind::Bool => Kind::Bool,
            LaneKind::Decimal => Kind::Decimal,
            LaneKind::Double => Kind::Double,
            LaneKind::Text => Kind::Text,
            LaneKind::Time(_) => Kind::Time,
        }
    }

    /// The number of a text, if anybody may have it.
    pub fn number_of(&self, text: &[u8]) -> Option<i64> {
        match self.kind {
            LaneKind::Text => {
                let (texts, seed) = self.texts?;
                texts.find(text, seed).map(i64::from)
            }
            LaneKind::Time(format) => {
                let time = Time::read(text).filter(|time| time.format == format)?;
                Some(time.number)
            }
            _ => None,
        }
    }

    /// Of decimals and times the least number whose value, or milliseconds, is not below this.
    pub fn first(&self, key: f64) -> i64 {
        // Beyond these no number reaches, and within them nothing runs over.
        const BEYOND: f64 = (1_i64 << 60) as f64;
        match self.kind {
            LaneKind::Time(format) => {
                let unit = Time { format, number: 1 }.ms();
                let ms = ceil(key.clamp(-BEYOND, BEYOND));
                ms.div_euclid(unit) + i64::from(ms.rem_euclid(unit) > 0)
            }
            _ => {
                let scale = self.block.scale;
                let value = |number| decimal::unscaled(number, scale);
                let near = key * decimal::power(scale) as f64;
                let mut number = ceil(near.clamp(-BEYOND, BEYOND));
                // The product may be rounded by one.
                while value(number - 1) >= key && number > -(1 << 60) {
                    number -= 1;
                }
                while value(number) < key && number < 1 << 60 {
                    number += 1;
                }
                number
            }
        }
    }

    /// Adds the users whose number is in the range.
    pub fn within(&self, words: &mut [u64], range: Range<i64>) {
        self.block.within(words, range.start, range.end);
    }

    /// For each of some bounds adds to its words the users whose number is below.
    pub fn below(&self, bounds: &[i64], words: &mut [&mut [u64]]) {
        self.block.below(bounds, words);
    }

    /// What tells of users of the block whether their number is in the range.
    pub fn test(&self, range: Range<i64>) -> InRange<'a> {
        InRange(self.block.test(range.start, range.end))
    }

    /// The number of the user at this position in the block.
    #[inline]
    pub fn number(&self, position: u16) -> Option<i64> {
        self.block.get(position)
    }

    /// How many users have a number.
    pub fn count(&self) -> u32 {
        self.block.count()
    }

    /// The least and the greatest number, or beyond.
    pub fn reach(&self) -> (i64, i64) {
        match self.texts {
            Some((texts, _)) => (0, texts.len() as i64 - 1),
            None => self.block.reach(),
        }
    }

    /// Adds the users whose number is wanted.
    ///
    /// **Cost**: one call a user.
    #[inline(always)]
    pub fn select(&self, words: &mut [u64], wants: impl Fn(i64) -> bool) {
        self.block.select(words, wants);
    }

    /// Adds the users who have a value.
    pub fn present(&self, words: &mut [u64]) {
        self.block.present(words);
    }
}

impl Profiles {
    /// Calls with the values of the users of a block.
    pub fn stretches<'a>(
        &'a self,
        attribute: AttributeIx,
        block: u16,
    ) -> impl Iterator<Item = Stretch<'a>> {
        let column = self.columns.get(attribute.0 as usize);
        column
            .into_iter()
            .flat_map(move |column| column.stretches(block, &self.seed))
    }

    /// How many texts there are in the column, whose numbers are below that in each of its stretches.
    pub fn text_count(&self, attribute: AttributeIx) -> usize {
        let column = self.columns.get(attribute.0 as usize);
        let texts = column.and_then(|column| column.texts());
        texts.map_or(0, Dictionary::len)
    }

    /// A text of the column, by its number.
    pub fn text(&self, attribute: AttributeIx, number: u32) -> &[u8] {
        let column = self.columns.get(attribute.0 as usize);
        let texts = column.and_then(|column| column.texts());
        texts.map_or(&[], |texts| texts.get(number))
    }

    /// May somebody have a list or an object there?
    pub fn has_trees(&self, attribute: AttributeIx) -> bool {
        self.columns
            .get(attribute.0 as usize)
            .is_some_and(|column| column.has_trees)
    }
}

impl<'a> Stretch<'a> {
    pub(super) fn new(
        kind: LaneKind,
        block: &'a Block,
        texts: Option<(&'a Dictionary, &'a Seed)>,
    ) -> Stretch<'a> {
        Stretch { kind, block, texts }
    }
}

/// The least whole number that is not below this.
fn ceil(number: f64) -> i64 {
    let whole = number as i64;
    whole + i64::from((whole as f64) < number)
}
