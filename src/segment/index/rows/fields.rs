//! Who has rows of which one has a value for which a test holds.

use super::terms::{LIST, Terms};
use crate::identity::directory::Full;
use crate::profile::Words;
use crate::segment::ask::World;
use crate::segment::seen::{Place, Seen};
use crate::segment::{Condition, Predicate, Subject, Value};
use alloc::vec::Vec;

/// What holds of the values of a user's rows.
pub(super) struct Fields {
    /// One of these.
    any: Vec<u32>,
    /// And none of these.
    none: Vec<u32>,
    /// Or no row.
    or_no_row: bool,
    negated: bool,
}

impl Fields {
    pub(super) fn new(
        condition: &Condition,
        world: &World<'_>,
        terms: &Terms,
    ) -> Result<Fields, Full> {
        let (test, profiles) = (&condition.test, world.profiles);
        let (clock, patterns) = (world.clock, world.patterns);
        let holds = |seen: Seen<'_>| {
            let predicate = &test.predicate;
            predicate.holds(seen, Place::Flat, false, clock, patterns)
        };
        let mut fields = Fields {
            any: Vec::new(),
            none: Vec::new(),
            or_no_row: false,
            negated: test.negated,
        };
        if let Subject::Apps = condition.subject {
            // Of anything else nothing holds.
            fields.negated &= matches!(test.predicate, Predicate::IncludesAnyOf(_));
            if let Predicate::IncludesAnyOf(values) = &test.predicate {
                fields.any = terms.matching(profiles, |seen| {
                    let mut texts = values.iter().filter_map(Value::text);
                    texts.any(|text| seen.is_text(text))
                })?;
            }
            return Ok(fields);
        }
        let absent = matches!(condition.subject, Subject::AppVersion { .. });
        match (&test.predicate, test.negated) {
            (Predicate::Blank, negated) => {
                fields.any = terms.matching(profiles, |seen| !seen.is_blank())?;
                fields.negated = !negated;
            }
            (Predicate::Matches(_), true) => {
                fields.any = terms.matching(profiles, |seen| {
                    test.holds(seen, Place::Flat, clock, patterns)
                })?;
                fields.none = terms.matching(profiles, holds)?;
                fields.negated = false;
            }
            _ => {
                fields.any = terms.matching(profiles, holds)?;
                fields.or_no_row = absent && holds(Seen::Absent);
            }
        }
        Ok(fields)
    }

    /// Adds those of a block.
    pub(super) fn add(&self, terms: &Terms, block: u16, words: &mut Words) {
        if self.or_no_row {
            terms.add(block, &[LIST], words);
            words.iter_mut().for_each(|word| *word = !*word);
        }
        terms.add(block, &self.any, words);
        for &none in &self.none {
            terms.remove(block, none, words);
        }
        if self.negated {
            words.iter_mut().for_each(|word| *word = !*word);
        }
    }
}
