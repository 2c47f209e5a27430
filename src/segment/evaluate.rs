//! Who a rule holds for: a few thousand users at a time, so that all that is in hand stays near.
//!
//! A part of the plan only ever takes users away from those in question; an `or` takes away from a copy
//! whom none of its parts keeps. So each part sees whom the cheaper ones before it left over.

use super::answer::Answer;
use super::ask::World;
use super::index::{Indexes, Placed};
use super::plan::{Part, Plan, Question, Questions, Range, Sense};
use super::{Apps, Node, Rule};
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{BLOCK_USERS, BLOCK_WORDS, Kind, Stretch};
use crate::user_set::and_count;
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

/// Words evaluated at a time. It divides those of a block.
const TOGETHER: usize = 64;

/// Users in question, a bit each.
type Words = [u64; TOGETHER];

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
        live: &[u64],
        indexes: &mut Indexes,
    ) -> Result<Found, Full> {
        let mut members = Vec::new();
        members.try_reserve_exact(live.len())?;
        let counted = self.run(world, live, indexes, |words| members.extend_from_slice(words))?;
        let Counted { count, unknown } = counted;
        Ok(Found {
            members,
            count,
            unknown,
        })
    }

    /// As [`Rule::evaluate`], without telling who.
    pub fn count(
        &self,
        world: &World<'_>,
        live: &[u64],
        indexes: &mut Indexes,
    ) -> Result<Counted, Full> {
        self.run(world, live, indexes, |_| {})
    }

    fn run(
        &self,
        world: &World<'_>,
        live: &[u64],
        indexes: &mut Indexes,
        mut tell: impl FnMut(&[u64]),
    ) -> Result<Counted, Full> {
        let mut plan = Plan::of(self, world, indexes, live)?;
        let (mut count, mut unknown) = (0, 0);
        for (number, block) in live.chunks(BLOCK_WORDS).enumerate() {
            let mut run = Run {
                world,
                indexes,
                ranges: plan.ranges.iter().map(|it| Here::of(it, number)).collect(),
                questions: &mut plan.questions,
                first: number * BLOCK_WORDS,
            };
            for live in block.chunks(TOGETHER) {
                let mut words = [0; TOGETHER];
                let some = words.get_mut(..live.len()).unwrap_or(&mut []);
                some.copy_from_slice(live);
                run.sift(&plan.least, &mut words, true);
                count += and_count(&words, &words);
                tell(words.get(..live.len()).unwrap_or(&[]));
                if let Some(most) = &plan.most {
                    let mut others = [0; TOGETHER];
                    for (other, (live, word)) in others.iter_mut().zip(live.iter().zip(&words)) {
                        *other = live & !word;
                    }
                    run.sift(most, &mut others, true);
                    unknown += and_count(&others, &others);
                }
                run.first += TOGETHER;
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

/// A range within a block of users.
struct Here<'p, 'a> {
    range: &'p Range<'a>,
    stretches: Vec<(Stretch<'a>, core::ops::Range<i64>)>,
}

impl<'p, 'a> Here<'p, 'a> {
    fn of(range: &'p Range<'a>, block: usize) -> Here<'p, 'a> {
        let between = &range.between;
        let all = range.numbers.stretches(block as u16);
        let of_it = all.filter(|stretch| between.is_of(stretch.kind()));
        let stretches = of_it.map(|stretch| match stretch.kind() {
            // Looked at as they are.
            Kind::Double => (stretch, 0..0),
            _ => (stretch, stretch.first(between.from)..stretch.first(between.to)),
        });
        Here {
            range,
            stretches: stretches.collect(),
        }
    }

    fn has(&self, position: u16) -> bool {
        let between = &self.range.between;
        self.stretches.iter().any(|(stretch, numbers)| match stretch.kind() {
            Kind::Double => stretch.number(position).is_some_and(|bits| {
                let number = f64::from_bits(bits as u64);
                between.from <= number && number < between.to
            }),
            _ => stretch.is_within(position, numbers),
        })
    }
}

/// An evaluation.
struct Run<'r, 'w, 'p, 'a> {
    world: &'r World<'w>,
    indexes: &'r Indexes,
    ranges: Vec<Here<'p, 'a>>,
    questions: &'r mut Vec<Questions<'a>>,
    /// The word of the first user in question.
    first: usize,
}

impl Run<'_, '_, '_, '_> {
    /// Leaves of the users in question those for whom a part holds, or those for whom it does not.
    // It calls itself as deep as a definition may be.
    fn sift(&mut self, part: &Part<'_>, words: &mut Words, wanted: bool) {
        match part {
            Part::All | Part::Nobody => {
                if matches!(part, Part::All) != wanted {
                    *words = [0; TOGETHER];
                }
            }
            Part::Members(set) => keep(words, from(set, self.first), wanted),
            Part::Set(place) => keep(words, from(self.indexes.set(*place), self.first), wanted),
            Part::Not(part) => self.sift(part, words, !wanted),
            Part::Range(number) => self.range(*number, words, wanted),
            Part::Asked(number, sense) => self.asked(*number, *sense, words, wanted),
            Part::AllOf(parts) if wanted => self.each(parts, words, true),
            Part::AnyOf(parts) if !wanted => self.each(parts, words, false),
            Part::AllOf(parts) | Part::AnyOf(parts) => {
                let mut rest = *words;
                self.each(parts, &mut rest, !wanted);
                for (word, rest) in words.iter_mut().zip(&rest) {
                    *word &= !rest;
                }
            }
        }
    }

    fn each(&mut self, parts: &[Part<'_>], words: &mut Words, wanted: bool) {
        for part in parts {
            let is_dear = !matches!(part, Part::Members(_) | Part::Set(_));
            if is_dear && words.iter().fold(0, |all, word| all | word) == 0 {
                return;
            }
            self.sift(part, words, wanted);
        }
    }

    fn range(&mut self, number: usize, words: &mut Words, wanted: bool) {
        let Some(here) = self.ranges.get(number) else {
            return;
        };
        let Some(cuts) = self.indexes.cuts(here.range.cuts) else {
            return;
        };
        let below = |place: Option<usize>| match place {
            Some(place) => from(cuts.below(place), self.first),
            None => &[],
        };
        let Placed {
            before,
            until,
            edges,
        } = here.range.placed;
        let mut inside = *words;
        keep(&mut inside, below(until), true);
        keep(&mut inside, below(before), false);
        for (low, high) in edges.into_iter().flatten() {
            let mut edge = *words;
            keep(&mut edge, below(Some(high)), true);
            keep(&mut edge, below(low), false);
            for ((edge, inside), at) in edge.iter().zip(&mut inside).zip(0..) {
                let mut left = *edge;
                while left != 0 {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    let position = ((self.first + at) * 64 % BLOCK_USERS) as u32 + bit;
                    *inside |= u64::from(here.has(position as u16)) << bit;
                }
            }
        }
        for (word, inside) in words.iter_mut().zip(&inside) {
            *word = if wanted { *inside } else { *word & !*inside };
        }
    }

    fn asked(&mut self, number: usize, sense: Sense, words: &mut Words, wanted: bool) {
        let Some(questions) = self.questions.get_mut(number) else {
            return;
        };
        let question = questions.of;
        let ask = |world: &World<'_>, question: Question<'_>, users: u64, word: usize| {
            let (mut least, mut most) = (0, 0);
            let mut left = users;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let answer = question.ask(world, (word * 64) as UserIx + bit);
                least |= u64::from(answer == Answer::True) << bit;
                most |= u64::from(answer != Answer::False) << bit;
            }
            (least, most)
        };
        for (word, at) in words.iter_mut().zip(self.first..) {
            if *word == 0 {
                continue;
            }
            let answers = &mut questions.answers;
            let kept = (
                answers.asked.get_mut(at),
                answers.least.get_mut(at),
                answers.most.get_mut(at),
            );
            let (least, most) = match kept {
                (Some(asked), Some(least), Some(most)) => {
                    let new = *word & !*asked;
                    if new != 0 {
                        let (is, may_be) = ask(self.world, question, new, at);
                        *asked |= new;
                        *least |= is;
                        *most |= may_be;
                    }
                    (*least, *most)
                }
                // They are not kept.
                _ => ask(self.world, question, *word, at),
            };
            let holds = match sense {
                Sense::Least => least,
                Sense::Most => most,
            };
            *word &= if wanted { holds } else { !holds };
        }
    }
}

/// A set's words from one on.
#[inline]
fn from(set: &[u64], first: usize) -> &[u64] {
    set.get(first..).unwrap_or(&[])
}

/// Leaves those who are in a set, or those who are not.
#[inline]
fn keep(words: &mut Words, set: &[u64], wanted: bool) {
    let Some(set) = set.first_chunk::<TOGETHER>() else {
        // The set ends here.
        for (word, at) in words.iter_mut().zip(0..) {
            let set = set.get(at).copied().unwrap_or(0);
            *word &= if wanted { set } else { !set };
        }
        return;
    };
    if wanted {
        for (word, set) in words.iter_mut().zip(set) {
            *word &= set;
        }
    } else {
        for (word, set) in words.iter_mut().zip(set) {
            *word &= !set;
        }
    }
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
