//! Who a condition about single values holds for, without its negation and of those who have a value: a pass
//! over the column.

use super::kept::{Bits, zeros};
use crate::identity::directory::Full;
use crate::profile::{AttributeIx, BLOCK_USERS, BLOCK_WORDS, Kind, Scalar, Stretch};
use crate::segment::ask::World;
use crate::segment::patterns::Answered;
use crate::segment::single::Between;
use crate::segment::{Condition, Predicate};
use alloc::vec;
use alloc::vec::Vec;

/// Texts of a column up to which each is asked about once, and not only those of users in question.
pub(super) const MOST_TEXTS: usize = 1 << 16;

/// Bytes of texts that are handed to another module at once.
const BYTES_AT_ONCE: usize = 1 << 20;

/// A pass over a column for a condition.
pub(super) struct Scan<'a, 'w> {
    pub(super) condition: &'a Condition,
    pub(super) at: AttributeIx,
    pub(super) between: Option<Between>,
    pub(super) world: &'a World<'w>,
}

impl Scan<'_, '_> {
    /// Is it about texts of which there are too many?
    pub(super) fn asks_texts(&self) -> bool {
        let looks = !matches!(
            self.condition.test.predicate,
            Predicate::TextAnyOf(_)
                | Predicate::Number(..)
                | Predicate::Is(_)
                | Predicate::IsOrAbsent(_)
                | Predicate::Exists
        );
        looks && self.world.profiles.text_count(self.at) > MOST_TEXTS
    }

    /// Those for whom it holds.
    pub(super) fn run(&self, words: usize) -> Result<Bits, Full> {
        let mut out = zeros(words)?;
        let mut texts = None;
        for (block, words) in out.chunks_mut(BLOCK_WORDS).enumerate() {
            for stretch in self.world.profiles.stretches(self.at, block as u16) {
                self.stretch(&stretch, words, &mut texts);
            }
        }
        Ok(out)
    }

    fn holds(&self, scalar: Scalar<'_>) -> bool {
        self.condition.holds_of(scalar, self.world) != self.condition.flips()
    }

    /// Adds those of a stretch. `texts` are the answers of the column's texts, a bit each, once one was asked.
    fn stretch(&self, stretch: &Stretch<'_>, words: &mut [u64], texts: &mut Option<Vec<u64>>) {
        let holds = |number| self.holds(stretch.value(number));
        if let Predicate::Exists = self.condition.test.predicate
            && self.holds(Scalar::Bool(true))
        {
            return stretch.present(words);
        }
        if let Predicate::TextAnyOf(wanted) = &self.condition.test.predicate {
            for number in wanted.iter().filter_map(|text| stretch.number_of(text)) {
                stretch.within(words, number..number + 1);
            }
            return;
        }
        if let Some(between) = self.between
            && between.is_of(stretch.kind())
        {
            return between.select(stretch, words);
        }
        match stretch.kind() {
            Kind::Bool => {
                for number in [0, 1].into_iter().filter(|number| holds(*number)) {
                    stretch.within(words, number..number + 1);
                }
            }
            Kind::Text => {
                let predicate = &self.condition.test.predicate;
                if matches!(predicate, Predicate::Number(..) | Predicate::Is(_)) {
                    return;
                }
                let table = texts.get_or_insert_with(|| self.of_texts(stretch));
                stretch.select(words, |number| has(table, number as usize));
            }
            _ => {
                let (low, high) = stretch.reach();
                let few = (stretch.count() as i64).min(BLOCK_USERS as i64);
                if stretch.kind() == Kind::Double || high.saturating_sub(low) > few {
                    return stretch.select(words, holds);
                }
                // Each number is asked about once.
                let table = table(low, high, &holds);
                stretch.select(words, |number| {
                    has(&table, number.wrapping_sub(low) as usize)
                });
            }
        }
    }
}

impl Scan<'_, '_> {
    /// The answers of a column's texts, a bit each.
    fn of_texts(&self, stretch: &Stretch<'_>) -> Vec<u64> {
        let last = stretch.reach().1;
        let Predicate::Matches(pattern) = &self.condition.test.predicate else {
            return table(0, last, &|number| self.holds(stretch.value(number)));
        };
        // All at once, since each question to another module costs.
        let (mut texts, mut ends, mut matched) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..=last {
            if let Scalar::Text(text) = stretch.value(number) {
                texts.extend_from_slice(text);
            }
            ends.push(texts.len() as u32);
            if texts.len() >= BYTES_AT_ONCE || number == last {
                let patterns = self.world.patterns;
                patterns.match_each(pattern, &texts, &ends, &mut matched);
                texts.clear();
                ends.clear();
            }
        }
        table(0, last, &|number| {
            let world = World {
                patterns: match matched.get(number as usize) {
                    Some(true) => &Answered(true),
                    _ => &Answered(false),
                },
                ..*self.world
            };
            self.condition.holds_of(stretch.value(number), &world) != self.condition.flips()
        })
    }
}

/// The answers of these numbers, a bit each.
fn table(low: i64, high: i64, holds: &dyn Fn(i64) -> bool) -> Vec<u64> {
    let mut table = vec![0_u64; (high - low).max(0) as usize / 64 + 1];
    for (number, at) in (low..=high).zip(0_usize..) {
        if let Some(word) = table.get_mut(at / 64) {
            *word |= u64::from(holds(number)) << (at % 64);
        }
    }
    table
}

fn has(table: &[u64], at: usize) -> bool {
    table
        .get(at / 64)
        .is_some_and(|word| word >> (at % 64) & 1 != 0)
}
