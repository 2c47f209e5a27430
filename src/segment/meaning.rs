//! The decided meanings: which rule of ours or Braze's it is that gives a condition its answer (in German the
//! dashboard page has the sentences: `www/dashboard/meaning_texts.js`).

use super::seen::{Place, Seen};
use super::{Comparison, Predicate, Test};

/// Where a meaning comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Braze's documents say so.
    Documented,
    /// They let it be concluded.
    Inferred,
    /// They are silent or contradict themselves; it is our decision.
    Ours,
}

impl Status {
    /// Its wire word.
    pub fn word(self) -> &'static str {
        match self {
            Status::Documented => "documented",
            Status::Inferred => "inferred",
            Status::Ours => "ours",
        }
    }
}

/// A row of the table of meanings.
pub struct MeaningRow {
    /// The wire word, `area.rule`. It never changes its meaning.
    pub code: &'static str,
    /// Where it comes from.
    pub status: Status,
    /// A sentence.
    pub says: &'static str,
}

macro_rules! meanings {
    ($($variant:ident $code:literal $status:ident, $says:literal;)*) => {
        /// What gives a condition its answer, as a closed list; [`Meaning::row`] gives its words.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "each variant is documented by its row's sentence")]
        pub enum Meaning { $($variant),* }

        impl Meaning {
            /// All of them, in the table's order.
            pub const ALL: &'static [Meaning] = &[$(Meaning::$variant),*];

            /// Its wire word, which is all that the modules need of the table.
            pub fn code(self) -> &'static str {
                static CODES: &[&str] = &[$($code),*];
                CODES.get(self as usize).copied().unwrap_or("")
            }

            /// Its words.
            pub fn row(self) -> &'static MeaningRow {
                static TABLE: &[MeaningRow] = &[$(MeaningRow { code: $code, status: Status::$status, says: $says }),*];
                static NONE: MeaningRow = MeaningRow { code: "", status: Status::Ours, says: "" };
                TABLE.get(self as usize).unwrap_or(&NONE)
            }
        }
    };
}

meanings! {
    Absent "absent.satisfies_nothing" Inferred, "Where there is no value, no positive operator holds.";
    Negative "negative.not_positive" Inferred, "A negative operator holds wherever its positive twin does not: also where there is no value, or one of another type.";
    WrongType "value.wrong_type" Documented, "A value of another type than the operator asks for satisfies no positive operator.";
    TextExact "text.exact" Documented, "Texts are compared byte for byte, so upper and lower case differ.";
    RegexPart "regex.partial" Documented, "A pattern may match any part of a text, in upper or lower case.";
    RegexElement "regex.any_element" Ours, "An array matches a pattern where any of its elements does, and does not match it where none does.";
    RegexBlank "regex.blank" Documented, "`does_not_match_regex` never holds for blank values: it needs a text that is not blank, or an array with an element.";
    Number "number.double" Ours, "Numbers are compared as IEEE doubles.";
    NumberZero "number.absent_is_zero" Inferred, "An absent number reads as 0 for \"exactly 0\" and \"less than\", as documented, and for the other words and operands of these operators.";
    RevenueZero "revenue.absent_is_zero" Ours, "Where there is no `total_revenue` it reads as 0, for every operator of numbers.";
    Bool "boolean.explicit" Inferred, "A truth value has to be there to be true or false.";
    BoolNotSet "boolean.not_set" Documented, "`true_or_not_set` and `false_or_not_set` hold where there is no value.";
    ArrayAny "array.any_element" Inferred, "An array includes a value where any of its elements is that value.";
    ArrayAll "array.every_value" Ours, "`is_all_of` holds where the array has each of the values that are listed.";
    ArrayContains "array.any_contains" Inferred, "One element that contains one of the texts that are listed is enough.";
    ArrayEmpty "array.empty" Inferred, "`is_empty` holds where there is no value or no element, and `has_a_value` where there is an element; of what is no array neither holds.";
    TimeStrict "time.strict" Ours, "`before` and `after` do not hold for the very moment that is asked for.";
    TimeDays "time.relative_days" Documented, "Relative days are blocks of 24 hours before and after now.";
    TimeUnreadable "time.unreadable" Inferred, "A text that is none of the formats that Braze reads, or of a year beyond 3000, is no time.";
    TimeNested "time.nested" Inferred, "Within an object a time is `{\"$time\": …}`, and nothing else is one.";
    Exists "presence.any_type" Ours, "`exists` looks at presence alone: an empty text, an empty array and a value of any type exist.";
    Blank "presence.blank" Ours, "Blank is where there is no value, an empty text or an empty array; white space is not blank.";
    Version "version.part_by_part" Ours, "Versions are compared part by part as numbers; a part that is missing is 0.";
    VersionUnreadable "version.unreadable" Ours, "What is not whole numbers with points between is no version, and satisfies no positive operator.";
    VersionAbsent "version.absent_is_less" Documented, "`less_than` and `less_than_or_equal_to` hold where the version, or the app itself, is missing.";
    VersionPlatforms "version.any_platform" Ours, "Where an app is used on several platforms, one of its versions is enough; a negative operator holds wherever its positive twin does not.";
    ElementAny "element.any" Documented, "On an array of objects a condition holds where it does for any element.";
    ElementAll "element.all_criteria" Documented, "Several criteria have to hold in one and the same element, so without elements they never do.";
    AgeYears "age.full_years" Inferred, "The age is the full years since `dob`, by the calendar of the company's time zone.";
    AgeAbsent "age.no_dob" Ours, "Without a readable `dob` there is no age, and no positive operator of numbers holds.";
    StateDefault "state.default_subscribed" Ours, "Where no subscription state is said, it is `subscribed`.";
    Membership "membership.any" Ours, "Being in one of those that are listed is enough; the negation holds for who is in none.";
    CohortUnseen "cohort.never_seen" Ours, "Cohorts that were never seen here have no members.";
    Segment "segment.its_answer" Inferred, "Who is in another segment is what that segment says, also where it says that nobody knows.";
    Count "count.ninety_days" Documented, "Counts are those of the export, which tells of the last 90 days.";
    CountNever "count.never_is_zero" Ours, "What an export does not tell of was done 0 times.";
    Device "device.any" Inferred, "A condition holds where it does for any device, `is_blank` where no device has a value; a negative operator holds wherever its positive twin does not.";
    DeviceRegex "device.regex" Ours, "`does_not_match_regex` holds where some device has a value and none matches.";
    Area "location.area" Ours, "Distances are arcs of great circles, edges of polygons are straight in longitude and latitude, and the edge itself is inside.";
    NoCoordinates "location.no_coordinates" Ours, "`inside` and `outside` hold only where there are coordinates.";
    BucketAbsent "random_bucket.absent" Ours, "Each user at Braze has a random bucket; where it was not loaded, nobody can say.";
    DayOfYear "recurring.day_of_year" Ours, "Month and day are compared within the year.";
    Nearest "recurring.nearest" Ours, "Days are counted by the calendar of the company's time zone to the nearest recurrence in that direction; today is 0.";
    LeapDay "recurring.leap_day" Documented, "29 February counts as 1 March as well.";
    Message "message.row" Documented, "What the export tells of the message, of the last 90 days, decides.";
    MessageNone "message.no_row" Ours, "A message that the export does not tell of was not received in the last 90 days, and counts as never received.";
    MessageControl "message.control_group" Ours, "A message counts as not received, and its date does not count, where the user is in its control group.";
    InControl "message.in_control" Documented, "Who is in the control group is what the export tells of the message.";
    NotInControl "message.not_in_control" Documented, "Only who entered the message can be outside its control group: of anybody else `is false` and `is_not true` do not hold, and `is_not false`, the negation of the first, does.";
    Variation "message.any_variation" Inferred, "A condition holds where it does for any variation that the user was in; a negative operator holds wherever its positive twin does not.";
    NoAddress "reach.no_address" Documented, "Without an email address no email arrives.";
    Unsubscribed "reach.unsubscribed" Documented, "Who is unsubscribed is not reached.";
    NoToken "reach.no_token" Ours, "Push needs a token with notifications enabled, on the platform that is asked for.";
    Push "reach.push" Ours, "Push reaches who has a token with notifications enabled and is not unsubscribed.";
    NeedsEvents "unknown.needs_events" Ours, "Events and purchases one by one would be needed, for the whole window.";
    NeedsSessions "unknown.needs_sessions" Ours, "Sessions one by one would be needed.";
    NeedsGroups "unknown.needs_subscription_groups" Ours, "The states of subscription groups would be needed.";
    NeedsBounces "unknown.needs_bounces" Ours, "Bounces and reports of spam would be needed, so this is yes at most.";
    NeedsMessages "unknown.needs_messages" Ours, "Messages one by one would be needed, with what became of each.";
    AppsAnyOf "apps.any_of" Inferred, "Who had a session in one of the apps is in.";
    AppsNone "apps.none" Ours, "`\"none\"` is who had no session in any app, with push tokens or without.";
}

impl Test {
    /// What decides of this.
    pub(super) fn meaning(&self, seen: Seen<'_>, place: Place) -> Meaning {
        // Of a value that the operator cannot look at.
        let other = |positive| {
            if self.negated {
                Meaning::Negative
            } else {
                positive
            }
        };
        let absent = matches!(seen, Seen::Absent);
        let mismatch = other(if absent {
            Meaning::Absent
        } else {
            Meaning::WrongType
        });
        match (&self.predicate, seen) {
            (
                Predicate::TextAnyOf(_) | Predicate::TextContains(_),
                Seen::Text(_) | Seen::Time(_),
            ) => Meaning::TextExact,
            (Predicate::Matches(_), Seen::List(parts)) if !self.negated || !parts.is_empty() => {
                Meaning::RegexElement
            }
            (Predicate::Matches(_), Seen::Text(_) | Seen::Time(_))
                if !self.negated || !seen.is_blank() =>
            {
                Meaning::RegexPart
            }
            (Predicate::Matches(_), _) if self.negated => Meaning::RegexBlank,
            (Predicate::Number(..), Seen::Number(_)) => Meaning::Number,
            (Predicate::Number(..), Seen::Absent) if self.absent_is_zero => Meaning::NumberZero,
            (Predicate::Is(_) | Predicate::IsOrAbsent(_), Seen::Bool(_)) => Meaning::Bool,
            (Predicate::IsOrAbsent(_), Seen::Absent) => Meaning::BoolNotSet,
            (Predicate::IncludesAnyOf(_), Seen::List(_)) => Meaning::ArrayAny,
            (Predicate::IncludesAllOf(_), Seen::List(_)) => Meaning::ArrayAll,
            (Predicate::ElementContains(_), Seen::List(_)) => Meaning::ArrayContains,
            (Predicate::HasElement | Predicate::Empty, _) => Meaning::ArrayEmpty,
            (Predicate::Before(_) | Predicate::After(_) | Predicate::Days(..), _) => {
                match (seen.time_at(place), &self.predicate) {
                    (Some(_), Predicate::Days(..)) => Meaning::TimeDays,
                    (Some(_), _) => Meaning::TimeStrict,
                    (None, _) if absent => mismatch,
                    (None, _) => other(seen.no_time(place)),
                }
            }
            (Predicate::Version(..), Seen::Text(_) | Seen::Time(_)) => match seen.is_version() {
                true => Meaning::Version,
                false => other(Meaning::VersionUnreadable),
            },
            (Predicate::Version(Comparison::Less | Comparison::LessOrEqual, _), Seen::Absent) => {
                Meaning::VersionAbsent
            }
            (Predicate::Exists, _) => Meaning::Exists,
            (Predicate::Blank, _) => Meaning::Blank,
            _ => mismatch,
        }
    }
}

impl Seen<'_> {
    /// Why a value is no time.
    pub(super) fn no_time(self, place: Place) -> Meaning {
        match (place, self) {
            (Place::Flat, Seen::Text(_) | Seen::Time(_)) => Meaning::TimeUnreadable,
            (Place::Flat, _) => Meaning::WrongType,
            (Place::Nested, Seen::Object(parts)) if parts.member(b"$time").is_some() => {
                Meaning::TimeUnreadable
            }
            (Place::Nested, _) => Meaning::TimeNested,
        }
    }
}
