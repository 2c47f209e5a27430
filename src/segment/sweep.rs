//! How many a rule holds for while one number or time of it moves: what the answers of all others are is found
//! out once, and then each count is a search among the values of those who are in or out by that one alone.

use super::ask::World;
use super::clock::Clock;
use super::index::{Indexes, Numbers};
use super::single::Between;
use super::{Condition, Node, Rule, Subject, Test};
use crate::cohort::membership::Members;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{Scalar, order};
use alloc::vec::Vec;

/// The users of a rule by the value that one of its conditions asks for. It is of the state of users, cohorts
/// and the clock that it was made of.
///
/// `Debug` is not offered, since values are people's.
///
/// **Cost**: 8 bytes for each user who is in or out by that condition alone.
pub struct Sweep {
    /// Who is in, whatever is asked.
    always: u32,
    /// Who is in if the condition holds, and who is if it does not.
    sides: [Side; 2],
    of_age: bool,
    is_time: bool,
    /// Can nobody say of those who have no value?
    is_unknown: bool,
}

/// Users by their values.
#[derive(Default)]
struct Side {
    /// Rising.
    values: Vec<f64>,
    /// How many have no value, and how many one of another type.
    absent: u32,
    others: u32,
}

impl Side {
    /// How many have a value for which a test holds without its negation.
    fn count(&self, between: &Between, absent_holds: bool) -> u32 {
        let before = |bound| self.values.partition_point(|value| *value < bound);
        let inside = before(between.to).saturating_sub(before(between.from));
        inside as u32 + if absent_holds { self.absent } else { 0 }
    }

    fn all(&self) -> u32 {
        self.values.len() as u32 + self.absent + self.others
    }
}

impl Rule {
    /// The users by the value that the condition at a place in the definition asks for: `None` if there is
    /// none, or it asks for no number, age or time of which each user has one at most.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: two evaluations, and a sort of the values of those who are in or out by that condition alone.
    pub fn sweep(
        &self,
        path: &[u8],
        world: &World<'_>,
        live: &Members,
        indexes: &mut Indexes,
    ) -> Result<Option<Sweep>, Full> {
        let Some(condition) = self.condition_at(path) else {
            return Ok(None);
        };
        let Some(between) = condition.between(world.clock) else {
            return Ok(None);
        };
        indexes.begin(world, live.words().len(), live.len());
        // What stands alone, or is worked out of rows; and what others have.
        let (numbers, others) = match condition.subject.single() {
            Some((namespace, name)) => {
                let at = world.profiles.attribute_of(namespace, name);
                (at.map(|at| Numbers::Of(world.profiles, at)), None)
            }
            None => match indexes.derived(condition, world) {
                Some((numbers, others)) => (Some(numbers), others),
                None => return Ok(None),
            },
        };
        let mut of = |answer| {
            let found = self.evaluate_given(Some((condition, answer)), world, live, indexes)?;
            Ok::<_, Full>(found.members)
        };
        let (if_so, if_not) = (of(true)?, of(false)?);
        let mut sweep = Sweep {
            always: 0,
            sides: Default::default(),
            of_age: matches!(condition.subject, Subject::Age),
            is_time: between.is_time,
            is_unknown: matches!(condition.subject, Subject::RandomBucket),
        };
        for ((&so, &not), word) in if_so.iter().zip(&if_not).zip(0..) {
            sweep.always += (so & not).count_ones();
            for (side, users) in sweep.sides.iter_mut().zip([so & !not, not & !so]) {
                let mut left = users;
                while left != 0 {
                    let user = word * 64 + left.trailing_zeros() as UserIx;
                    left &= left - 1;
                    let value = numbers.as_ref().and_then(|numbers| numbers.get(user));
                    let is_tree = || match numbers {
                        Some(Numbers::Of(profiles, at)) => profiles.tree(user, at).is_some(),
                        _ => false,
                    };
                    let key = match value {
                        // A day of birth that is no time has no age.
                        Some(Scalar::Time(_)) => value.and_then(|time| between.key(time)),
                        Some(_) if sweep.of_age => None,
                        Some(number) => between.key(number),
                        None if others.is_some() => others,
                        None if !is_tree() => {
                            side.absent += 1;
                            continue;
                        }
                        None => None,
                    };
                    match key {
                        Some(key) => {
                            side.values.try_reserve(1)?;
                            side.values.push(key);
                        }
                        None => side.others += 1,
                    }
                }
            }
        }
        for side in &mut sweep.sides {
            order::sort_numbers(&mut side.values);
        }
        Ok(Some(sweep))
    }
}

impl Rule {
    /// The condition at a place in the definition, or within it.
    pub fn condition_at(&self, path: &[u8]) -> Option<&Condition> {
        let mut nodes = self.filter.iter().chain(&self.exclude);
        nodes.find_map(|node| node.at(path))
    }
}

impl Node {
    /// The condition at a place in the definition.
    // It calls itself as deep as a definition may be.
    fn at(&self, path: &[u8]) -> Option<&Condition> {
        match self {
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().find_map(|node| node.at(path)),
            Node::Condition(condition) => Some(condition).filter(|it| {
                // Problems name places within a condition.
                let rest = path.strip_prefix(&*it.path);
                rest.is_some_and(|rest| rest.first().is_none_or(|next| *next == b'/'))
            }),
        }
    }
}

impl Sweep {
    /// How many the rule holds for with another test in the place of the condition's; `None` if that asks for
    /// something else than the one it was made for.
    ///
    /// **Cost**: four binary searches.
    pub fn count(&self, test: &Test, clock: &Clock) -> Option<u32> {
        let between = Between::of(test, self.of_age, clock)?;
        if between.is_time != self.is_time {
            return None;
        }
        let zero_is_in = (between.from..between.to).contains(&0.0);
        let absent_holds = test.absent_is_zero && !self.is_time && zero_is_in;
        let counts = self.sides.each_ref().map(|side| {
            let unknown = if self.is_unknown { side.absent } else { 0 };
            let holds = side.count(&between, absent_holds && !self.is_unknown);
            (holds, side.all() - holds - unknown)
        });
        let [(so, so_not), (not, not_not)] = counts;
        Some(
            self.always
                + if test.negated {
                    so_not + not
                } else {
                    so + not_not
                },
        )
    }
}
