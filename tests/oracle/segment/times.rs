//! Points in time: how they are written, what the company's clock shows, and relative days.

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// A time zone: from which moment on the clock is ahead of UTC by how much, both in milliseconds. Sorted;
/// the first row is from the beginning of time.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its IANA name.
    pub name: &'static str,
    pub changes: Vec<(i64, i64)>,
}

impl Zone {
    pub fn utc() -> Zone {
        Zone {
            name: "UTC",
            changes: vec![(i64::MIN, 0)],
        }
    }

    /// The European Union's rules, from 1996 on.
    pub fn vienna() -> Zone {
        let mut changes = vec![(i64::MIN, 60 * MINUTE)];
        for year in 1996..2100 {
            let at_one = |month| midnight(last_sunday(year, month)) + 60 * MINUTE;
            changes.push((at_one(3), 120 * MINUTE));
            changes.push((at_one(10), 60 * MINUTE));
        }
        Zone {
            name: "Europe/Vienna",
            changes,
        }
    }

    /// Clocks change at midnight, so that in March a midnight is missing. From 1999 on.
    pub fn beirut() -> Zone {
        let mut changes = vec![(i64::MIN, 120 * MINUTE)];
        for year in 1999..2100 {
            changes.push((midnight(last_sunday(year, 3)) - 120 * MINUTE, 180 * MINUTE));
            changes.push((midnight(last_sunday(year, 10)) - 180 * MINUTE, 120 * MINUTE));
        }
        Zone {
            name: "Asia/Beirut",
            changes,
        }
    }

    /// Behind UTC, and by half hours. From November 2011 on.
    pub fn st_johns() -> Zone {
        let mut changes = vec![(i64::MIN, -210 * MINUTE)];
        for year in 2012..2100 {
            let at_two = |day: Date| midnight(day) + 120 * MINUTE;
            changes.push((at_two(sunday(year, 3, 2)) + 210 * MINUTE, -150 * MINUTE));
            changes.push((at_two(sunday(year, 11, 1)) + 150 * MINUTE, -210 * MINUTE));
        }
        Zone {
            name: "America/St_Johns",
            changes,
        }
    }

    pub fn all() -> [Zone; 4] {
        [
            Zone::utc(),
            Zone::vienna(),
            Zone::beirut(),
            Zone::st_johns(),
        ]
    }

    fn ahead(&self, moment: i64) -> i64 {
        let change = self.changes.iter().rfind(|(from, _)| *from <= moment);
        change.unwrap().1
    }

    /// What the clock on the wall shows, as if it were in UTC.
    pub fn wall(&self, moment: i64) -> i64 {
        moment + self.ahead(moment)
    }

    /// The moment when the clock shows this. Of two moments the first; a time that the clock leaps over is
    /// read by the offset before, so that it is as much later. (No document says; it is what RFC 5545 says.)
    pub fn moment(&self, wall: i64) -> i64 {
        let mut ahead: Vec<i64> = self.changes.iter().map(|(_, ahead)| *ahead).collect();
        ahead.sort_unstable();
        ahead.dedup();
        let moments = ahead.iter().map(|ahead| wall - ahead);
        let shown = moments.filter(|&moment| self.wall(moment) == wall).min();
        shown.unwrap_or_else(|| {
            let leap = self.changes.windows(2).find(|pair| {
                let (at, before, after) = (pair[1].0, pair[0].1, pair[1].1);
                at + before <= wall && wall < at + after
            });
            wall - leap.unwrap()[0].1
        })
    }

    /// The day of the calendar.
    pub fn day(&self, moment: i64) -> Date {
        Offset::UTC
            .to_datetime(Timestamp::from_millisecond(self.wall(moment)).unwrap())
            .date()
    }
}

fn last_sunday(year: i16, month: i8) -> Date {
    let day = date(year, month, 1).last_of_month();
    day - Span::new().days(i64::from(day.weekday().to_sunday_zero_offset()))
}

fn sunday(year: i16, month: i8, nth: i8) -> Date {
    date(year, month, 1)
        .nth_weekday_of_month(nth, jiff::civil::Weekday::Sunday)
        .unwrap()
}

pub fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// The first moment of a day in UTC.
pub fn midnight(day: Date) -> i64 {
    days(date(1970, 1, 1), day) * DAY
}

/// A text that is a time.
#[derive(Clone, Copy)]
pub enum Written {
    /// A day alone.
    Day(Date),
    /// Without a zone: what a clock shows, as if it were in UTC.
    Wall(Date, i64),
    /// With a zone: the day that is written, and the moment.
    Moment(Date, i64),
}

/// Rule 7: ISO 8601, and the formats that Braze writes and takes, but for `ddd MM dd HH:mm:ss.TZD YYYY`.
pub fn written(text: &str) -> Option<Written> {
    static ISO: LazyLock<Regex> = LazyLock::new(|| {
        let day =
            r"(?<year>[0-9]{4})(?:-(?<m>[0-9]{2})-(?<d>[0-9]{2})|(?<mm>[0-9]{2})(?<dd>[0-9]{2}))";
        let minute = r"(?<hour>[0-9]{2}):?(?<minute>[0-9]{2})";
        // `HH:mm:ss:SSSZ` has a colon before the milliseconds.
        let second = r"(?::?(?<second>[0-9]{2})(?:[.,:](?<fraction>[0-9]+))?)?";
        let zone = r"(?: ?(?<zone>Z|z|UTC|(?<sign>[+-])(?<oh>[0-9]{2}):?(?<om>[0-9]{2})?))?";
        Regex::new(&format!("^{day}(?<time>[Tt ]{minute}{second}{zone})?$")).unwrap()
    });
    static AMERICAN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("^([0-9]{2})/([0-9]{2})/([0-9]{4})$").unwrap());
    if let Some(found) = AMERICAN.captures(text) {
        let [month, day, year] = found.extract().1;
        let day = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        return Some(Written::Day(day));
    }
    let found = ISO.captures(text)?;
    let number = |name| {
        found
            .name(name)
            .map_or(0, |text| text.as_str().parse::<i64>().unwrap())
    };
    let day = Date::new(
        number("year") as i16,
        (number("m") + number("mm")) as i8,
        (number("d") + number("dd")) as i8,
    );
    let day = day.ok()?;
    if found.name("time").is_none() {
        return Some(Written::Day(day));
    }
    let (hour, minute, second) = (number("hour"), number("minute"), number("second"));
    let (ahead_h, ahead_m) = (number("oh"), number("om"));
    // A leap second may be written.
    if hour > 23 || minute > 59 || second > 60 || ahead_h > 23 || ahead_m > 59 {
        return None;
    }
    // Digits beyond milliseconds are left out.
    let fraction = found.name("fraction").map_or("", |text| text.as_str());
    let milliseconds: i64 = format!("{fraction}000")[..3].parse().unwrap();
    let wall = midnight(day) + (hour * 60 + minute) * MINUTE + second * 1000 + milliseconds;
    if found.name("zone").is_none() {
        return Some(Written::Wall(day, wall));
    }
    let ahead = (ahead_h * 60 + ahead_m) * MINUTE;
    let is_behind = found.name("sign").is_some_and(|sign| sign.as_str() == "-");
    let moment = if is_behind {
        wall + ahead
    } else {
        wall - ahead
    };
    Some(Written::Moment(day, moment))
}

/// A stored text as a time: a year outside 0 to 3000 makes it a text (rule 7).
pub fn stored_text(text: &str) -> Option<Written> {
    let time = written(text)?;
    let (Written::Day(day) | Written::Wall(day, _) | Written::Moment(day, _)) = time;
    (0..=3000).contains(&day.year()).then_some(time)
}

/// Rule 7: a stored time without a zone is in UTC, a day is its midnight in UTC.
pub fn moment_stored(time: Written) -> i64 {
    match time {
        Written::Day(day) => midnight(day),
        Written::Wall(_, wall) => wall,
        Written::Moment(_, moment) => moment,
    }
}

/// Rule 7: a time of a definition without a zone is in the company's, a day is its midnight there.
pub fn operand(value: &Value, zone: &Zone) -> i64 {
    match written(value.as_str().unwrap()).unwrap() {
        Written::Day(day) => zone.moment(midnight(day)),
        Written::Wall(_, wall) => zone.moment(wall),
        Written::Moment(_, moment) => moment,
    }
}

/// Rule 7: relative days are blocks of 24 hours around now, of which there may be a part.
pub fn relative(comparison: &str, moment: i64, days: f64, now: i64) -> bool {
    let (time, now, span) = (moment as f64, now as f64, days * DAY as f64);
    match comparison {
        "less_than_x_days_ago" => time > now - span && time <= now,
        "greater_than_x_days_ago" => time < now - span,
        "less_than_x_days_in_the_future" => time >= now && time < now + span,
        "greater_than_x_days_in_the_future" => time > now + span,
        other => panic!("{other}"),
    }
}

/// How many days it is to the nearest day on which this month and day recur, today or later. 29 February
/// recurs on 1 March where there is no such day.
pub fn days_ahead(today: Date, month: i8, day: i8) -> i64 {
    let recurrences = (today.year()..=today.year() + 1).map(|year| recurrence(year, month, day));
    let ahead = recurrences.map(|recurrence| days(today, recurrence));
    ahead.filter(|&ahead| ahead >= 0).min().unwrap()
}

/// The same for today or earlier.
pub fn days_ago(today: Date, month: i8, day: i8) -> i64 {
    let recurrences = (today.year() - 1..=today.year()).map(|year| recurrence(year, month, day));
    let ago = recurrences.map(|recurrence| days(recurrence, today));
    ago.filter(|&ago| ago >= 0).min().unwrap()
}

fn recurrence(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or_else(|_| date(year, 3, 1))
}

/// A moment as exports write it.
pub fn iso(moment: i64) -> String {
    let time = Timestamp::from_millisecond(moment).unwrap();
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
