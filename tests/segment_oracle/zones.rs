//! The company's clock, and days that recur.

use crate::segment::times::{DAY, MINUTE, operand};
use crate::segment::{Tri, World, Zone};
use crate::{ask, family};
use serde_json::{Value, json};

fn at(text: &str) -> i64 {
    operand(&json!(text), &Zone::utc())
}

/// What clocks did, from the time-zone database's releases.
#[test]
fn clocks_change_when_they_do() {
    for (zone, moment, hours) in [
        (Zone::vienna(), "2026-03-29T00:59:59.999Z", 1.0),
        (Zone::vienna(), "2026-03-29T01:00:00Z", 2.0),
        (Zone::vienna(), "2026-10-25T00:59:59.999Z", 2.0),
        (Zone::vienna(), "2026-10-25T01:00:00Z", 1.0),
        (Zone::beirut(), "2026-03-28T21:59:59.999Z", 2.0),
        (Zone::beirut(), "2026-03-28T22:00:00Z", 3.0),
        (Zone::beirut(), "2026-10-24T20:59:59.999Z", 3.0),
        (Zone::beirut(), "2026-10-24T21:00:00Z", 2.0),
        (Zone::st_johns(), "2026-03-08T05:29:59.999Z", -3.5),
        (Zone::st_johns(), "2026-03-08T05:30:00Z", -2.5),
        (Zone::st_johns(), "2026-11-01T04:29:59.999Z", -2.5),
        (Zone::st_johns(), "2026-11-01T04:30:00Z", -3.5),
    ] {
        let ahead = zone.wall(at(moment)) - at(moment);
        assert_eq!(
            ahead as f64,
            hours * 60.0 * MINUTE as f64,
            "{} {moment}",
            zone.name
        );
    }
}

/// Rule 7: a date is midnight in the company's zone. A midnight that is missing, and a time that comes twice.
#[test]
fn a_date_is_midnight_of_the_company() {
    for (zone, text, moment) in [
        (Zone::vienna(), "2026-11-30", "2026-11-29T23:00:00Z"),
        (Zone::vienna(), "2026-06-01", "2026-05-31T22:00:00Z"),
        (Zone::beirut(), "2026-03-29", "2026-03-28T22:00:00Z"),
        (
            Zone::beirut(),
            "2026-03-29T00:30:00",
            "2026-03-28T22:30:00Z",
        ),
        (
            Zone::vienna(),
            "2026-03-29T02:30:00",
            "2026-03-29T01:30:00Z",
        ),
        (
            Zone::vienna(),
            "2026-10-25T02:30:00",
            "2026-10-25T00:30:00Z",
        ),
        (Zone::st_johns(), "2026-11-30", "2026-11-30T03:30:00Z"),
        (
            Zone::st_johns(),
            "2026-11-30T00:00:00Z",
            "2026-11-30T00:00:00Z",
        ),
        (
            Zone::st_johns(),
            "2026-11-30T00:00:00+01:00",
            "2026-11-29T23:00:00Z",
        ),
    ] {
        assert_eq!(
            operand(&json!(text), &zone),
            at(moment),
            "{} {text}",
            zone.name
        );
    }
}

#[test]
fn each_moment_is_what_its_clock_shows() {
    for zone in Zone::all() {
        for hours in 0..24 * 800 {
            let moment = at("2025-01-01T00:15:00Z") + hours * 60 * MINUTE;
            let again = zone.moment(zone.wall(moment));
            // A time that comes twice is the first of both.
            assert!(again == moment || (again < moment && zone.wall(again) == zone.wall(moment)));
        }
    }
}

fn recurring(comparison: &str, value: Value) -> Value {
    json!({"attribute_name": "dob", "comparison": comparison, "value": value})
}

/// Today is 30 November.
#[test]
fn a_day_recurs_each_year() {
    let profiles = [
        json!({}),
        json!({"dob": "2001-11-30"}),
        json!({"dob": "1990-12-07"}),
        json!({"dob": "1990-12-08"}),
        json!({"dob": "1990-01-02"}),
        json!({"dob": "1990-11-29"}),
        json!({"dob": "2004-02-29"}),
    ];
    family(
        "recurring_day",
        &profiles,
        &[
            (recurring("on", json!("11-30")), "FTFFFFF"),
            (recurring("before", json!("11-30")), "FFFFTTT"),
            (recurring("after", json!("11-30")), "FFTTFFF"),
            (
                recurring("less_than_x_days_in_the_future", json!(0)),
                "FTFFFFF",
            ),
            (
                recurring("less_than_x_days_in_the_future", json!(7)),
                "FTTFFFF",
            ),
            (
                recurring("greater_than_x_days_in_the_future", json!(7)),
                "FFFTTTT",
            ),
            // Over the end of the year: 2 January is 33 days away.
            (
                recurring("less_than_x_days_in_the_future", json!(33)),
                "FTTTTFF",
            ),
            (
                recurring("less_than_x_days_in_the_future", json!(32)),
                "FTTTFFF",
            ),
            (recurring("less_than_x_days_ago", json!(1)), "FTFFFTF"),
            (recurring("greater_than_x_days_ago", json!(0)), "FFTTTTT"),
            (recurring("greater_than_x_days_ago", json!(357)), "FFTFFFF"),
            // 29 February is in what includes 1 March.
            (recurring("on", json!("03-01")), "FFFFFFT"),
            (recurring("on", json!("02-29")), "FFFFFFT"),
            (recurring("on", json!("02-28")), "FFFFFFF"),
            (recurring("before", json!("03-01")), "FFFFTFT"),
            (recurring("before", json!("02-29")), "FFFFTFF"),
            (recurring("after", json!("02-29")), "FTTTFTT"),
            (recurring("after", json!("03-01")), "FTTTFTF"),
        ],
    );
}

#[test]
fn the_29th_of_february_comes_when_it_does() {
    let profile = json!({"dob": "2004-02-29"});
    for (now, days, expected) in [
        // 2027 has none, 2028 has.
        ("2027-02-26T12:00:00Z", 2, Tri::False),
        ("2027-02-26T12:00:00Z", 3, Tri::True),
        ("2028-02-26T12:00:00Z", 3, Tri::True),
        ("2028-02-26T12:00:00Z", 2, Tri::False),
        ("2028-02-29T12:00:00Z", 0, Tri::True),
        ("2027-03-01T12:00:00Z", 0, Tri::True),
    ] {
        let world = World::new(at(now), Zone::vienna());
        let condition =
            json!({"recurring_day": recurring("less_than_x_days_in_the_future", json!(days))});
        assert_eq!(ask(&world, &profile, condition), expected, "{now} {days}");
    }
}

/// Today is the company's, and so is the day of a moment; a day that is written alone is that day.
#[test]
fn the_day_is_the_companys() {
    let now = at("2026-11-30T23:30:00Z");
    let with = |text: &str| json!({"custom_attributes": {"a": text}});
    let profiles = [
        with("2020-11-30"),
        with("2020-12-01"),
        with("2020-11-30T23:30:00Z"),
        with("2020-12-01T02:00:00Z"),
    ];
    let today = json!({"recurring_day": {"custom_attribute_name": "a", "comparison": "less_than_x_days_ago", "value": 0}});
    for (zone, expected) in [
        (Zone::utc(), "TFTF"),
        (Zone::vienna(), "FTTT"),
        (Zone::st_johns(), "TFTT"),
    ] {
        let world = World::new(now, zone);
        for (profile, expected) in profiles.iter().zip(expected.chars()) {
            let answer = ask(&world, profile, today.clone());
            assert_eq!(
                answer,
                Tri::from(expected == 'T'),
                "{} {profile}",
                world.zone.name
            );
        }
    }
    // So is the day on which somebody grows older.
    let born = json!({"dob": "2000-12-01"});
    let grown = json!({"default_attribute": {"attribute_name": "age", "comparison": "exactly", "value": 26}});
    for (zone, expected) in [(Zone::utc(), Tri::False), (Zone::vienna(), Tri::True)] {
        assert_eq!(ask(&World::new(now, zone), &born, grown.clone()), expected);
    }
    assert_eq!(DAY, 86_400_000);
}
