//! What a subject has for a user, and whether a test of it holds.

use super::clock::{Clock, DAY};
use super::version::{self, is_version};
use super::{Comparison, Days, Patterns, Predicate, Test, Text, Value};
use crate::profile::{Parts, Scalar, Time, TimeText, Tree, moment};

/// What there is of a user.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    /// Nothing.
    Absent,
    Bool(bool),
    Number(f64),
    Text(&'a [u8]),
    /// A text that is a time, as most are written.
    Time(Time),
    List(Parts<'a>),
    Object(Parts<'a>),
}

/// Where a value stands. Times are texts in a profile, and `{"$time": …}` within objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Flat,
    Nested,
}

/// 3001-01-01: what is later is a text.
pub(super) const YEAR_3001: i64 = 32_535_216_000_000;

impl<'a> From<Scalar<'a>> for Seen<'a> {
    fn from(scalar: Scalar<'a>) -> Seen<'a> {
        match scalar {
            Scalar::Bool(value) => Seen::Bool(value),
            Scalar::Number(value) => Seen::Number(value),
            Scalar::Text(text) => Seen::Text(text),
            Scalar::Time(time) => Seen::Time(time),
        }
    }
}

impl<'a> From<Option<Tree<'a>>> for Seen<'a> {
    fn from(tree: Option<Tree<'a>>) -> Seen<'a> {
        match tree {
            // Ids stand in lists of devices, which are asked otherwise.
            None | Some(Tree::Null | Tree::Id(_)) => Seen::Absent,
            Some(Tree::Scalar(scalar)) => scalar.into(),
            Some(Tree::List(parts)) => Seen::List(parts),
            Some(Tree::Object(parts)) => Seen::Object(parts),
        }
    }
}

/// A text, also one that was kept as a time.
enum TextOf<'a> {
    Text(&'a [u8]),
    Time(TimeText),
}

impl TextOf<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            TextOf::Text(text) => text,
            TextOf::Time(text) => text,
        }
    }
}

impl<'a> Seen<'a> {
    /// The state of who has said nothing of it.
    pub(super) const SUBSCRIBED: Seen<'static> = Seen::Text(b"subscribed");

    // Ours: a text that is a time is both.
    fn text(self) -> Option<TextOf<'a>> {
        match self {
            Seen::Text(text) => Some(TextOf::Text(text)),
            Seen::Time(time) => Some(TextOf::Time(time.text())),
            _ => None,
        }
    }

    /// The time that it is, in milliseconds since 1970-01-01T00:00:00Z.
    pub(super) fn time(self) -> Option<i64> {
        match self {
            Seen::Time(time) => Some(time.ms()).filter(|&ms| ms < YEAR_3001),
            // The year as it is written.
            Seen::Text(text) => moment(text).filter(|_| text.get(..4) <= Some(&b"3000"[..])),
            _ => None,
        }
    }

    pub(super) fn time_at(self, place: Place) -> Option<i64> {
        match (place, self) {
            (Place::Flat, seen) => seen.time(),
            (Place::Nested, Seen::Object(parts)) => Seen::from(parts.member(b"$time")).time(),
            (Place::Nested, _) => None,
        }
    }

    /// Is it a day without a time, the same everywhere?
    pub(super) fn is_day(self) -> bool {
        match self {
            Seen::Time(time) => time.is_date(),
            Seen::Text(text) => text.len() == 8,
            _ => false,
        }
    }

    /// Is it a text that is a version?
    pub(super) fn is_version(self) -> bool {
        self.text().is_some_and(|text| is_version(text.bytes()))
    }

    /// Is it this text?
    pub(super) fn is_text(self, wanted: &[u8]) -> bool {
        match self {
            Seen::Text(text) => text == wanted,
            Seen::Time(time) => *time.text() == *wanted,
            _ => false,
        }
    }

    pub(super) fn is_blank(self) -> bool {
        match self {
            Seen::Absent => true,
            Seen::Text(text) => text.is_empty(),
            Seen::List(parts) => parts.is_empty(),
            _ => false,
        }
    }

    /// The longitude and the latitude.
    pub(super) fn point(self) -> Option<(f64, f64)> {
        let mut numbers = self.elements()?.filter_map(|element| match element {
            Seen::Number(number) => Some(number),
            _ => None,
        });
        Some((numbers.next()?, numbers.next()?))
    }

    fn elements(self) -> Option<impl Iterator<Item = Seen<'a>>> {
        let Seen::List(parts) = self else {
            return None;
        };
        Some(parts.elements().map(|element| Seen::from(Some(element))))
    }

    pub(super) fn is(self, value: &Value) -> bool {
        match value {
            Value::Text(wanted) => self.is_text(wanted),
            Value::Number(wanted) => matches!(self, Seen::Number(number) if number == *wanted),
            Value::Bool(wanted) => matches!(self, Seen::Bool(value) if value == *wanted),
        }
    }
}

/// Does a text contain another?
fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|window| window == part)
}

pub(super) fn contains_any(seen: Seen<'_>, parts: &[Text]) -> bool {
    seen.text()
        .is_some_and(|text| parts.iter().any(|part| contains(text.bytes(), part)))
}

impl Comparison {
    /// Is it so of what `order` says of two?
    pub(super) fn holds(self, order: Option<core::cmp::Ordering>) -> bool {
        let Some(order) = order else {
            return false;
        };
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Days {
    /// Is a time so many days of 24 hours away from now?
    pub(super) fn holds(self, time: i64, days: f64, now: i64) -> bool {
        // Whole milliseconds are exact as doubles, far beyond the year 9999.
        let (time, now, span) = (time as f64, now as f64, days * DAY as f64);
        match self {
            Days::LessAgo => time > now - span && time <= now,
            Days::GreaterAgo => time < now - span,
            Days::LessAhead => time >= now && time < now + span,
            Days::GreaterAhead => time > now + span,
        }
    }
}

impl Test {
    /// Does the test hold of this?
    pub(super) fn holds(
        &self,
        seen: Seen<'_>,
        place: Place,
        clock: &Clock,
        patterns: &dyn Patterns,
    ) -> bool {
        let positive = self
            .predicate
            .holds(seen, place, self.absent_is_zero, clock, patterns);
        match &self.predicate {
            Predicate::Matches(_) if self.negated => {
                let mut elements = seen.elements();
                let has_text = elements
                    .as_mut()
                    .is_some_and(|elements| elements.next().is_some())
                    || seen.text().is_some_and(|text| !text.bytes().is_empty());
                has_text && !positive
            }
            _ => positive != self.negated,
        }
    }
}

impl Predicate {
    pub(super) fn holds(
        &self,
        seen: Seen<'_>,
        place: Place,
        absent_is_zero: bool,
        clock: &Clock,
        patterns: &dyn Patterns,
    ) -> bool {
        match self {
            Predicate::TextAnyOf(list) => seen
                .text()
                .is_some_and(|text| list.iter().any(|wanted| text.bytes() == &**wanted)),
            Predicate::TextContains(parts) => contains_any(seen, parts),
            Predicate::Matches(pattern) => {
                let matches = |seen: Seen<'_>| {
                    seen.text()
                        .is_some_and(|text| patterns.matches(pattern, text.bytes()))
                };
                match seen.elements() {
                    Some(mut elements) => elements.any(matches),
                    None => matches(seen),
                }
            }
            Predicate::Number(comparison, wanted) => match seen {
                Seen::Number(number) => comparison.holds(number.partial_cmp(wanted)),
                Seen::Absent if absent_is_zero => comparison.holds(0.0.partial_cmp(wanted)),
                _ => false,
            },
            Predicate::Is(wanted) => matches!(seen, Seen::Bool(value) if value == *wanted),
            Predicate::IsOrAbsent(wanted) => match seen {
                Seen::Bool(value) => value == *wanted,
                Seen::Absent => true,
                _ => false,
            },
            Predicate::IncludesAnyOf(values) => seen.elements().is_some_and(|mut elements| {
                elements.any(|element| values.iter().any(|value| element.is(value)))
            }),
            Predicate::IncludesAllOf(values) => {
                seen.elements().is_some()
                    && values.iter().all(|value| {
                        let mut elements = seen.elements();
                        elements
                            .as_mut()
                            .is_some_and(|elements| elements.any(|element| element.is(value)))
                    })
            }
            Predicate::ElementContains(parts) => seen
                .elements()
                .is_some_and(|mut elements| elements.any(|element| contains_any(element, parts))),
            Predicate::Empty => match seen {
                Seen::Absent => true,
                Seen::List(parts) => parts.is_empty(),
                _ => false,
            },
            Predicate::HasElement => matches!(seen, Seen::List(parts) if !parts.is_empty()),
            Predicate::Before(moment) => seen
                .time_at(place)
                .is_some_and(|time| time < clock.instant(*moment)),
            Predicate::After(moment) => seen
                .time_at(place)
                .is_some_and(|time| time > clock.instant(*moment)),
            Predicate::Days(kind, days) => seen
                .time_at(place)
                .is_some_and(|time| kind.holds(time, *days, clock.now)),
            Predicate::Version(comparison, wanted) => match seen.text() {
                Some(text) => comparison.holds(version::compare(text.bytes(), wanted)),
                // Documented.
                None => {
                    matches!(seen, Seen::Absent)
                        && matches!(comparison, Comparison::Less | Comparison::LessOrEqual)
                }
            },
            // Only of a day, and of a place, which are asked otherwise.
            Predicate::DayOfYear(..) | Predicate::Inside(_) => false,
            Predicate::Exists => !matches!(seen, Seen::Absent),
            Predicate::Blank => seen.is_blank(),
        }
    }
}
