//! The parts of a plan, of a few thousand users at a time: by sets of all of them, or, where few are left, by a
//! look at each.

use super::answer::Answer;
use super::ask::World;
use super::few::{ASKED, FEW, Few, LISTED, LOOKS, Window, has};
use super::index::{Set, WINDOW};
use super::plan::{Part, Parts, Questions, Sense};
use super::within::{EVERYBODY, Here, NOBODY};
use crate::identity::UserIx;
use crate::profile::BLOCK_USERS;
use crate::user_set::and_count;
use alloc::vec::Vec;

/// The words in question, of a set that may end among them: then a copy, in `$spare`.
macro_rules! window {
    ($set:expr, $spare:ident) => {
        match $set.first_chunk() {
            Some(words) => words,
            None => {
                $spare = $crate::segment::run::padded($set);
                &$spare
            }
        }
    };
}
pub(super) use window;

/// An evaluation.
pub(super) struct Run<'r, 'w, 'p, 'a> {
    pub(super) world: &'r World<'w>,
    pub(super) ranges: Vec<Here<'p>>,
    pub(super) questions: &'r mut Vec<Questions<'a>>,
    /// The word of the first user in question.
    pub(super) first: usize,
}

impl Run<'_, '_, '_, '_> {
    /// Leaves of the users in question those for whom a part holds, or those for whom it does not.
    // It calls itself as deep as a definition may be.
    pub(super) fn sift(&mut self, part: &Part<Set<'_>>, words: &mut Window, wanted: bool) {
        match part {
            Part::All | Part::Nobody => {
                if matches!(part, Part::All) != wanted {
                    *words = [0; WINDOW];
                }
            }
            Part::Set(set) => set.sift(self.first, words, wanted),
            Part::Not(part) => self.sift(part, words, !wanted),
            Part::Range(number) => self.range(*number, words, wanted),
            Part::Asked(number, sense) => self.asked(*number, *sense, words, wanted),
            Part::AllOf(parts) if wanted => self.group(parts, words, true),
            Part::AnyOf(parts) if !wanted => self.group(parts, words, false),
            Part::AllOf(parts) | Part::AnyOf(parts) => {
                let mut rest = *words;
                self.group(parts, &mut rest, !wanted);
                for (word, rest) in words.iter_mut().zip(&rest) {
                    *word &= !rest;
                }
            }
        }
    }

    /// Leaves those for whom a part holds, and answers how many they are. Where the words are not `wanted` they
    /// mean nothing then.
    pub(super) fn leave(&mut self, part: &Part<Set<'_>>, words: &mut Window, wanted: bool) -> u32 {
        let left = match part {
            Part::AllOf(all) => self.each(all, words, true),
            part => {
                self.sift(part, words, true);
                None
            }
        };
        match left {
            Some(users) => {
                if wanted {
                    users.write(words);
                }
                users.len() as u32
            }
            None => and_count(words, words),
        }
    }

    /// Leaves those for whom each of the parts holds, or none.
    fn group(&mut self, all: &Parts<Set<'_>>, words: &mut Window, wanted: bool) {
        if let Some(users) = self.each(all, words, wanted) {
            users.write(words);
        }
    }

    /// The same: in the words, or, where these are few, by their places, which are answered. Then the words mean
    /// nothing.
    fn each(&mut self, all: &Parts<Set<'_>>, words: &mut Window, wanted: bool) -> Option<Few> {
        let listed = wanted.then(|| self.listed(all)).flatten();
        let mut users = listed.map(|(_, few)| Few::of(few, words));
        for (part, at) in all.parts.iter().zip(0..) {
            if listed.is_some_and(|(first, _)| first == at) {
                continue;
            }
            if users.is_none() && at >= all.cheap {
                let left = and_count(words, words);
                if left == 0 {
                    return None;
                }
                if left <= FEW {
                    users = Some(Few::gather(words));
                }
            }
            match &mut users {
                Some(users) => self.one_by_one(part, users, wanted),
                None => self.sift(part, words, wanted),
            }
        }
        users
    }

    /// The part that has few enough users here to go through them, and these by their places in the words in
    /// question.
    fn listed<'s>(&self, all: &Parts<Set<'s>>) -> Option<(usize, &'s [u16])> {
        let cheap = all.parts.iter().take(all.cheap).enumerate();
        cheap.into_iter().find_map(|(at, part)| {
            let Part::Set(Set::Sparse(few)) = part else {
                return None;
            };
            let users = few.window(self.first / WINDOW);
            (users.len() <= LISTED).then_some((at, users))
        })
    }

    /// Leaves of few users those for whom a part holds, or those for whom it does not, by a look at each.
    fn one_by_one(&mut self, part: &Part<Set<'_>>, users: &mut Few, wanted: bool) {
        let first = self.first;
        match part {
            Part::Not(part) => self.one_by_one(part, users, !wanted),
            Part::Set(Set::Bits(set)) => {
                let spare;
                let set = window!(from(set, first), spare);
                users.retain(|user| has(set, user) == wanted);
            }
            Part::Range(number) => self.range_of_few(*number, users, wanted),
            _ if users.len() > ASKED => {
                let mut words = [0; WINDOW];
                users.write(&mut words);
                self.sift(part, &mut words, wanted);
                users.retain(|user| has(&words, user));
            }
            _ => users.retain(|user| {
                let at = first + usize::from(user) / 64;
                self.holds(part, at, u32::from(user) % 64) == wanted
            }),
        }
    }

    /// The same for the range with a number.
    fn range_of_few(&mut self, number: usize, users: &mut Few, wanted: bool) {
        let base = (self.first * 64 % BLOCK_USERS) as u16;
        let Some(here) = self.ranges.get(number) else {
            return;
        };
        if users.len() <= LOOKS || here.is_narrow() {
            return users.retain(|user| here.has(base + user) == wanted);
        }
        let all = (!wanted).then(|| users.clone());
        here.sift(self.first, users);
        if let Some(mut all) = all {
            let mut inside = [0; WINDOW];
            users.write(&mut inside);
            all.retain(|user| !has(&inside, user));
            *users = all;
        }
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

    fn range(&mut self, number: usize, words: &mut Window, wanted: bool) {
        let Some(here) = self.ranges.get(number) else {
            return;
        };
        let sets = here.sets(self.first);
        let until = sets.until.unwrap_or(&EVERYBODY);
        let (mut inside, mut edge) = ([0; WINDOW], [0; WINDOW]);
        let [low, high] = sets.first.unwrap_or([&NOBODY; 2]);
        let of_sets = until.iter().zip(sets.before).zip(low.iter().zip(high));
        let both = inside.iter_mut().zip(&mut edge).zip(&*words);
        for (((inside, edge), word), ((until, before), (low, high))) in both.zip(of_sets) {
            *inside = word & until & !before;
            *edge = word & high & !low;
        }
        self.look(here, &edge, &mut inside);
        if let Some([low, high]) = sets.last {
            for (((edge, word), low), high) in edge.iter_mut().zip(&*words).zip(low).zip(high) {
                *edge = word & high & !low;
            }
            self.look(here, &edge, &mut inside);
        }
        Set::Bits(&inside).sift(0, words, wanted);
    }

    /// Adds those of some users whose number lies in a range.
    fn look(&self, here: &Here<'_>, some: &Window, inside: &mut Window) {
        for ((some, inside), at) in some.iter().zip(inside).zip(self.first..) {
            let mut left = *some;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                let position = (at * 64 % BLOCK_USERS) as u32 + bit;
                *inside |= u64::from(here.has(position as u16)) << bit;
            }
        }
    }

    fn asked(&mut self, number: usize, sense: Sense, words: &mut Window, wanted: bool) {
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

/// A set's last words, and nobody behind them.
#[cold]
#[inline(never)]
pub(super) fn padded(set: &[u64]) -> Window {
    let mut words = [0; WINDOW];
    for (word, set) in words.iter_mut().zip(set) {
        *word = *set;
    }
    words
}

/// A set's words from one on.
#[inline]
fn from(set: &[u64], first: usize) -> &[u64] {
    set.get(first..).unwrap_or(&[])
}
