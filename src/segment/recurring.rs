//! Birthdays: full years, and the days to and from a day that recurs each year.

use super::ask::World;
use super::clock::{Clock, DAY};
use super::meaning::Meaning;
use super::seen::{Place, Seen, YEAR_3001};
use super::{Days, Predicate, Test};
use crate::profile::{Scalar, Time};

impl World<'_> {
    /// Does the test of the days to the nearest recurrence of a day hold?
    pub(super) fn recurs(&self, seen: Seen<'_>, test: &Test) -> bool {
        let asks_for_day = matches!(
            test.predicate,
            Predicate::DayOfYear(..) | Predicate::Days(..)
        );
        let Some(ms) = seen.time().filter(|_| asks_for_day) else {
            return if asks_for_day {
                test.negated
            } else {
                test.holds(seen, Place::Flat, self.clock, self.patterns)
            };
        };
        let (month, day) = self.day_of(seen, ms);
        let today = self.clock.today();
        let (year, ..) = Time::date_of(today);
        let recurrences = |years: [i64; 2]| years.map(|year| Time::recurrence(year, month, day));
        let positive = match &test.predicate {
            Predicate::DayOfYear(comparison, (wanted_month, wanted_day)) => {
                let wanted = (i64::from(*wanted_month), i64::from(*wanted_day));
                let holds = |day: (i64, i64)| comparison.holds(Some(day.cmp(&wanted)));
                // Documented: who has 29 February is in segments with 1 March.
                holds((month, day)) || (month, day) == (2, 29) && holds((3, 1))
            }
            Predicate::Days(kind, days) => {
                let ago = recurrences([year - 1, year]).into_iter().rev();
                let ago = ago.map(|day| today - day).find(|days| *days >= 0);
                let ahead = recurrences([year, year + 1]).into_iter();
                let ahead = ahead.map(|day| day - today).find(|days| *days >= 0);
                match kind {
                    Days::LessAgo => ago.is_some_and(|ago| ago as f64 <= *days),
                    Days::GreaterAgo => ago.is_some_and(|ago| ago as f64 > *days),
                    Days::LessAhead => ahead.is_some_and(|ahead| ahead as f64 <= *days),
                    Days::GreaterAhead => ahead.is_some_and(|ahead| ahead as f64 > *days),
                }
            }
            _ => false,
        };
        positive != test.negated
    }

    /// Month and day of a moment, which is written so.
    fn day_of(&self, seen: Seen<'_>, ms: i64) -> (i64, i64) {
        // A day that is written alone is that day everywhere.
        let wall = if seen.is_day() {
            ms
        } else {
            self.clock.zone.wall(ms)
        };
        let (_, month, day) = Time::date_of(wall.div_euclid(DAY));
        (month, day)
    }

    /// What decides whether the test of the days to the nearest recurrence holds.
    pub(super) fn recurring_meaning(&self, seen: Seen<'_>, test: &Test) -> Meaning {
        match (seen.time(), &test.predicate) {
            (Some(ms), Predicate::DayOfYear(comparison, (month, day))) => {
                let wanted = (i64::from(*month), i64::from(*day));
                let own = self.day_of(seen, ms);
                if own == (2, 29) && !comparison.holds(Some(own.cmp(&wanted))) {
                    Meaning::LeapDay
                } else {
                    Meaning::DayOfYear
                }
            }
            (Some(_), _) => Meaning::Nearest,
            (None, _) if matches!(seen, Seen::Absent) => Meaning::Absent,
            (None, _) => seen.no_time(Place::Flat),
        }
    }
}

impl Clock {
    /// Full years since a day of birth.
    pub(super) fn age<'a>(&self, born: Scalar<'_>) -> Seen<'a> {
        let Scalar::Time(born) = born else {
            return Seen::Absent;
        };
        let (year, month, day) = born.date();
        if born.ms() >= YEAR_3001 {
            return Seen::Absent;
        }
        let (now, this_month, today) = Time::date_of(self.today());
        let years = now - year - i64::from((this_month, today) < (month, day));
        Seen::Number(years as f64)
    }
}
