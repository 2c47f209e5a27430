//! Who has a list or an object for which a test holds.

use super::terms::{EMPTY, LIST, OBJECT, Terms};
use crate::identity::directory::Full;
use crate::profile::{BLOCK_WORDS, Packed, Words};
use crate::segment::ask::World;
use crate::segment::seen::{Place, Seen, contains_any};
use crate::segment::{Predicate, Test};
use alloc::vec::Vec;

/// Who has a list or an object for which a test holds.
pub(super) struct Lists<'r> {
    pub(super) terms: &'r Terms,
    object: bool,
    of: OfLists,
}

enum OfLists {
    /// By whether there are elements.
    Shape { empty: bool, filled: bool },
    /// An element of each of these.
    Elements {
        each: Vec<Vec<u32>>,
        negated: bool,
        /// Negated it does not hold for a list without elements.
        not_empty: bool,
    },
}

impl<'r> Lists<'r> {
    pub(super) fn new(test: &Test, world: &World<'_>, terms: &'r Terms) -> Result<Lists<'r>, Full> {
        let profiles = world.profiles;
        let holds = |packed: Packed<'_>| {
            let seen = Seen::from(Some(packed.tree()));
            test.holds(seen, Place::Flat, world.clock, world.patterns)
        };
        let [empty, filled, object] = profiles.packed_shapes();
        let mut each = Vec::new();
        let of = match &test.predicate {
            Predicate::IncludesAllOf(values) => {
                each.try_reserve_exact(values.len())?;
                for value in values {
                    each.push(terms.matching(profiles, |seen| seen.is(value))?);
                }
                Some(each)
            }
            Predicate::IncludesAnyOf(values) => {
                each.try_reserve_exact(1)?;
                each.push(
                    terms.matching(profiles, |seen| values.iter().any(|value| seen.is(value)))?,
                );
                Some(each)
            }
            Predicate::ElementContains(parts) => {
                each.try_reserve_exact(1)?;
                each.push(terms.matching(profiles, |seen| contains_any(seen, parts))?);
                Some(each)
            }
            // Of an element as of a single value.
            Predicate::Matches(_) => {
                each.try_reserve_exact(1)?;
                each.push(terms.matching(profiles, |seen| {
                    let (clock, patterns) = (world.clock, world.patterns);
                    test.predicate
                        .holds(seen, Place::Flat, false, clock, patterns)
                })?);
                Some(each)
            }
            _ => None,
        };
        let is_pattern = matches!(test.predicate, Predicate::Matches(_));
        Ok(Lists {
            terms,
            object: holds(object),
            of: match of {
                Some(each) => OfLists::Elements {
                    each,
                    negated: test.negated,
                    not_empty: test.negated && is_pattern,
                },
                None => OfLists::Shape {
                    empty: holds(empty),
                    filled: holds(filled),
                },
            },
        })
    }

    /// Adds those of a block.
    pub(super) fn add(&self, block: u16, words: &mut Words) {
        if self.object {
            self.terms.add(block, &[OBJECT], words);
        }
        let (mut lists, mut some) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        match &self.of {
            OfLists::Shape { empty, filled } => {
                if *filled {
                    self.terms.add(block, &[LIST], &mut lists);
                    self.terms.remove(block, EMPTY, &mut lists);
                }
                if *empty {
                    self.terms.add(block, &[EMPTY], &mut lists);
                }
            }
            OfLists::Elements {
                each,
                negated,
                not_empty,
            } => {
                // An index of elements alone has them, so only lists.
                match each.as_slice() {
                    [any] => self.terms.add(block, any, &mut lists),
                    all => {
                        self.terms.add(block, &[LIST], &mut lists);
                        for any in all {
                            some.fill(0);
                            self.terms.add(block, any, &mut some);
                            let pairs = lists.iter_mut().zip(&some);
                            pairs.for_each(|(word, some)| *word &= some);
                        }
                    }
                }
                if *negated {
                    some.fill(0);
                    self.terms.add(block, &[LIST], &mut some);
                    let pairs = lists.iter_mut().zip(&some);
                    pairs.for_each(|(word, all)| *word = all & !*word);
                }
                if *not_empty {
                    self.terms.remove(block, EMPTY, &mut lists);
                }
            }
        }
        let pairs = words.iter_mut().zip(&lists);
        pairs.for_each(|(word, lists)| *word |= lists);
    }
}
