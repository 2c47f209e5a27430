//! How a rule is evaluated: its conditions as sets where they are sets already or can be made such, the cheap
//! ones first, so that the dear ones are asked only of users who are still in question.

mod join;
mod part;
mod question;

pub(super) use part::{Part, Parts, Sense};
pub(super) use question::{Question, Questions};

use super::answer::Answer;
use super::ask::World;
use super::index::{Answers, Indexes, Numbers, Place, Placed, Set, key};
use super::single::Between;
use super::{Apps, Condition, Node, Predicate, Rule, Subject, Value};
use crate::cohort::membership::Members;
use crate::identity::directory::Full;
use crate::profile::AttributeIx;
use alloc::vec::Vec;
use part::{Of, not, not_if, resolved};

/// Numbers between two, by their cuts.
pub(super) struct Range<'a> {
    pub(super) between: Between,
    pub(super) numbers: Numbers<'a>,
    pub(super) cuts: Place,
    pub(super) placed: Placed,
}

/// Texts of a condition up to which each has a set of its own, which other conditions share: fifty segments of
/// a few countries each were counted in a quarter of the time so.
const MOST_APART: usize = 8;

/// How a rule is evaluated.
pub(super) struct Plan<'a> {
    least: Part<Of<'a>>,
    /// For whom it may be, where that is another.
    most: Option<Part<Of<'a>>>,
    pub(super) ranges: Vec<Range<'a>>,
    pub(super) questions: Vec<Questions<'a>>,
}

impl<'a> Plan<'a> {
    /// Makes a plan, and the sets that it needs. Of a condition the answer may be given, for all alike.
    pub(super) fn of(
        rule: &'a Rule,
        given: Option<(&'a Condition, bool)>,
        world: &'a World<'_>,
        indexes: &mut Indexes,
        live: &'a Members,
    ) -> Result<Plan<'a>, Full> {
        let (words, users) = (live.words().len(), live.len());
        indexes.begin(world, words, users);
        let mut planner = Planner {
            world,
            given,
            indexes,
            words,
            users,
            live,
            is_sure: true,
            ranges: Vec::new(),
            questions: Vec::new(),
        };
        let mut least = planner.rule(rule, Sense::Least)?;
        let most = if planner.is_sure {
            planner.join(&mut least)?;
            None
        } else {
            let mut most = planner.rule(rule, Sense::Most)?;
            planner.settle(&mut most)?;
            Some(most)
        };
        planner.settle(&mut least)?;
        let Planner {
            ranges, questions, ..
        } = planner;
        Ok(Plan {
            least,
            most,
            ranges,
            questions,
        })
    }

    /// For whom the rule is true, and for whom it may be where that is another.
    pub(super) fn parts<'s>(&self, indexes: &'s Indexes) -> (Part<Set<'s>>, Option<Part<Set<'s>>>)
    where
        'a: 's,
    {
        let most = self.most.as_ref();
        (
            resolved(&self.least, indexes),
            most.map(|most| resolved(most, indexes)),
        )
    }

    /// Keeps the answers for the next evaluation.
    pub(super) fn finish(self, indexes: &mut Indexes) {
        for questions in self.questions {
            if let Some(place) = questions.place {
                indexes.put_back(place, questions.answers);
            }
        }
    }
}

struct Planner<'a, 'w, 'i> {
    world: &'a World<'w>,
    given: Option<(&'a Condition, bool)>,
    indexes: &'i mut Indexes,
    live: &'a Members,
    words: usize,
    users: usize,
    /// Can everything be said of everyone?
    is_sure: bool,
    ranges: Vec<Range<'a>>,
    questions: Vec<Questions<'a>>,
}

impl<'a> Planner<'a, '_, '_> {
    fn rule(&mut self, rule: &'a Rule, sense: Sense) -> Result<Part<Of<'a>>, Full> {
        let mut parts = Vec::with_capacity(2 + rule.exclude.len());
        match &rule.apps {
            Apps::All => {}
            apps => parts.push(self.apps(apps, sense)?),
        }
        if let Some(filter) = &rule.filter {
            parts.push(self.node(filter, sense)?);
        }
        for excluded in &rule.exclude {
            parts.push(not(self.node(excluded, !sense)?));
        }
        Ok(self.all_of(parts))
    }

    // It calls itself as deep as a definition may be.
    fn node(&mut self, node: &'a Node, sense: Sense) -> Result<Part<Of<'a>>, Full> {
        let (is_and, nodes) = match node {
            Node::And(nodes) => (true, nodes),
            Node::Or(nodes) => (false, nodes),
            Node::Condition(condition) => return self.condition(condition, sense),
        };
        let mut parts = Vec::with_capacity(nodes.len());
        for node in nodes {
            parts.push(self.node(node, sense)?);
        }
        Ok(if is_and {
            self.all_of(parts)
        } else {
            self.any_of(parts)
        })
    }

    fn all_of(&mut self, mut parts: Vec<Part<Of<'a>>>) -> Part<Of<'a>> {
        if parts.iter().any(|part| matches!(part, Part::Nobody)) {
            return Part::Nobody;
        }
        parts.retain(|part| !matches!(part, Part::All));
        // A group within a group of the same kind is none.
        if parts.iter().any(|part| matches!(part, Part::AllOf(_))) {
            let mut flat = Vec::with_capacity(parts.len());
            for part in parts {
                match part {
                    Part::AllOf(inner) => flat.extend(inner.parts),
                    part => flat.push(part),
                }
            }
            parts = flat;
        }
        self.join_ranges(&mut parts);
        if parts.iter().any(|part| matches!(part, Part::Nobody)) {
            return Part::Nobody;
        }
        match parts.len() {
            0 => Part::All,
            1 => parts.pop().unwrap_or(Part::All),
            _ => Part::AllOf(Parts { parts, cheap: 0 }),
        }
    }

    fn any_of(&self, mut parts: Vec<Part<Of<'a>>>) -> Part<Of<'a>> {
        if parts.iter().any(|part| matches!(part, Part::All)) {
            return Part::All;
        }
        parts.retain(|part| !matches!(part, Part::Nobody));
        match parts.len() {
            0 => Part::Nobody,
            1 => parts.pop().unwrap_or(Part::Nobody),
            _ => Part::AnyOf(Parts { parts, cheap: 0 }),
        }
    }

    fn condition(&mut self, condition: &'a Condition, sense: Sense) -> Result<Part<Of<'a>>, Full> {
        if let Some((given, answer)) = self.given
            && core::ptr::eq(given, condition)
        {
            return Ok(self.constant(answer.into(), sense));
        }
        match (&condition.subject, &condition.test.predicate) {
            (Subject::Unknown(_), _) => return Ok(self.unknown(sense)),
            (Subject::Cohorts { partner }, Predicate::IncludesAnyOf(values)) => {
                let part = self.cohorts(partner, values);
                return Ok(not_if(condition.test.negated, part));
            }
            (Subject::Segments, Predicate::IncludesAnyOf(values)) => {
                let negated = condition.test.negated;
                let sense = if negated { !sense } else { sense };
                let mut parts = Vec::with_capacity(values.len());
                for name in values.iter().filter_map(Value::text) {
                    parts.push(match (self.world.rules)(name) {
                        Some(rule) => self.rule(rule, sense)?,
                        None => self.unknown(sense),
                    });
                }
                return Ok(not_if(negated, self.any_of(parts)));
            }
            _ => {}
        }
        let Some((namespace, name)) = condition.subject.single() else {
            if let Some(part) = self.derived(condition)? {
                return Ok(part);
            }
            return self.asked(Question::Condition(condition), sense);
        };
        match self.world.profiles.attribute_of(namespace, name) {
            Some(at) => self.single(condition, at, sense),
            None => Ok(self.constant(condition.ask_absent(self.world), sense)),
        }
    }

    fn unknown(&mut self, sense: Sense) -> Part<Of<'a>> {
        self.constant(Answer::Unknown, sense)
    }

    fn constant(&mut self, answer: Answer, sense: Sense) -> Part<Of<'a>> {
        self.is_sure &= answer != Answer::Unknown;
        match (answer, sense) {
            (Answer::True, _) | (Answer::Unknown, Sense::Most) => Part::All,
            _ => Part::Nobody,
        }
    }

    /// Members of cohorts are sets already.
    fn cohorts(&mut self, partner: &'a [u8], values: &'a [Value]) -> Part<Of<'a>> {
        let as_text = |bytes| core::str::from_utf8(bytes).unwrap_or("");
        let cohorts = self.world.cohorts;
        let known = values
            .iter()
            .filter_map(Value::text)
            .filter_map(|id| cohorts.get(as_text(partner), as_text(id)));
        let parts = known.map(|cohort| Part::Set(Of::Members(&cohort.members)));
        self.any_of(parts.collect())
    }

    /// A condition about a single value.
    fn single(
        &mut self,
        condition: &'a Condition,
        at: AttributeIx,
        sense: Sense,
    ) -> Result<Part<Of<'a>>, Full> {
        let world = self.world;
        let absent = condition.ask_absent(world);
        let one_by_one = Question::Of(condition, at);
        if world.profiles.has_trees(at) && !condition.passes_trees(absent) {
            return self.asked(one_by_one, sense);
        }
        let Some(found) = self.of_values(condition, at)? else {
            return self.asked(one_by_one, sense);
        };
        let found = not_if(condition.flips(), found);
        // Nobody who is live is without one.
        if world.profiles.scalar_count(at) >= self.users {
            return Ok(found);
        }
        self.is_sure &= absent != Answer::Unknown;
        let others_are_in = match absent {
            Answer::True => true,
            Answer::Unknown => sense == Sense::Most,
            Answer::False => false,
        };
        // Without its negation it holds for none of the others.
        if others_are_in == condition.flips() {
            return Ok(found);
        }
        let Some(present) = self.indexes.present(at, world.profiles)? else {
            return self.asked(one_by_one, sense);
        };
        Ok(if others_are_in {
            self.any_of(Vec::from([found, not(Part::Set(Of::Kept(present)))]))
        } else {
            self.all_of(Vec::from([Part::Set(Of::Kept(present)), found]))
        })
    }

    /// Those who have a value for which a condition holds without its negation; `None` where each has to be
    /// asked.
    fn of_values(
        &mut self,
        condition: &'a Condition,
        at: AttributeIx,
    ) -> Result<Option<Part<Of<'a>>>, Full> {
        let world = self.world;
        let between = condition.between(world.clock);
        let numbers = Numbers::Of(world.profiles, at);
        if let Some(between) = between
            && let Some(part) = self.range(&numbers, between)?
        {
            return Ok(Some(part));
        }
        if let Predicate::TextAnyOf(texts) = &condition.test.predicate
            && texts.len() <= MOST_APART
            && matches!(
                condition.subject,
                Subject::Custom { .. } | Subject::Default(_)
            )
        {
            let mut parts = Vec::with_capacity(texts.len());
            for text in texts {
                let Some(place) = self.indexes.of_text(text, at, world.profiles)? else {
                    return Ok(None);
                };
                parts.push(Part::Set(Of::Kept(place)));
            }
            return Ok(Some(self.any_of(parts)));
        }
        let set = self.indexes.scanned(condition, at, between, world)?;
        Ok(set.map(|place| Part::Set(Of::Kept(place))))
    }

    /// Those whose number lies in a range; `None` where that has no cuts.
    fn range(
        &mut self,
        numbers: &Numbers<'a>,
        between: Between,
    ) -> Result<Option<Part<Of<'a>>>, Full> {
        let Some(cuts) = self.indexes.cut(numbers, &between)? else {
            return Ok(None);
        };
        let placed = self.indexes.cuts(cuts).and_then(|it| it.place(&between));
        let Some(placed) = placed else {
            return Ok(Some(Part::Nobody));
        };
        self.ranges.push(Range {
            between,
            numbers: numbers.clone(),
            cuts,
            placed,
        });
        Ok(Some(Part::Range(self.ranges.len() - 1)))
    }

    /// A condition about a number or a time that is worked out of rows; `None` where it is about something else.
    fn derived(&mut self, condition: &'a Condition) -> Result<Option<Part<Of<'a>>>, Full> {
        let Some(between) = condition.between(self.world.clock) else {
            return Ok(None);
        };
        let Some((numbers, others)) = self.indexes.derived(condition, self.world) else {
            return Ok(None);
        };
        let others_are_in = others.is_some_and(|it| (between.from..between.to).contains(&it));
        let found = if others_are_in {
            // All but those whose number lies before or after it.
            let mut beyond = Vec::with_capacity(2);
            for (from, to) in [
                (f64::NEG_INFINITY, between.from),
                (between.to, f64::INFINITY),
            ] {
                let Some(part) = self.range(
                    &numbers,
                    Between {
                        from,
                        to,
                        ..between
                    },
                )?
                else {
                    return Ok(None);
                };
                beyond.push(part);
            }
            Some(not(self.any_of(beyond)))
        } else {
            self.range(&numbers, between)?
        };
        Ok(found.map(|found| not_if(condition.flips(), found)))
    }

    fn apps(&mut self, apps: &'a Apps, sense: Sense) -> Result<Part<Of<'a>>, Full> {
        self.asked(Question::Apps(apps), sense)
    }

    /// What is asked user by user.
    fn asked(&mut self, question: Question<'a>, sense: Sense) -> Result<Part<Of<'a>>, Full> {
        let is_sure = match question {
            Question::Apps(_) => true,
            Question::Condition(condition) | Question::Of(condition, _) => !matches!(
                condition.subject,
                Subject::Group { .. }
                    | Subject::Reachable(_)
                    | Subject::RandomBucket
                    | Subject::Segments
            ),
        };
        self.is_sure &= is_sure;
        let known = self.questions.iter().position(|it| it.of.is(question));
        if let Some(known) = known {
            return Ok(Part::Asked(known, sense));
        }
        let key = match question {
            Question::Apps(Apps::AnyOf(names)) => Some(key::of_apps(Some(names))),
            Question::Apps(_) => Some(key::of_apps(None)),
            Question::Condition(condition) | Question::Of(condition, _) => {
                key::of_condition(key::Of::Answers, condition, self.world)
            }
        };
        let rowed = match (question, &key) {
            (Question::Apps(apps), _) => self.indexes.users_of_apps(apps, self.world)?,
            (Question::Condition(condition) | Question::Of(condition, _), Some(key)) => {
                let live = self.live.words();
                self.indexes.rowed(key, condition, self.world, live)?
            }
            _ => None,
        };
        if let Some(place) = rowed {
            return Ok(Part::Set(Of::Kept(place)));
        }
        let place = match key {
            Some(key) => self.indexes.answers(key)?,
            None => None,
        };
        // Two conditions that ask the same are one.
        let same = |it: &Questions<'_>| place.is_some() && it.place == place;
        if let Some(known) = self.questions.iter().position(same) {
            return Ok(Part::Asked(known, sense));
        }
        let mut answers = Answers::default();
        if let Some(place) = place {
            answers = self.indexes.take(place);
            answers.reserve(self.words)?;
        }
        self.questions.push(Questions {
            of: question,
            place,
            answers,
        });
        Ok(Part::Asked(self.questions.len() - 1, sense))
    }
}
