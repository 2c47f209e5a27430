//! The answers of one condition, of 65,536 users at a time.

use super::build::{Kept, PLATFORMS, message};
use super::fields::Fields;
use super::lists::Lists;
use super::source::{Source, What};
use super::terms::{APART, LIST, OBJECT, Terms};
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{
    AttributeIx, BLOCK_USERS, BLOCK_WORDS, Derived, Namespace, Packed, Scalar, Stretch, Words,
};
use crate::segment::ask::World;
use crate::segment::seen::{Place, Seen};
use crate::segment::{
    Answer, Area, Condition, MessageKind, MessageMetric, Predicate, Subject, Test,
};

/// What answers a condition.
pub(super) struct Leaf<'r>(Answers<'r>);

enum Answers<'r> {
    /// A single value a user, of which the test is asked.
    Values {
        column: &'r Derived,
        /// Other single values stand in its column.
        beside: Option<AttributeIx>,
        /// Of who has none.
        absent: Answer,
        lists: Lists<'r>,
    },
    /// Several values a user, of which one has to do.
    Fields { terms: &'r Terms, fields: Fields },
    /// A few bits a user: those for which it holds are set in `table`.
    Bits {
        column: &'r Derived,
        table: u64,
        /// It holds for nobody who is unsubscribed from this, and for all of them if it is `negated`.
        unless: Option<AttributeIx>,
        negated: bool,
    },
    /// Places on the earth.
    Points {
        kept: &'r Kept,
        area: &'r Area,
        negated: bool,
    },
    /// No index: lists and objects are gone through one by one.
    Each {
        attribute: Option<AttributeIx>,
        absent: Answer,
    },
}

/// A block of users, and what is to be told of them.
pub(super) struct Block<'b> {
    /// Which block.
    pub(super) number: u16,
    /// The users that there are.
    pub(super) live: &'b [u64],
    /// Those for whom the condition is true.
    pub(super) least: &'b mut [u64],
    /// Those for whom it may be.
    pub(super) most: &'b mut [u64],
}

fn set(words: &mut [u64], at: u16, is: bool) {
    if let Some(word) = words.get_mut(usize::from(at) / 64) {
        *word |= u64::from(is) << (at % 64);
    }
}

impl Block<'_> {
    fn sure(&mut self, words: &Words) {
        for ((word, least), most) in words.iter().zip(&mut *self.least).zip(&mut *self.most) {
            (*least, *most) = (*word, *word);
        }
    }

    /// Adds what is so of all of these users.
    fn add(&mut self, users: &Words, answer: Answer) {
        for ((users, least), most) in users.iter().zip(&mut *self.least).zip(&mut *self.most) {
            *least |= if answer == Answer::True { *users } else { 0 };
            *most |= if answer == Answer::False { 0 } else { *users };
        }
    }

    /// Asks each of these users.
    fn ask(&mut self, users: &Words, condition: &Condition, world: &World<'_>) {
        let first = UserIx::from(self.number) * BLOCK_USERS as UserIx;
        for (&users, at) in users.iter().zip(0..) {
            let mut left = users;
            while left != 0 {
                let at = (at * 64 + left.trailing_zeros()) as u16;
                left &= left - 1;
                let answer = condition.ask(world, first + UserIx::from(at));
                set(self.least, at, answer == Answer::True);
                set(self.most, at, answer != Answer::False);
            }
        }
    }
}

fn not(words: &mut Words) {
    words.iter_mut().for_each(|word| *word = !*word);
}

impl<'r> Leaf<'r> {
    /// What answers a condition from what is kept of its source.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: the test, asked once of each different value.
    pub(super) fn new(
        condition: &'r Condition,
        world: &World<'_>,
        source: &Source<'_>,
        kept: &'r Kept,
    ) -> Result<Leaf<'r>, Full> {
        let test = &condition.test;
        let profiles = world.profiles;
        let column = &kept.column;
        Ok(Leaf(match (&source.what, &test.predicate) {
            (What::Fields { .. } | What::Variations(..), _) => Answers::Fields {
                terms: &kept.terms,
                fields: Fields::new(condition, world, &kept.terms)?,
            },
            (What::Message(kind, _), _) => Answers::Bits {
                column,
                table: table(|bits| message_holds(&condition.subject, *kind, test, bits)),
                unless: None,
                negated: false,
            },
            (What::Tokens, predicate) => Answers::Bits {
                column,
                table: table(|bits| bits & platform(&condition.subject) != 0),
                unless: profiles.attribute_of(Namespace::Default, b"push_subscribe"),
                negated: matches!(predicate, Predicate::Is(true)) == test.negated,
            },
            (What::Point, Predicate::Inside(area)) => Answers::Points {
                kept,
                area,
                negated: test.negated,
            },
            (what, _) => {
                let is_whole = matches!(what, What::Value { path: [], .. });
                let attribute = || profiles.attribute_of(source.namespace, source.attribute);
                Answers::Values {
                    column,
                    beside: is_whole.then(attribute).flatten(),
                    absent: absent(condition, world),
                    lists: Lists::new(test, world, &kept.terms)?,
                }
            }
        }))
    }

    /// What answers a condition about elements of arrays, which has no index.
    pub(super) fn each(condition: &Condition, world: &World<'_>) -> Option<Leaf<'r>> {
        let (Subject::Custom { name, .. } | Subject::Element { name, .. }) = &condition.subject
        else {
            return None;
        };
        let attribute = world.profiles.attribute_of(Namespace::Custom, name);
        Some(Leaf(Answers::Each {
            attribute: attribute.filter(|&attribute| world.profiles.has_trees(attribute)),
            absent: condition.ask_value(world, Seen::Absent).into(),
        }))
    }

    /// Tells the answers of a block, each as [`Condition::ask`] would say it. Of those who are not live
    /// anything may be told. `select` adds the users of a stretch of single values for whom the condition holds.
    pub(super) fn tell(
        &self,
        condition: &Condition,
        world: &World<'_>,
        mut block: Block<'_>,
        select: &mut dyn FnMut(Stretch<'_>, &mut Words),
    ) {
        let number = block.number;
        let mut words = [0; BLOCK_WORDS];
        match &self.0 {
            Answers::Values {
                column,
                beside,
                absent,
                lists,
            } => {
                let mut others = [0; BLOCK_WORDS];
                let beside = beside.map(|beside| world.profiles.stretches(beside, number));
                for stretch in column.stretches(number).chain(beside.into_iter().flatten()) {
                    stretch.present(&mut others);
                    select(stretch, &mut words);
                }
                lists.add(number, &mut words);
                lists.terms.add(number, &[LIST, OBJECT], &mut others);
                not(&mut others);
                block.sure(&words);
                block.add(&others, *absent);
            }
            Answers::Fields { terms, fields } => {
                fields.add(terms, number, &mut words);
                let mut apart = [0; BLOCK_WORDS];
                terms.add(number, &[APART], &mut apart);
                for ((word, apart), live) in words.iter_mut().zip(&mut apart).zip(block.live) {
                    *word &= !*apart;
                    *apart &= live;
                }
                block.sure(&words);
                block.ask(&apart, condition, world);
            }
            Answers::Bits {
                column,
                table,
                unless,
                negated,
            } => {
                let mut others = [0; BLOCK_WORDS];
                for stretch in column.stretches(number) {
                    stretch.present(&mut others);
                    let holds = |bits| has(*table, stretch.value(bits));
                    stretch.select(&mut words, holds);
                }
                if table & 1 != 0 {
                    let pairs = words.iter_mut().zip(&others);
                    pairs.for_each(|(word, others)| *word |= !others);
                }
                if let Some(unless) = unless {
                    let mut unsubscribed = [0; BLOCK_WORDS];
                    for stretch in world.profiles.stretches(*unless, number) {
                        stretch.select(&mut unsubscribed, |number| {
                            Seen::from(stretch.value(number)).is_text(b"unsubscribed")
                        });
                    }
                    let pairs = words.iter_mut().zip(&unsubscribed);
                    pairs.for_each(|(word, unsubscribed)| *word &= !unsubscribed);
                }
                if *negated {
                    not(&mut words);
                }
                block.sure(&words);
            }
            Answers::Points {
                kept,
                area,
                negated,
            } => {
                kept.points.add(number, area, *negated, &mut words);
                block.sure(&words);
            }
            Answers::Each { attribute, absent } => {
                let mut others = [u64::MAX; BLOCK_WORDS];
                if let Some(attribute) = *attribute {
                    let ask = |at: u16, packed: Packed<'_>| {
                        let holds = condition.ask_value(world, Seen::from(Some(packed.tree())));
                        set(&mut words, at, holds);
                        if let Some(word) = others.get_mut(usize::from(at) / 64) {
                            *word &= !(1 << (at % 64));
                        }
                        Ok::<_, Full>(())
                    };
                    // It never fails.
                    let _ = world.profiles.each_packed(attribute, number, ask);
                }
                block.sure(&words);
                block.add(&others, *absent);
            }
        }
    }
}

/// The answer for who has no value.
fn absent(condition: &Condition, world: &World<'_>) -> Answer {
    let is_count = match &condition.subject {
        Subject::Group { .. } => return Answer::Unknown,
        Subject::Sessions { .. } | Subject::DeviceCount => true,
        Subject::Summary { metric, .. } => *metric == crate::segment::Metric::Count,
        _ => false,
    };
    if !is_count {
        return condition.ask_absent(world);
    }
    let zero = Seen::Number(0.0);
    let test = &condition.test;
    test.holds(zero, Place::Flat, world.clock, world.patterns)
        .into()
}

/// A bit for each number below 64 for which something holds.
fn table(holds: impl Fn(u8) -> bool) -> u64 {
    (0..64).fold(0, |table, bits| table | u64::from(holds(bits)) << bits)
}

fn has(table: u64, bits: Scalar<'_>) -> bool {
    matches!(bits, Scalar::Number(bits) if table >> (bits as u32 & 63) & 1 != 0)
}

/// The bit of the tokens that a channel needs.
fn platform(subject: &Subject) -> u8 {
    let Subject::Reachable(channel) = subject else {
        return 1;
    };
    let name = channel.platform();
    let is = PLATFORMS
        .iter()
        .find(|(platform, _)| name == Some(platform));
    is.map_or(1, |(_, bit)| *bit)
}

/// Does the test hold of what happened with a message?
fn message_holds(subject: &Subject, kind: MessageKind, test: &Test, bits: u8) -> bool {
    let Subject::Message { metric, .. } = subject else {
        return false;
    };
    let has = |bit| bits & bit != 0;
    let yes = match metric {
        MessageMetric::Engaged => has(message::ENGAGED),
        MessageMetric::Clicked if kind != MessageKind::Card => has(message::CLICKED),
        MessageMetric::Converted => has(message::CONVERTED),
        MessageMetric::InControl => {
            return test.in_control(has(message::CONTROL), has(message::ANY));
        }
        _ => has(message::RECEIVED),
    };
    test.is(yes)
}
