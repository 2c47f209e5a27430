//! What counts as a time, held against a library of times.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use kohort::payload::timestamp::{Zone, zone_of};
use proptest::prelude::*;

#[test]
fn tricky_texts_are_judged_as_the_calendar_says() {
    const SAID: Option<Zone> = Some(Zone::Said);
    const UNSAID: Option<Zone> = Some(Zone::Unsaid);
    for (text, expected) in [
        // Braze's own sample, and the shapes its exports have.
        ("2021-01-21T19:20:30+05:00", SAID),
        ("2020-07-10 15:00:00.000 UTC", None),
        ("2016-12-08T06:59:43.262Z", SAID),
        ("2021-01-21 19:20:30 +0500", SAID),
        // How much of it may be left out.
        ("2021-01-21", UNSAID),
        ("20210121", UNSAID),
        ("2021-01-21T19:20", UNSAID),
        ("2021-01-21T19:20Z", SAID),
        ("2021-01-21T192030Z", SAID),
        ("20210121T192030Z", SAID),
        ("20210121T1920Z", SAID),
        ("2021-01-21T19", None),
        ("2021-01-21T19Z", None),
        ("2021-01", None),
        ("2021", None),
        ("2021-W03-4", None),
        ("2021-021", None),
        ("19:20:30Z", None),
        // Months and days.
        ("2023-02-29", None),
        ("2024-02-29", UNSAID),
        ("1900-02-29", None),
        ("2000-02-29", UNSAID),
        ("2100-02-29", None),
        ("2024-02-30", None),
        ("2024-04-31", None),
        ("2024-13-01", None),
        ("2024-00-01", None),
        ("2024-01-00", None),
        ("2024-01-32", None),
        // Years.
        ("0000-01-01T00:00:00Z", SAID),
        ("0000-02-29T00:00:00Z", SAID),
        ("9999-12-31T23:59:59.999999999Z", SAID),
        ("10000-01-01", None),
        ("-001-01-01", None),
        ("+2024-01-01", None),
        ("24-01-01", None),
        // Hours, minutes, seconds.
        ("2024-01-01T24:00:00Z", None),
        ("2024-01-01T24:00Z", None),
        ("2024-01-01T25:00:00Z", None),
        ("2024-01-01T23:60:00Z", None),
        ("2024-01-01T23:59:60Z", SAID),
        ("2016-12-31T23:59:60Z", SAID),
        ("2024-01-01T23:59:61Z", None),
        ("2024-01-01T1:02:03Z", None),
        ("2024-01-01T01:2:03Z", None),
        ("2024-01-01T01:02:3Z", None),
        ("2024-01-01T01:02:03.Z", None),
        ("2024-01-01T01:02:03,5Z", SAID),
        ("2024-01-01T01:02:03.123456789012345678901234567890Z", SAID),
        ("2024-01-01T01:02.5Z", None),
        ("2024-01-01T01:0203Z", None),
        ("2024-01-01T0102:03Z", None),
        ("2024-01-01T-1:02:03Z", None),
        // Zones.
        ("2024-01-01T00:00:00+14:00", SAID),
        ("2024-01-01T00:00:00-14:00", SAID),
        ("2024-01-01T00:00:00-00:00", SAID),
        ("2024-01-01T00:00:00+05", SAID),
        ("2024-01-01T00:00:00+0530", SAID),
        ("2024-01-01T00:00:00+5:30", None),
        ("2024-01-01T00:00:00+05:3", None),
        ("2024-01-01T00:00:00+24:00", None),
        ("2024-01-01T00:00:00+05:60", None),
        ("2024-01-01T00:00:00+05:30:00", None),
        ("2024-01-01T00:00:00", UNSAID),
        ("2024-01-01Z", None),
        ("2024-01-01+05:00", None),
        ("2024-01-01T00:00:00 Z", SAID),
        ("2024-01-01T00:00:00ZZ", None),
        ("2024-01-01T00:00:00Z+01:00", None),
        ("2024-01-01T00:00:00+01:00[Europe/Berlin]", None),
        ("2024-01-01T00:00:00 CET", None),
        ("2024-01-01T00:00:00\u{2212}05:00", None),
        // Separators, case and what stands around.
        ("2024-01-01t00:00:00z", SAID),
        ("2024-01-01_00:00:00Z", None),
        ("2024/01/01", None),
        ("2024-0101", None),
        ("202401-01", None),
        ("2024-01-01T", None),
        ("2024-01-01 ", None),
        ("2024-01-01T00:00:00 ", None),
        ("2024-01-01T00:00:00Z ", None),
        ("2024-01-01T00:00:00Z\n", None),
        (" 2024-01-01", None),
        ("2024-01-01T00:00:00Z\0", None),
        ("", None),
        (" ", None),
        ("T", None),
        ("now", None),
        ("1700000000", None),
        ("٢٠٢٤-٠١-٠١", None),
        ("2024‐01‐01", None),
        ("２０２４-01-01", None),
        ("01/02/2024", None),
        ("Thu, 21 Jan 2021 19:20:30 GMT", None),
    ] {
        assert_eq!(zone_of(text.as_bytes()), expected, "{text:?}");
    }
    assert_eq!(zone_of(b"2024-01-01T00:00:00\xFF"), None);
}

/// How a time is written: hyphens in the date, the separator, colons in the time, seconds, the
/// fraction, and the offset's shape.
#[derive(Clone, Debug)]
struct Shape {
    hyphens: bool,
    separator: char,
    colons: bool,
    seconds: bool,
    fraction: String,
    zone: usize,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let separator = prop::sample::select(vec!['T', 't', ' ']);
    (
        any::<bool>(),
        separator,
        any::<bool>(),
        any::<bool>(),
        "([.,][0-9]{1,9})?",
        0..6usize,
    )
        .prop_map(
            |(hyphens, separator, colons, seconds, fraction, zone)| Shape {
                hyphens,
                separator,
                colons,
                seconds,
                fraction,
                zone,
            },
        )
}

proptest! {
    /// Fields in and out of their ranges, in every shape: a time exactly if the library makes a
    /// date, a time and an offset of them.
    #[test]
    fn a_time_is_one_whose_fields_are_in_the_calendar(
        (year, month, day) in (0i16..=9999, 0i8..=14, 0i8..=33),
        (hour, minute, second) in (0i8..=26, 0i8..=62, 0i8..=62),
        (offset_hours, offset_minutes) in (0i8..=30, 0i8..=70),
        shape in shapes(),
    ) {
        let hyphen = if shape.hyphens { "-" } else { "" };
        let colon = if shape.colons { ":" } else { "" };
        let mut text = format!("{year:04}{hyphen}{month:02}{hyphen}{day:02}");
        text += &format!("{}{hour:02}{colon}{minute:02}", shape.separator);
        if shape.seconds {
            text += &format!("{colon}{second:02}{}", shape.fraction);
        }
        let offset_fits = match shape.zone {
            0 => true,
            1 => { text += "Z"; true }
            2 => { text += "z"; true }
            form => {
                let sign = if form == 3 { '+' } else { '-' };
                let minutes = if form == 5 { 0 } else { offset_minutes };
                text += &format!("{sign}{offset_hours:02}");
                if form != 5 {
                    text += &format!("{colon}{minutes:02}");
                }
                offset_hours <= 23 && minutes <= 59
            }
        };
        // A leap second is a time, and the library's civil time has none.
        let second = if shape.seconds { second - i8::from(second == 60) } else { 0 };
        let fits = Date::new(year, month, day).is_ok() && Time::new(hour, minute, second, 0).is_ok();
        let expected = (fits && offset_fits).then_some(match shape.zone {
            0 => Zone::Unsaid,
            _ => Zone::Said,
        });
        prop_assert_eq!(zone_of(text.as_bytes()), expected, "{}", text);
    }

    /// Whatever the library writes is taken.
    #[test]
    fn every_time_that_the_library_writes_is_taken(
        second in -62_167_219_200i64..=253_402_207_200,
        nanosecond in 0i32..1_000_000_000,
        offset_minutes in -840i32..=840,
    ) {
        let time = jiff::Timestamp::new(second, nanosecond).unwrap();
        prop_assert_eq!(zone_of(time.to_string().as_bytes()), Some(Zone::Said));
        let offset = Offset::from_seconds(offset_minutes * 60).unwrap();
        let shifted = offset.to_datetime(time);
        prop_assume!((0..=9999).contains(&shifted.year()));
        let text = time.display_with_offset(offset).to_string();
        prop_assert_eq!(zone_of(text.as_bytes()), Some(Zone::Said), "{}", text);
        prop_assert_eq!(zone_of(shifted.to_string().as_bytes()), Some(Zone::Unsaid));
    }

    /// Text made of the right characters: what is taken with a zone is an instant to the library
    /// as well, and what is taken without one is a local time to it. The library knows fractions of
    /// up to nine digits, which ISO 8601 does not limit: eight, and perhaps one from the end.
    #[test]
    fn nothing_is_taken_that_the_library_refuses(
        text in "(19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9]([Tt ][0-2][0-9]:?[0-5][0-9](:?[0-6][0-9]([.,][0-9]{1,8})?)?)?( ?(Z|[+-][0-2][0-9](:?[0-5][0-9])?))?[0-9:TZ+ -]{0,1}",
    ) {
        // The library writes no space before a zone, which Braze's samples do.
        let tight = text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z");
        match zone_of(text.as_bytes()) {
            Some(Zone::Said) => prop_assert!(tight.parse::<jiff::Timestamp>().is_ok(), "{}", text),
            Some(Zone::Unsaid) => prop_assert!(text.parse::<jiff::civil::DateTime>().is_ok(), "{}", text),
            None => {}
        }
    }

    /// Bytes that are no text at all are looked at without harm.
    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if zone_of(&bytes).is_some() {
            prop_assert!(bytes.is_ascii() && bytes.len() >= 8);
        }
    }

    /// One byte of a good time changed: the library and we agree on what is still one.
    #[test]
    fn a_changed_byte_is_judged_as_the_library_judges_it(
        second in 0i64..=253_402_207_200,
        at in 0usize..20,
        byte in prop::sample::select(b"0123456789-:TZ+. ".to_vec()),
    ) {
        let mut text = jiff::Timestamp::new(second, 0).unwrap().to_string().into_bytes();
        text[at] = byte;
        let text = String::from_utf8(text).unwrap();
        if zone_of(text.as_bytes()) == Some(Zone::Said) {
            let tight = text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z");
            prop_assert!(tight.parse::<jiff::Timestamp>().is_ok(), "{}", text);
        }
    }
}
