//! Who a rule holds for: 65,536 users at a time, so that all that is in hand stays near.
//!
//! Of each condition there are two sets, those for whom it is true and those for whom it may be, which
//! differ by the users of whom nobody can say. All of a rule is and, or and not of such pairs.

use super::answer::Answer;
use super::ask::World;
use super::index::{Indexes, Known};
use super::seen::{Place, Seen};
use super::{Apps, Comparison, Condition, Node, Predicate, Rule, Subject, Value};
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{BLOCK_USERS, BLOCK_WORDS, Namespace, Scalar, Stretch, Words};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// Who a rule holds for.
pub struct Found {
    /// A bit for each user for whom it is true.
    pub members: Vec<u64>,
    /// How many they are.
    pub count: u32,
    /// Of how many users nobody can say.
    pub unknown: u32,
}

/// The users of a block for whom something is true, and those for whom it may be.
struct Pair {
    least: Box<Words>,
    most: Box<Words>,
}

impl Pair {
    fn of(answer: Answer) -> Pair {
        let all = |is| vec_of(if is { u64::MAX } else { 0 });
        Pair {
            least: all(answer == Answer::True),
            most: all(answer != Answer::False),
        }
    }

    /// What nobody doubts.
    fn sure(words: Box<Words>) -> Pair {
        Pair {
            most: words.clone(),
            least: words,
        }
    }

    fn each(&mut self, other: &Pair, combine: impl Fn(u64, u64) -> u64) {
        for (mine, theirs) in [
            (&mut self.least, &other.least),
            (&mut self.most, &other.most),
        ] {
            for (mine, theirs) in mine.iter_mut().zip(theirs.iter()) {
                *mine = combine(*mine, *theirs);
            }
        }
    }

    fn not(self) -> Pair {
        let invert = |mut words: Box<Words>| {
            words.iter_mut().for_each(|word| *word = !*word);
            words
        };
        Pair {
            least: invert(self.most),
            most: invert(self.least),
        }
    }
}

fn vec_of(word: u64) -> Box<Words> {
    Box::new([word; BLOCK_WORDS])
}

impl Rule {
    /// Who it holds for, of the users that are live.
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: a look at each user's value of each condition where that stands in a column; where it is in
    /// a list or an object, a pass over the user's row.
    pub fn evaluate(&self, world: &World<'_>, live: &[u64]) -> Result<Found, Full> {
        let mut indexes = Indexes::default();
        indexes.rows.begin(0);
        self.evaluate_with(world, live, &mut indexes)
    }

    /// The same with what is kept of earlier evaluations, after [`super::index::rows::Rows::begin`].
    ///
    /// **Errors**: [`Full`].
    ///
    /// **Cost**: as [`Rule::evaluate`], where an index is missing; else, of a list, in the different elements.
    pub fn evaluate_with(
        &self,
        world: &World<'_>,
        live: &[u64],
        indexes: &mut Indexes,
    ) -> Result<Found, Full> {
        let mut known = Known::default();
        let select = &|condition: &Condition, stretch: Stretch<'_>, words: &mut Words| {
            condition.select(world, stretch, words);
        };
        known.add(self, world, live, indexes, select)?;
        let mut members = Vec::new();
        members.try_reserve_exact(live.len())?;
        let (mut count, mut unknown) = (0, 0);
        for (number, live) in live.chunks(BLOCK_WORDS).enumerate() {
            let block = At {
                world,
                known: &known,
                block: number as u16,
                live,
            };
            let pair = block.rule(self);
            for ((least, most), live) in pair.least.iter().zip(pair.most.iter()).zip(live) {
                members.push(least & live);
                count += (least & live).count_ones();
                unknown += (most & !least & live).count_ones();
            }
        }
        Ok(Found {
            members,
            count,
            unknown,
        })
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

/// A block of users.
#[derive(Clone, Copy)]
struct At<'w, 'a> {
    world: &'w World<'a>,
    known: &'w Known<'w>,
    block: u16,
    live: &'w [u64],
}

impl At<'_, '_> {
    fn rule(self, rule: &Rule) -> Pair {
        let mut pair = match rule.apps {
            Apps::All => Pair::of(Answer::True),
            _ => match self.known.apps(&rule.apps) {
                Some(words) => Pair::sure(self.of_block(words)),
                None => self.each_user(|user| rule.apps.ask(self.world, user)),
            },
        };
        if let Some(filter) = &rule.filter {
            pair.each(&self.node(filter), |mine, theirs| mine & theirs);
        }
        for excluded in &rule.exclude {
            pair.each(&self.node(excluded).not(), |mine, theirs| mine & theirs);
        }
        pair
    }

    // It calls itself as deep as a definition may be.
    fn node(self, node: &Node) -> Pair {
        match node {
            Node::And(nodes) => {
                let mut pair = Pair::of(Answer::True);
                for node in nodes {
                    pair.each(&self.node(node), |mine, theirs| mine & theirs);
                }
                pair
            }
            Node::Or(nodes) => {
                let mut pair = Pair::of(Answer::False);
                for node in nodes {
                    pair.each(&self.node(node), |mine, theirs| mine | theirs);
                }
                pair
            }
            Node::Condition(condition) => self.condition(condition),
        }
    }

    fn condition(self, condition: &Condition) -> Pair {
        if let Subject::Unknown(_) = condition.subject {
            return Pair::of(Answer::Unknown);
        }
        if let Some(pair) = self.cohorts(condition).or_else(|| self.segments(condition)) {
            return pair;
        }
        if let Some(known) = self.known.condition(condition) {
            return Pair {
                least: self.of_block(&known.least),
                most: self.of_block(&known.most),
            };
        }
        match self.column(condition) {
            Some(pair) => pair,
            None => self.each_user(|user| condition.ask(self.world, user)),
        }
    }

    /// The words of this block.
    fn of_block(self, words: &[u64]) -> Box<Words> {
        let mut of_block = vec_of(0);
        let first = usize::from(self.block) * BLOCK_WORDS;
        for (to, word) in of_block.iter_mut().zip(words.iter().skip(first)) {
            *to = *word;
        }
        of_block
    }

    /// Asks each user.
    fn each_user(self, ask: impl Fn(UserIx) -> Answer) -> Pair {
        let mut pair = Pair::of(Answer::False);
        let live = self.live;
        self.fill(live, &mut pair, ask);
        pair
    }

    /// Asks these users.
    fn fill(self, users: &[u64], pair: &mut Pair, ask: impl Fn(UserIx) -> Answer) {
        let first = usize::from(self.block) * BLOCK_USERS;
        let words = pair.least.iter_mut().zip(pair.most.iter_mut());
        for ((&users, (least, most)), at) in users.iter().zip(words).zip(0..) {
            let mut left = users;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let answer = ask((first + at * 64) as UserIx + bit);
                *least |= u64::from(answer == Answer::True) << bit;
                *most |= u64::from(answer != Answer::False) << bit;
            }
        }
    }

    /// Members of cohorts are sets already.
    fn cohorts(self, condition: &Condition) -> Option<Pair> {
        let (Subject::Cohorts { partner }, Predicate::IncludesAnyOf(values)) =
            (&condition.subject, &condition.test.predicate)
        else {
            return None;
        };
        let partner = core::str::from_utf8(partner).ok()?;
        let mut words = vec_of(0);
        for value in values {
            let Value::Text(id) = value else {
                continue;
            };
            let id = core::str::from_utf8(id).ok()?;
            let Some(cohort) = self.world.cohorts.get(partner, id) else {
                continue;
            };
            let first = usize::from(self.block) * BLOCK_WORDS;
            let members = cohort.members.words().get(first..).unwrap_or(&[]);
            for (word, member) in words.iter_mut().zip(members) {
                *word |= member;
            }
        }
        let pair = Pair::sure(words);
        Some(if condition.test.negated {
            pair.not()
        } else {
            pair
        })
    }

    /// Other segments are evaluated as this one is.
    fn segments(self, condition: &Condition) -> Option<Pair> {
        let (Subject::Segments, Predicate::IncludesAnyOf(values)) =
            (&condition.subject, &condition.test.predicate)
        else {
            return None;
        };
        let mut pair = Pair::of(Answer::False);
        for value in values {
            let Value::Text(name) = value else {
                continue;
            };
            let other = match (self.world.rules)(name) {
                Some(rule) => self.rule(rule),
                None => Pair::of(Answer::Unknown),
            };
            pair.each(&other, |mine, theirs| mine | theirs);
        }
        Some(if condition.test.negated {
            pair.not()
        } else {
            pair
        })
    }

    /// The answers of a condition about single values, from their column; `None` where it is about
    /// something else.
    fn column(self, condition: &Condition) -> Option<Pair> {
        let (namespace, name) = condition.subject.single()?;
        let world = self.world;
        let Some(attribute) = world.profiles.attribute_of(namespace, name) else {
            return Some(Pair::of(condition.ask_absent(world)));
        };
        let (mut words, mut present) = (vec_of(0), vec_of(0));
        for stretch in world.profiles.stretches(attribute, self.block) {
            stretch.present(&mut present);
            condition.select(world, stretch, &mut words);
        }
        let mut pair = Pair::sure(words);
        let mut others = present;
        others.iter_mut().for_each(|word| *word = !*word);
        if world.profiles.has_trees(attribute) {
            for (word, live) in others.iter_mut().zip(self.live) {
                *word &= live;
            }
            self.fill(&*others, &mut pair, |user| condition.ask(world, user));
            return Some(pair);
        }
        let answer = condition.ask_absent(world);
        for (others, (least, most)) in others
            .iter()
            .zip(pair.least.iter_mut().zip(pair.most.iter_mut()))
        {
            *least |= if answer == Answer::True { *others } else { 0 };
            *most |= if answer == Answer::False { 0 } else { *others };
        }
        Some(pair)
    }
}

/// Numbers up to which each is asked about once, and not each user's.
const MOST_ASKED: u64 = BLOCK_USERS as u64;

impl Condition {
    /// Adds the users of a stretch of values for whom the condition holds.
    fn select(&self, world: &World<'_>, stretch: Stretch<'_>, words: &mut Words) {
        let holds = |number| self.holds_of(stretch.value(number), world);
        if stretch.is_double() {
            return stretch.select(words, holds);
        }
        let (low, high) = stretch.reach();
        if let Some(wanted) = self.range(&stretch, world) {
            let span = wanted.end.wrapping_sub(wanted.start) as u64;
            return stretch.select(words, |number| {
                (number.wrapping_sub(wanted.start) as u64) < span
            });
        }
        let span = high.wrapping_sub(low) as u64;
        if span >= MOST_ASKED {
            return stretch.select(words, holds);
        }
        // Each number is asked about once.
        let mut table = vec![0_u64; span as usize / 64 + 1];
        for (number, at) in (low..=high).zip(0_usize..) {
            if let Some(word) = table.get_mut(at / 64) {
                *word |= u64::from(holds(number)) << (at % 64);
            }
        }
        stretch.select(words, |number| {
            let at = number.wrapping_sub(low) as usize;
            table
                .get(at / 64)
                .is_some_and(|word| word >> (at % 64) & 1 != 0)
        });
    }

    /// The numbers of a stretch for which it holds, where these are all between two: of numbers and times,
    /// which rise with them.
    fn range(&self, stretch: &Stretch<'_>, world: &World<'_>) -> Option<Range<i64>> {
        if matches!(self.subject, Subject::Age | Subject::Recurring { .. }) || self.test.negated {
            return None;
        }
        let (low, high) = stretch.reach();
        let end = high.checked_add(1)?;
        // The first number that is not before what is wanted.
        let first = |before: &dyn Fn(f64) -> bool| {
            let (mut from, mut to) = (low, end);
            while from < to {
                let middle = from + (to - from) / 2;
                let value = match stretch.value(middle) {
                    Scalar::Number(number) => number,
                    Scalar::Time(time) => time.ms() as f64,
                    _ => return None,
                };
                if before(value) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            Some(from)
        };
        // Whether there are any values of that type is of no matter.
        let is_time = matches!(stretch.value(low), Scalar::Time(_));
        let (from, to) = match &self.test.predicate {
            Predicate::Number(comparison, wanted) if !is_time => {
                let at_least = |value: f64| value < *wanted;
                let above = |value: f64| value <= *wanted;
                match comparison {
                    Comparison::Equal => (first(&at_least)?, first(&above)?),
                    Comparison::Less => (low, first(&at_least)?),
                    Comparison::LessOrEqual => (low, first(&above)?),
                    Comparison::Greater => (first(&above)?, end),
                    Comparison::GreaterOrEqual => (first(&at_least)?, end),
                }
            }
            Predicate::Before(moment) if is_time => {
                let wanted = world.clock.instant(*moment) as f64;
                (low, first(&|value| value < wanted)?)
            }
            Predicate::After(moment) if is_time => {
                let wanted = world.clock.instant(*moment) as f64;
                let late = super::seen::YEAR_3001 as f64;
                (
                    first(&|value| value <= wanted)?,
                    first(&|value| value < late)?,
                )
            }
            _ => return None,
        };
        Some(from..to.max(from))
    }

    /// The answer for a user of whom nothing is known of the subject.
    pub(super) fn ask_absent(&self, world: &World<'_>) -> Answer {
        match &self.subject {
            Subject::RandomBucket => Answer::Unknown,
            Subject::State(_) => self.holds_seen(Seen::Text(b"subscribed"), world).into(),
            _ => self.holds_seen(Seen::Absent, world).into(),
        }
    }

    /// Does the test hold of a single value?
    fn holds_of(&self, scalar: Scalar<'_>, world: &World<'_>) -> bool {
        match &self.subject {
            Subject::Age => self.holds_seen(world.clock.age(scalar), world),
            Subject::Recurring { .. } => world.recurs(scalar.into(), &self.test),
            _ => self.holds_seen(scalar.into(), world),
        }
    }

    fn holds_seen(&self, seen: Seen<'_>, world: &World<'_>) -> bool {
        if let Subject::Recurring { .. } = self.subject {
            return world.recurs(seen, &self.test);
        }
        self.test
            .holds(seen, Place::Flat, world.clock, world.patterns)
    }
}

impl Subject {
    /// The attribute, where all that matters of it is a single value.
    fn single(&self) -> Option<(Namespace, &[u8])> {
        match self {
            Subject::Custom { name, path } if path.is_empty() => Some((Namespace::Custom, name)),
            Subject::Recurring { name: Some(name) } => Some((Namespace::Custom, name)),
            Subject::Default("external_id") => None,
            Subject::Default(field) | Subject::State(field) => {
                Some((Namespace::Default, field.as_bytes()))
            }
            Subject::Age | Subject::Recurring { name: None } => Some((Namespace::Default, b"dob")),
            Subject::RandomBucket => Some((Namespace::Default, b"random_bucket")),
            _ => None,
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
