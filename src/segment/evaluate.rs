//! Who a rule holds for: a few thousand users at a time, so that all that is in hand stays near.
//!
//! A part of the plan only ever takes users away from those in question; an `or` takes away from a copy
//! whom none of its parts keeps. So each part sees whom the cheaper ones before it left over.

use super::answer::Answer;
use super::ask::World;
use super::few::{FEW, Few};
use super::index::{Cuts, Indexes, Placed, Set, WINDOW};
use super::plan::{Part, Parts, Plan, Questions, Range, Sense};
use super::single::Between;
use super::{Apps, Condition, Node, Rule};
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::profile::{BLOCK_USERS, BLOCK_WORDS, InRange, Kind, Stretch};
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
///
/// Tried in wasm, in Node 20 on a busy machine, over 1,000,000 users, least of many runs: a rule of three
/// sets that stay takes 45 µs with 64 words at a time and 37 with 256; one that moves 58 and 47.
const TOGETHER: usize = WINDOW;

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
        self.evaluate_given(None, world, live, indexes)
    }

    /// The same, with one condition answered for all alike.
    pub(super) fn evaluate_given(
        &self,
        given: Option<(&Condition, bool)>,
        world: &World<'_>,
        live: &[u64],
        indexes: &mut Indexes,
    ) -> Result<Found, Full> {
        let mut members = Vec::new();
        members.try_reserve_exact(live.len())?;
        let tell = |words: &[u64]| members.extend_from_slice(words);
        let Counted { count, unknown } = self.run(given, world, live, indexes, tell)?;
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
        self.run(None, world, live, indexes, |_| {})
    }

    fn run(
        &self,
        given: Option<(&Condition, bool)>,
        world: &World<'_>,
        live: &[u64],
        indexes: &mut Indexes,
        mut tell: impl FnMut(&[u64]),
    ) -> Result<Counted, Full> {
        let mut plan = Plan::of(self, given, world, indexes, live)?;
        let (least, most) = plan.parts(indexes);
        let (mut count, mut unknown) = (0, 0);
        for (number, block) in live.chunks(BLOCK_WORDS).enumerate() {
            let mut run = Run {
                world,
                ranges: heres(&plan.ranges, indexes, number),
                questions: &mut plan.questions,
                first: number * BLOCK_WORDS,
            };
            for live in block.chunks(TOGETHER) {
                let mut words = [0; TOGETHER];
                let some = words.get_mut(..live.len()).unwrap_or(&mut []);
                some.copy_from_slice(live);
                run.sift(&least, &mut words, true);
                count += and_count(&words, &words);
                tell(words.get(..live.len()).unwrap_or(&[]));
                if let Some(most) = &most {
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
            let mut some = [u64::MAX; TOGETHER];
            run.sift(part, &mut some, true);
            out.extend(some.into_iter().take(end - out.len()));
            run.first += TOGETHER;
        }
        block += 1;
    }
    Ok(out)
}

/// Ranges within a block.
fn heres<'p>(ranges: &'p [Range<'_>], indexes: &'p Indexes, block: usize) -> Vec<Here<'p>> {
    let here = |range: &'p Range<'_>| Here::of(range, indexes.cuts(range.cuts), block);
    ranges.iter().map(here).collect()
}

/// A range within a block of users.
struct Here<'p> {
    range: &'p Range<'p>,
    cuts: Option<&'p Cuts>,
    whole: Vec<InRange<'p>>,
    doubles: Vec<Stretch<'p>>,
}

impl<'p> Here<'p> {
    fn of(range: &'p Range<'_>, cuts: Option<&'p Cuts>, block: usize) -> Here<'p> {
        let Between { from, to, .. } = range.between;
        let mut here = Here {
            range,
            cuts,
            whole: Vec::new(),
            doubles: Vec::new(),
        };
        for stretch in range.numbers.stretches(block as u16) {
            match stretch.kind() {
                kind if !range.between.is_of(kind) => {}
                Kind::Double => here.doubles.push(stretch),
                _ => here
                    .whole
                    .push(stretch.test(stretch.first(from)..stretch.first(to))),
            }
        }
        here
    }

    #[inline(always)]
    fn has(&self, position: u16) -> bool {
        match &*self.whole {
            [test] if self.doubles.is_empty() => test.has(position),
            _ => self.has_any(position),
        }
    }

    /// The same, where there are numbers of more than one kind.
    #[inline(never)]
    fn has_any(&self, position: u16) -> bool {
        let Between { from, to, .. } = self.range.between;
        let of_double = |stretch: &Stretch<'_>| {
            let bits = stretch.number(position);
            bits.is_some_and(|bits| (from..to).contains(&f64::from_bits(bits as u64)))
        };
        self.whole.iter().any(|test| test.has(position)) || self.doubles.iter().any(of_double)
    }
}

/// An evaluation.
struct Run<'r, 'w, 'p, 'a> {
    world: &'r World<'w>,
    ranges: Vec<Here<'p>>,
    questions: &'r mut Vec<Questions<'a>>,
    /// The word of the first user in question.
    first: usize,
}

impl Run<'_, '_, '_, '_> {
    /// Leaves of the users in question those for whom a part holds, or those for whom it does not.
    // It calls itself as deep as a definition may be.
    fn sift(&mut self, part: &Part<Set<'_>>, words: &mut Words, wanted: bool) {
        match part {
            Part::All | Part::Nobody => {
                if matches!(part, Part::All) != wanted {
                    *words = [0; TOGETHER];
                }
            }
            Part::Set(set) => set.sift(self.first, words, wanted),
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

    /// Leaves those for whom each of the parts holds, or none.
    fn each(&mut self, all: &Parts<Set<'_>>, words: &mut Words, wanted: bool) {
        let (cheap, dear) = all.parts.split_at(all.cheap.min(all.parts.len()));
        if wanted && let Some(few) = cheap.iter().find_map(|part| self.few(part)) {
            let mut users = Few::of(few, words);
            return self.one_by_one(&all.parts, &mut users, words, true);
        }
        for part in cheap {
            self.sift(part, words, wanted);
        }
        for (part, at) in dear.iter().zip(0..) {
            let left = and_count(words, words);
            if left == 0 {
                return;
            }
            if left <= FEW {
                let mut users = Few::gather(words);
                let rest = dear.get(at..).unwrap_or(&[]);
                return self.one_by_one(rest, &mut users, words, wanted);
            }
            self.sift(part, words, wanted);
        }
    }

    /// The users of a part, by their places in the words in question, where they are few enough.
    fn few<'s>(&self, part: &Part<Set<'s>>) -> Option<&'s [u16]> {
        let Part::Set(Set::Sparse(few)) = part else {
            return None;
        };
        let users = few.window(self.first / WINDOW);
        (users.len() <= FEW as usize).then_some(users)
    }

    /// The same, of few users, by a look at each.
    ///
    /// One part after the other, so that looks, of which most miss the caches, wait together.
    fn one_by_one(
        &mut self,
        parts: &[Part<Set<'_>>],
        users: &mut Few,
        words: &mut Words,
        wanted: bool,
    ) {
        let base = (self.first * 64 % BLOCK_USERS) as u16;
        for part in parts {
            match part {
                Part::Range(number) => {
                    let here = self.ranges.get(*number);
                    users.retain(|user| here.is_some_and(|here| here.has(base + user) == wanted));
                }
                _ => {
                    let first = self.first;
                    users.retain(|user| {
                        let at = first + usize::from(user) / 64;
                        self.holds(part, at, u32::from(user) % 64) == wanted
                    });
                }
            }
        }
        users.write(words);
    }

    /// Does a part hold for the user of this word and bit?
    fn holds(&mut self, part: &Part<Set<'_>>, at: usize, bit: u32) -> bool {
        match part {
            Part::All => true,
            Part::Nobody => false,
            Part::Set(set) => set.has(at, bit),
            Part::Not(part) => !self.holds(part, at, bit),
            Part::Range(number) => {
                let position = (at * 64 % BLOCK_USERS) as u32 + bit;
                let here = self.ranges.get(*number);
                here.is_some_and(|here| here.has(position as u16))
            }
            Part::Asked(number, sense) => self.ask(*number, *sense, 1 << bit, at) != 0,
            Part::AllOf(all) => all.parts.iter().all(|part| self.holds(part, at, bit)),
            Part::AnyOf(any) => any.parts.iter().any(|part| self.holds(part, at, bit)),
        }
    }

    fn range(&mut self, number: usize, words: &mut Words, wanted: bool) {
        let Some(here) = self.ranges.get(number) else {
            return;
        };
        let Some(cuts) = here.cuts else {
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
        let (mut spare, mut more) = ([0; TOGETHER], [0; TOGETHER]);
        let (until, before) = (
            window(below(until), &mut spare),
            window(below(before), &mut more),
        );
        let mut inside = [0; TOGETHER];
        for (((inside, word), until), before) in
            inside.iter_mut().zip(&*words).zip(until).zip(before)
        {
            *inside = word & until & !before;
        }
        for (low, high) in edges.into_iter().flatten() {
            let (mut spare, mut more) = ([0; TOGETHER], [0; TOGETHER]);
            let low = window(below(low), &mut spare);
            let high = window(below(Some(high)), &mut more);
            let mut edge = [0; TOGETHER];
            for (((edge, word), low), high) in edge.iter_mut().zip(&*words).zip(low).zip(high) {
                *edge = word & high & !low;
            }
            for ((edge, inside), at) in edge.iter().zip(&mut inside).zip(self.first..) {
                let mut left = *edge;
                while left != 0 {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    let position = (at * 64 % BLOCK_USERS) as u32 + bit;
                    *inside |= u64::from(here.has(position as u16)) << bit;
                }
            }
        }
        Set::Bits(&inside).sift(0, words, wanted);
    }

    fn asked(&mut self, number: usize, sense: Sense, words: &mut Words, wanted: bool) {
        for (word, at) in words.iter_mut().zip(self.first..) {
            if *word != 0 {
                let holds = self.ask(number, sense, *word, at);
                *word &= if wanted { holds } else { !holds };
            }
        }
    }

    /// Of some users of a word those for whom the answer is yes.
    fn ask(&mut self, number: usize, sense: Sense, users: u64, at: usize) -> u64 {
        let Some(questions) = self.questions.get_mut(number) else {
            return 0;
        };
        let (mut least, mut most) = (0, 0);
        let answers = &mut questions.answers;
        let kept = (
            answers.asked.get_mut(at),
            answers.least.get_mut(at),
            answers.most.get_mut(at),
        );
        let known = kept.0.as_ref().map_or(0, |asked| **asked);
        let mut left = users & !known;
        while left != 0 {
            let bit = left.trailing_zeros();
            left &= left - 1;
            let answer = questions.of.ask(self.world, (at * 64) as UserIx + bit);
            least |= u64::from(answer == Answer::True) << bit;
            most |= u64::from(answer != Answer::False) << bit;
        }
        if let (Some(asked), Some(is), Some(may_be)) = kept {
            *asked |= users;
            *is |= least;
            *may_be |= most;
            (least, most) = (*is, *may_be);
        }
        users
            & match sense {
                Sense::Least => least,
                Sense::Most => most,
            }
    }
}

/// The words in question, of a set that may end among them.
#[inline]
fn window<'s>(set: &'s [u64], spare: &'s mut Words) -> &'s Words {
    match set.first_chunk() {
        Some(words) => words,
        None => {
            for (word, set) in spare.iter_mut().zip(set) {
                *word = *set;
            }
            spare
        }
    }
}

/// A set's words from one on.
#[inline]
fn from(set: &[u64], first: usize) -> &[u64] {
    set.get(first..).unwrap_or(&[])
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
