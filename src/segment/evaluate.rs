//! Who a rule holds for: a few thousand users at a time, so that all that is in hand stays near.
//!
//! A part of the plan only ever takes users away from those in question; an `or` takes away from a copy
//! whom none of its parts keeps. So each part sees whom the cheaper ones before it left over.

use super::answer::Answer;
use super::ask::World;
use super::index::{Indexes, Set, WINDOW};
use super::plan::{Part, Plan, Range};
use super::run::{Run, window};
use super::within::heres;
use super::{Apps, Condition, Node, Rule};
use crate::cohort::membership::Members;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::BLOCK_WORDS;
use alloc::vec::Vec;

/// Who a rule holds for.
pub struct Found {
    /// A bit for each user for whom it is true.
    pub members: Vec<u64>,
    /// How many they are.
    pub count: u32,
    /// Of how many users nobody can say.
    pub unknown: u32,
}

/// How many a rule holds for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// For how many it is true.
    pub count: u32,
    /// Of how many users nobody can say.
    pub unknown: u32,
}

/// Who is told, some words at a time.
type Tell<'t> = Option<&'t mut dyn FnMut(&[u64])>;

impl Rule {
    /// Who it holds for, of the users that are live.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a pass over a bit a user for each condition; where a condition is asked for the first time
    /// since profiles changed, a pass over its column, or over the rows of users for whom it matters.
    pub fn evaluate(
        &self,
        world: &World<'_>,
        live: &Members,
        indexes: &mut Indexes,
    ) -> Result<Found, Full> {
        self.evaluate_given(None, world, live, indexes)
    }

    /// The same, with one condition answered for all alike.
    pub(super) fn evaluate_given(
        &self,
        given: Option<(&Condition, bool)>,
        world: &World<'_>,
        live: &Members,
        indexes: &mut Indexes,
    ) -> Result<Found, Full> {
        let mut members = Vec::new();
        members.try_reserve_exact(live.words().len())?;
        let tell = &mut |words: &[u64]| members.extend_from_slice(words);
        let Counted { count, unknown } = self.run(given, world, live, indexes, Some(tell))?;
        Ok(Found {
            members,
            count,
            unknown,
        })
    }

    /// As [`Rule::evaluate`], without telling who.
    ///
    /// **Errors, cost**: those of [`Rule::evaluate`].
    pub fn count(
        &self,
        world: &World<'_>,
        live: &Members,
        indexes: &mut Indexes,
    ) -> Result<Counted, Full> {
        self.run(None, world, live, indexes, None)
    }

    fn run(
        &self,
        given: Option<(&Condition, bool)>,
        world: &World<'_>,
        live: &Members,
        indexes: &mut Indexes,
        mut tell: Tell<'_>,
    ) -> Result<Counted, Full> {
        let mut plan = Plan::of(self, given, world, indexes, live)?;
        let (least, most) = plan.parts(indexes);
        let (mut count, mut unknown) = (0, 0);
        for (number, block) in live.words().chunks(BLOCK_WORDS).enumerate() {
            let mut run = Run {
                world,
                ranges: heres(&plan.ranges, indexes, number),
                questions: &mut plan.questions,
                first: number * BLOCK_WORDS,
            };
            for these in block.chunks(WINDOW) {
                let spare;
                let live = window!(these, spare);
                let mut words = *live;
                count += run.leave(&least, &mut words, tell.is_some() || most.is_some());
                if let Some(tell) = &mut tell {
                    tell(words.get(..these.len()).unwrap_or(&[]));
                }
                if let Some(most) = &most {
                    let mut others = [0; WINDOW];
                    for (other, (live, word)) in others.iter_mut().zip(live.iter().zip(&words)) {
                        *other = live & !word;
                    }
                    unknown += run.leave(most, &mut others, false);
                }
                run.first += WINDOW;
            }
        }
        plan.finish(indexes);
        Ok(Counted { count, unknown })
    }

    /// Does it hold for a user? The plain way.
    pub fn ask(&self, world: &World<'_>, user: UserIx) -> Answer {
        let apps = self.apps.ask(world, user);
        let filter = self.filter.as_ref();
        let filter = filter.map_or(Answer::True, |node| node.ask(world, user));
        let excluded = Answer::any(self.exclude.iter().map(|node| node.ask(world, user)));
        Answer::all([apps, filter, !excluded])
    }
}

impl Node {
    /// Does it hold for a user? The plain way.
    pub fn ask(&self, world: &World<'_>, user: UserIx) -> Answer {
        match self {
            Node::And(nodes) => Answer::all(nodes.iter().map(|node| node.ask(world, user))),
            Node::Or(nodes) => Answer::any(nodes.iter().map(|node| node.ask(world, user))),
            Node::Condition(condition) => condition.ask(world, user),
        }
    }
}

/// Those for whom a part of sets and ranges holds, of so many words of users.
pub(super) fn all_of(
    part: &Part<Set<'_>>,
    ranges: &[Range<'_>],
    world: &World<'_>,
    words: usize,
    indexes: &Indexes,
) -> Result<Vec<u64>, Full> {
    let mut out = Vec::new();
    out.try_reserve_exact(words)?;
    let mut block = 0;
    while out.len() < words {
        let mut run = Run {
            world,
            ranges: heres(ranges, indexes, block),
            questions: &mut Vec::new(),
            first: out.len(),
        };
        let end = words.min(out.len() + BLOCK_WORDS);
        while out.len() < end {
            let mut some = [u64::MAX; WINDOW];
            run.sift(part, &mut some, true);
            out.extend(some.into_iter().take(end - out.len()));
            run.first += WINDOW;
        }
        block += 1;
    }
    Ok(out)
}
impl Apps {
    /// Has a user a session in them?
    pub(super) fn ask(&self, world: &World<'_>, user: UserIx) -> Answer {
        match self {
            Apps::All => true.into(),
            Apps::AnyOf(names) => names
                .iter()
                .any(|name| world.has_session(user, Some(name)))
                .into(),
            Apps::None => (!world.has_session(user, None)).into(),
        }
    }
}
