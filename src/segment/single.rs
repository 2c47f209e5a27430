//! Conditions about single values: which attribute holds them, and what they say of a value.

use super::answer::Answer;
use super::ask::World;
use super::clock::{Clock, DAY};
use super::seen::{Place, Seen, YEAR_3001};
use super::{Comparison, Condition, Days, Predicate, Subject, Test};
use crate::identity::UserIx;
use crate::profile::{AttributeIx, Kind, Namespace, Scalar, Stretch, Time};

impl Subject {
    /// The attribute, where all that matters of it is a single value.
    pub(super) fn single(&self) -> Option<(Namespace, &[u8])> {
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

/// Values of one type that lie between two, in the order of doubles: numbers, or times in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Between {
    pub(super) is_time: bool,
    /// From here on.
    pub(super) from: f64,
    /// And before that.
    pub(super) to: f64,
}

impl Between {
    /// Are there values of a stretch of this kind that may lie there?
    pub(super) fn is_of(&self, kind: Kind) -> bool {
        match kind {
            Kind::Decimal | Kind::Double => !self.is_time,
            Kind::Time => self.is_time,
            _ => false,
        }
    }

    /// The number of a value, or its milliseconds, where it is one of those that may lie there.
    pub(super) fn key(&self, scalar: Scalar<'_>) -> Option<f64> {
        match Seen::from(scalar) {
            Seen::Number(number) if !self.is_time => Some(number),
            seen if self.is_time => seen.time().map(|ms| ms as f64),
            _ => None,
        }
    }

    /// Adds the users of a stretch whose values lie there.
    pub(super) fn select(&self, stretch: &Stretch<'_>, words: &mut [u64]) {
        match stretch.kind() {
            kind if !self.is_of(kind) => {}
            Kind::Double => stretch.select(words, |bits| {
                (self.from..self.to).contains(&f64::from_bits(bits as u64))
            }),
            _ => stretch.within(words, stretch.first(self.from)..stretch.first(self.to)),
        }
    }
}

impl Condition {
    /// Is its negation just what it says of all others? So it is not where patterns are matched, which need
    /// a text in either case.
    pub(super) fn flips(&self) -> bool {
        self.test.negated && !matches!(self.test.predicate, Predicate::Matches(_))
    }

    /// The answer for a user of whom nothing is known of the subject.
    pub(super) fn ask_absent(&self, world: &World<'_>) -> Answer {
        match &self.subject {
            Subject::RandomBucket => Answer::Unknown,
            Subject::State(_) => self.holds_seen(Seen::SUBSCRIBED, world).into(),
            _ => self.holds_seen(Seen::Absent, world).into(),
        }
    }

    /// Does the test hold of a single value?
    pub(super) fn holds_of(&self, scalar: Scalar<'_>, world: &World<'_>) -> bool {
        match &self.subject {
            Subject::Age => self.holds_seen(world.clock.age(scalar), world),
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

    /// As [`Condition::ask`], where the attribute was looked up.
    pub(super) fn ask_of(&self, at: AttributeIx, world: &World<'_>, user: UserIx) -> Answer {
        match world.profiles.scalar(user, at) {
            Some(scalar) => self.holds_of(scalar, world).into(),
            None if world.profiles.has_trees(at) => self.ask(world, user),
            None => self.ask_absent(world),
        }
    }

    /// Are lists and objects for it as if nothing were there, or nothing that it asks for?
    pub(super) fn passes_trees(&self, absent: Answer) -> bool {
        match &self.test.predicate {
            _ if matches!(self.subject, Subject::Age) => true,
            Predicate::TextAnyOf(_)
            | Predicate::TextContains(_)
            | Predicate::Number(..)
            | Predicate::Is(_)
            | Predicate::Version(..)
            | Predicate::Before(_)
            | Predicate::After(_)
            | Predicate::Days(..) => {
                let is_day = matches!(self.subject, Subject::Recurring { .. });
                !is_day && absent == Answer::from(self.flips())
            }
            _ => false,
        }
    }

    /// The values for which it holds without its negation, where these are all between two.
    pub(super) fn between(&self, clock: &Clock) -> Option<Between> {
        match self.subject {
            Subject::Recurring { .. } | Subject::State(_) => None,
            Subject::Age => Between::of(&self.test, true, clock),
            _ => Between::of(&self.test, false, clock),
        }
    }
}

impl Between {
    /// Times in milliseconds.
    fn times(from: f64, to: f64) -> Between {
        Between {
            is_time: true,
            from,
            to: to.min(YEAR_3001 as f64),
        }
    }

    /// The times of birth of those for whose age a test holds without its negation.
    fn of_age(test: &Test, clock: &Clock) -> Option<Between> {
        let Predicate::Number(comparison, wanted) = &test.predicate else {
            return None;
        };
        // The later the birth, the younger.
        let older = |days: i64, than: &dyn Fn(f64) -> bool| {
            let born = Scalar::Time(Time::of_ms(days * DAY));
            matches!(clock.age(born), Seen::Number(age) if than(age))
        };
        // About when those were born who are so old today.
        let about = clock
            .today()
            .saturating_sub((wanted * DAYS_OF_A_YEAR) as i64)
            .clamp(FIRST_DAY + 2 * 366, LAST_DAY - 3);
        let first_day = |than: &dyn Fn(f64) -> bool| {
            let (mut from, mut to) = (about - 2 * 366, about + 3);
            if !older(from, than) || older(to, than) {
                (from, to) = (FIRST_DAY, LAST_DAY);
            }
            while from < to {
                let middle = from + (to - from) / 2;
                if older(middle, than) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            (from * DAY) as f64
        };
        // Born before these they are as old, or older.
        let at_least = || first_day(&|age| age >= *wanted);
        let above = || first_day(&|age| age > *wanted);
        Some(match comparison {
            Comparison::Equal => Between::times(above(), at_least()),
            Comparison::Less => Between::times(at_least(), MOST),
            Comparison::LessOrEqual => Between::times(above(), MOST),
            Comparison::Greater => Between::times(LEAST, above()),
            Comparison::GreaterOrEqual => Between::times(LEAST, at_least()),
        })
    }

    /// The values for which a test holds without its negation, where these are all between two; or the times
    /// of birth of those for whose age it does.
    pub(super) fn of(test: &Test, of_age: bool, clock: &Clock) -> Option<Between> {
        if of_age {
            return Between::of_age(test, clock);
        }
        Some(match &test.predicate {
            Predicate::Number(comparison, wanted) => {
                let (from, to) = match comparison {
                    Comparison::Equal => (*wanted, wanted.next_up()),
                    Comparison::Less => (LEAST, *wanted),
                    Comparison::LessOrEqual => (LEAST, wanted.next_up()),
                    Comparison::Greater => (wanted.next_up(), MOST),
                    Comparison::GreaterOrEqual => (*wanted, MOST),
                };
                Between {
                    is_time: false,
                    from,
                    to,
                }
            }
            Predicate::Before(moment) => Between::times(LEAST, clock.instant(*moment) as f64),
            Predicate::After(moment) => {
                Between::times((clock.instant(*moment) as f64).next_up(), MOST)
            }
            Predicate::Days(kind, days) => {
                let (now, span) = (clock.now as f64, days * DAY as f64);
                match kind {
                    Days::LessAgo => Between::times((now - span).next_up(), now.next_up()),
                    Days::GreaterAgo => Between::times(LEAST, now - span),
                    Days::LessAhead => Between::times(now, now + span),
                    Days::GreaterAhead => Between::times((now + span).next_up(), MOST),
                }
            }
            _ => return None,
        })
    }
}

/// The first day of the year 0, and the day behind the year 9999, from 1970-01-01 on.
const FIRST_DAY: i64 = -719_528;
const LAST_DAY: i64 = 2_932_897;

const DAYS_OF_A_YEAR: f64 = 365.2425;

const LEAST: f64 = f64::NEG_INFINITY;
const MOST: f64 = f64::INFINITY;
