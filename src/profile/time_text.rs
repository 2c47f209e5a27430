//! Texts that are points in time, kept as numbers.
//!
//! A text is one only where its format writes the number as the very same bytes; every other text,
//! a date that is in no calendar or one with an offset, stays a text.

use core::ops::Deref;

/// What the number of a time counts, from 1970-01-01 on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days,
    Seconds,
    Milliseconds,
}

use Unit::{Days, Milliseconds, Seconds};

/// The formats: digits of year, month, day, hour, minute, second and fraction, and what stands
/// between them. At most 16, since a packed value keeps the index in four bits.
///
/// **Source**: what Braze exports (`created_at` in its own way) and what it takes as attributes.
static FORMATS: [(&[u8], Unit); 14] = [
    (b"YYYY-MM-DD", Days),
    (b"YYYY-MM-DDThh:mm:ss.fffZ", Milliseconds),
    (b"YYYY-MM-DDThh:mm:ssZ", Seconds),
    (b"YYYY-MM-DD hh:mm:ss.fff UTC", Milliseconds),
    (b"YYYY-MM-DDThh:mm:ss+00:00", Seconds),
    (b"YYYY-MM-DDThh:mm:ss.fff+00:00", Milliseconds),
    (b"YYYY-MM-DDThh:mm:ss", Seconds),
    (b"YYYY-MM-DDThh:mm:ss.fff", Milliseconds),
    (b"YYYY-MM-DD hh:mm:ss", Seconds),
    (b"YYYY-MM-DD hh:mm:ss UTC", Seconds),
    (b"YYYY-MM-DD hh:mm:ss +0000", Seconds),
    (b"YYYY-MM-DDThh:mm:ss:fffZ", Milliseconds),
    (b"YYYY-MM-DDThh:mm:ss+0000", Seconds),
    (b"MM/DD/YYYY", Days),
];

const LONGEST: usize = 29;

/// 2010-01-01 in seconds.
const YEAR_2010: i64 = 1_262_304_000;

/// A text that is a point in time.
///
/// `Debug` says nothing, since a date of birth is a person's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Time {
    pub(super) format: u8,
    pub(super) number: i64,
}

impl core::fmt::Debug for Time {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Time(..)")
    }
}

impl Time {
    /// The time that a text is, if it is one.
    pub fn read(text: &[u8]) -> Option<Time> {
        let (head, rest) = text.split_first_chunk()?;
        let Some(days) = iso_date(head) else {
            return american(text);
        };
        let Some((clock, tail)) = rest.split_first_chunk() else {
            return rest.is_empty().then_some(Time {
                format: 0,
                number: days,
            });
        };
        let (mark, seconds) = time_of_day(clock)?;
        // As nearly all are.
        if let (b'T', &[b'.', a, b, c, b'Z']) = (mark, tail) {
            let fraction = two(a, b)? * 10 + two(b'0', c)?;
            return Some(Time {
                format: 1,
                number: days * DAY + seconds * 1000 + fraction,
            });
        }
        let of_length = FORMATS.iter().zip(0..);
        of_length
            .filter(|((pattern, _), _)| pattern.len() == text.len())
            .find_map(|(&(pattern, unit), format)| {
                let (head, pattern) = pattern.split_first_chunk::<19>()?;
                if head.get(10) != Some(&mark) {
                    return None;
                }
                let fraction = fraction(tail, pattern)?;
                let number = match unit {
                    Milliseconds => days * DAY + seconds * 1000 + fraction,
                    Seconds => days * 86_400 + seconds,
                    Days => days,
                };
                Some(Time { format, number })
            })
    }

    /// The time as `YYYY-MM-DDThh:mm:ss.fffZ`, within the years 0 to 9999.
    ///
    /// **Units**: milliseconds since 1970-01-01T00:00:00Z.
    pub fn of_ms(ms: i64) -> Time {
        Time {
            format: 1,
            number: ms.clamp(-62_167_219_200_000, 253_402_300_799_999),
        }
    }

    /// **Units**: milliseconds since 1970-01-01T00:00:00Z. A time without a zone is in UTC, a date
    /// without a time is its first moment.
    pub fn ms(self) -> i64 {
        let (ms, _) = self.parts();
        ms
    }

    /// The least number of this format that is kept in few bytes, and how many: of days 3, which
    /// reach everywhere, of seconds 4, from 1941 to 2078, of milliseconds 5, from 2010 to 2044.
    pub(super) fn near(format: u8) -> (i64, usize) {
        match FORMATS.get(usize::from(format)) {
            Some((_, Milliseconds)) => (YEAR_2010 * 1000, 5),
            Some((_, Seconds)) => (YEAR_2010 - (1 << 31), 4),
            _ => (-(1 << 23), 3),
        }
    }

    /// Year, month and day, in UTC.
    pub fn date(self) -> (i64, i64, i64) {
        date(self.ms().div_euclid(DAY))
    }

    /// Year, month and day, so many days after 1970-01-01.
    pub fn date_of(days: i64) -> (i64, i64, i64) {
        date(days)
    }

    /// The days from 1970-01-01 to a day of a year; to 1 March where it has no 29 February.
    pub fn recurrence(year: i64, month: i64, day: i64) -> i64 {
        match checked_days(year, month, day) {
            Some(days) => days,
            None => days(year as _, 3, 1),
        }
    }

    /// Is it a date without a time?
    pub fn is_date(self) -> bool {
        self.parts().1 == Days
    }

    /// Milliseconds, and the unit.
    fn parts(self) -> (i64, Unit) {
        let unit = FORMATS
            .get(usize::from(self.format))
            .map_or(Days, |&(_, unit)| unit);
        (self.number.saturating_mul(unit.ms()), unit)
    }

    /// The text that it was.
    pub fn text(self) -> TimeText {
        let mut out = TimeText {
            bytes: [0; LONGEST],
            len: 0,
        };
        let pattern = FORMATS
            .get(usize::from(self.format))
            .map_or(&b""[..], |&(pattern, _)| pattern);
        let ms = self.ms();
        let days = ms.div_euclid(DAY);
        let of_day = ms.rem_euclid(DAY);
        let (year, month, day) = date(days);
        out.len = pattern.len().min(LONGEST);
        let mut fields = [
            (b'Y', year),
            (b'M', month),
            (b'D', day),
            (b'h', of_day / 3_600_000),
            (b'm', of_day / 60_000 % 60),
            (b's', of_day / 1000 % 60),
            (b'f', of_day % 1000),
        ];
        // From the right, so that the ones of a field come first.
        for (byte, &character) in out.bytes.iter_mut().zip(pattern).rev() {
            let field = fields.iter_mut().find(|(name, _)| *name == character);
            *byte = field.map_or(character, |(_, left)| {
                let digit = b'0' + (*left % 10) as u8;
                *left /= 10;
                digit
            });
        }
        out
    }
}

/// The text of a time.
#[derive(Clone, Copy)]
pub struct TimeText {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Deref for TimeText {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

impl core::fmt::Debug for TimeText {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TimeText(..)")
    }
}

const DAY: i64 = 86_400_000;

impl Unit {
    fn ms(self) -> i64 {
        match self {
            Days => DAY,
            Seconds => 1000,
            Milliseconds => 1,
        }
    }
}

/// The format with the month first, which is a date alone.
#[cold]
fn american(text: &[u8]) -> Option<Time> {
    let &[a, b, b'/', c, d, b'/', e, f, g, h] = text else {
        return None;
    };
    let year = two(e, f)? * 100 + two(g, h)?;
    Some(Time {
        format: FORMATS.len() as u8 - 1,
        number: checked_days(year, two(a, b)?, two(c, d)?)?,
    })
}

/// A number of two digits.
#[inline(always)]
fn two(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens * 10 + ones))
}

/// The numbers of two digits that begin at each of eight bytes, if they are what the pattern says: a
/// digit where it has `0`, elsewhere the same byte.
#[inline(always)]
fn pairs(text: [u8; 8], pattern: &[u8; 8]) -> Option<[u8; 8]> {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let pattern = u64::from_le_bytes(*pattern);
    // 0x80 where the pattern, which is ASCII, has another byte than `0`, and from that all bits: a constant.
    let others = ((pattern ^ u64::from_ne_bytes([b'0'; 8])) + u64::from_ne_bytes([0x7F; 8])) & HIGH;
    let others = (others >> 7) * 0xFF;
    let values = u64::from_le_bytes(text) ^ pattern;
    let marks = values & others;
    // Above 9 the sum has the upper bit, from 0x80 on the value itself.
    let above = (values | values.wrapping_add(u64::from_ne_bytes([0x80 - 10; 8]))) & HIGH;
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    (marks | above == 0).then(|| pairs.to_le_bytes())
}

/// The days of `YYYY-MM-DD`, if it is in the calendar.
#[inline(always)]
fn iso_date(text: &[u8; 10]) -> Option<i64> {
    let (&head, &[tens, ones]) = text.split_first_chunk::<8>()? else {
        return None;
    };
    let [century, _, year, _, _, month, _, _] = pairs(head, b"0000-00-")?;
    let year = i64::from(century) * 100 + i64::from(year);
    checked_days(year, i64::from(month), two(tens, ones)?)
}

/// What stands before `hh:mm:ss`, and the seconds of it, if there is such a time.
#[inline(always)]
fn time_of_day(text: &[u8; 9]) -> Option<(u8, i64)> {
    let (&mark, clock) = text.split_first()?;
    let [hour, _, _, minute, _, _, second, _] = pairs(*clock.first_chunk()?, b"00:00:00")?;
    let seconds = (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second);
    (hour < 24 && minute < 60 && second < 60).then_some((mark, i64::from(seconds)))
}

/// The milliseconds of what follows the seconds; 0 where the pattern has none.
#[inline(always)]
fn fraction(text: &[u8], pattern: &[u8]) -> Option<i64> {
    let mut fraction = 0;
    for (&byte, &character) in text.iter().zip(pattern) {
        match character {
            b'f' if byte.is_ascii_digit() => fraction = fraction * 10 + i64::from(byte - b'0'),
            _ if byte == character && character != b'f' => {}
            _ => return None,
        }
    }
    Some(fraction)
}

/// [`days`], if the date is in the calendar.
#[inline]
fn checked_days(year: i64, month: i64, day: i64) -> Option<i64> {
    let (year, month, day) = (year as u32, month as u32, day as u32);
    let last = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then(|| days(year, month, day))
}

/// Days from 1970-01-01 to a date of the years 0 to 9999.
///
/// **Source**: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; the years begin in
/// March.
// WHY 32 bits: wasm has no product of 128 bits, so a division of 64 bits by a constant is a division.
#[inline]
fn days(year: u32, month: u32, day: u32) -> i64 {
    // One era more, so that no number is below 0.
    let year = year + 400 - u32::from(month <= 2);
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    i64::from(days) - 719_468 - 146_097
}

/// The date so many days after 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
