//! Single values of an attribute, those of 65,536 users at a time.

use super::block::Block;
use super::column::LaneKind;
use super::dictionary::Dictionary;
use super::time_text::Time;
use super::{AttributeIx, Profiles, Scalar, decimal};

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
    texts: Option<&'a Dictionary>,
}

impl<'a> Stretch<'a> {
    /// The value that a number stands for: the number rises with the value, but for texts, which are
    /// numbered from 0.
    pub fn value(&self, number: i64) -> Scalar<'a> {
        match self.kind {
            LaneKind::Bool => Scalar::Bool(number != 0),
            LaneKind::Decimal => Scalar::Number(decimal::unscaled(number, self.block.scale)),
            LaneKind::Double => Scalar::Number(f64::from_bits(number as u64)),
            LaneKind::Text => {
                Scalar::Text(self.texts.map_or(&[], |texts| texts.get(number as u32)))
            }
            LaneKind::Time(format) => Scalar::Time(Time { format, number }),
        }
    }

    /// Are the numbers the bits of doubles, which do not rise with them?
    pub fn is_double(&self) -> bool {
        self.kind == LaneKind::Double
    }

    /// The least and the greatest number, or beyond.
    pub fn reach(&self) -> (i64, i64) {
        match self.texts {
            Some(texts) => (0, texts.len() as i64 - 1),
            None => self.block.reach(),
        }
    }

    /// Adds the users whose number is wanted.
    ///
    /// **Cost**: one call a user.
    #[inline(always)]
    pub fn select(&self, words: &mut Words, wants: impl Fn(i64) -> bool) {
        self.block.select(words, wants);
    }

    /// Adds the users who have a value.
    pub fn present(&self, words: &mut Words) {
        self.block.select(words, |_| true);
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
            .flat_map(move |column| column.stretches(block))
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
        texts: Option<&'a Dictionary>,
    ) -> Stretch<'a> {
        Stretch { kind, block, texts }
    }
}
