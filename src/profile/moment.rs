//! The point in time that a text names.

use super::time_text::Time;
use crate::payload::timestamp::{Zone, zone_of};

/// The moment that a text names.
///
/// **Units**: milliseconds since 1970-01-01T00:00:00Z. A time without a zone is in UTC, a date its first
/// moment; digits beyond milliseconds are left out. `None` for a text that is none of the formats
/// that Braze takes, but for `ddd MM dd HH:mm:ss.TZD YYYY`, which is not read.
pub fn moment(text: &[u8]) -> Option<i64> {
    if let Some(time) = Time::read(text) {
        return Some(time.ms());
    }
    zone_of(text)?;
    // What was found to be ISO 8601 is written in the one way that times are kept in.
    let (mut plain, mut rest) = (*b"0000-00-00T00:00:00.000Z", text);
    let mut take = |places: &[usize], plain: &mut [u8; 24]| {
        for &place in places {
            let [digit @ b'0'..=b'9', tail @ ..] = rest else {
                return rest;
            };
            if let Some(at) = plain.get_mut(place) {
                *at = *digit;
            }
            rest = tail.strip_prefix(b"-").unwrap_or(tail);
        }
        rest
    };
    let time = take(&[0, 1, 2, 3, 5, 6, 8, 9], &mut plain);
    let (time, zone) = split_zone(time.get(1..).unwrap_or(&[]));
    let (time, fraction) = match time.iter().position(|byte| b".,".contains(byte)) {
        Some(point) => (time.get(..point)?, time.get(point + 1..).unwrap_or(&[])),
        None => (time, &[][..]),
    };
    let digits = time.iter().filter(|byte| byte.is_ascii_digit());
    for (&digit, place) in digits.zip([11, 12, 14, 15, 17, 18]) {
        *plain.get_mut(place)? = digit;
    }
    for (&digit, place) in fraction.iter().zip([20, 21, 22]) {
        *plain.get_mut(place)? = digit;
    }
    // A leap second is the first moment of the next minute.
    let leap = i64::from(plain.get(17) == Some(&b'6')) * 1000;
    if leap > 0 {
        plain.get_mut(17..19)?.copy_from_slice(b"59");
    }
    Some(Time::read(&plain)?.ms() + leap - zone)
}

/// Does a text that names a moment say its time zone?
pub(crate) fn has_zone(text: &[u8]) -> bool {
    // Braze's own formats end in a zone, or in the last digit of a date or time.
    let ends_in_digit = || text.last().is_some_and(u8::is_ascii_digit);
    zone_of(text).map_or_else(|| !ends_in_digit(), |zone| zone == Zone::Said)
}

/// The time of day, and the milliseconds by which its zone is ahead.
fn split_zone(text: &[u8]) -> (&[u8], i64) {
    let at = text.iter().position(|byte| b"Zz+- ".contains(byte));
    let Some((time, zone)) = at.and_then(|at| text.split_at_checked(at)) else {
        return (text, 0);
    };
    let is_behind = zone.contains(&b'-');
    let mut minutes = 0;
    let digits = zone.iter().filter(|byte| byte.is_ascii_digit());
    for (&digit, worth) in digits.zip([600, 60, 10, 1]) {
        minutes += i64::from(digit - b'0') * worth;
    }
    (time, minutes * if is_behind { -60_000 } else { 60_000 })
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn each_way_to_write_a_moment_names_the_same() {
        for text in [
            "2021-06-28T17:02:43.032Z",
            "2021-06-28T17:02:43:032Z",
            "2021-06-28 17:02:43.032 UTC",
            "2021-06-28T19:02:43.032+02:00",
            "2021-06-28t12:32:43,0329-0430",
            "20210628T170243.032Z",
            "2021-06-28T17:02:43.032",
            "2021-06-29T07:02:43.032+14",
        ] {
            assert_eq!(moment(text.as_bytes()), Some(1_624_899_763_032), "{text}");
        }
        assert_eq!(moment(b"2021-06-28T17:02Z"), Some(1_624_899_720_000));
        assert_eq!(moment(b"1970-01-02"), Some(86_400_000));
        assert_eq!(moment(b"01/02/1970"), Some(86_400_000));
        assert_eq!(moment(b"2016-12-31T23:59:60Z"), Some(1_483_228_800_000));
        for text in ["", "yesterday", "2021-02-30T00:00:00Z", "1624899763"] {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }
}
