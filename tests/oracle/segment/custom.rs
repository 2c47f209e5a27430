//! Custom attributes, what lies within them, and days that recur.

use super::World;
use super::operands::{comparison, present};
use super::operators::{Place, is_of_numbers, satisfies, twin};
use super::times::{self, Written, days_ago, days_ahead, moment_stored, stored_text};
use jiff::civil::Date;
use serde_json::{Value, json};

fn custom<'a>(body: &Value, profile: &'a Value) -> Option<&'a Value> {
    let attributes = profile.get("custom_attributes")?;
    present(attributes, body["custom_attribute_name"].as_str().unwrap())
}

pub fn attribute(body: &Value, profile: &Value, world: &World) -> bool {
    test(body, custom(body, profile), Place::Flat, world)
}

/// A comparison with a value of a custom attribute.
fn test(body: &Value, value: Option<&Value>, place: Place, world: &World) -> bool {
    let comparison = comparison(body);
    let zero = json!(0);
    // Rule 3: an absent number is 0 for these, and so for their negatives, but for no others.
    let reads_zero = matches!(
        twin(comparison).unwrap_or(comparison),
        "exactly" | "equals" | "less_than" | "less_than_or_equal_to"
    );
    let is_number = is_of_numbers(comparison, &body["value"]);
    let value = match value {
        None if is_number && reads_zero => Some(&zero),
        value => value,
    };
    satisfies(comparison, &body["value"], value, place, world)
}

/// A step of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    Key(&'a str),
    /// Any element of an array of objects.
    Any,
}

/// `a.b`, `[].a`, and `a[].b`.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let key = part.strip_suffix("[]").unwrap_or(part);
        if !key.is_empty() {
            steps.push(Step::Key(key));
        }
        if part.ends_with("[]") {
            steps.push(Step::Any);
        }
    }
    steps
}

/// What keys lead to.
fn walk<'a>(value: Option<&'a Value>, steps: &[Step<'_>]) -> Option<&'a Value> {
    let mut value = value;
    for step in steps {
        let Step::Key(key) = step else {
            panic!("one array level only");
        };
        value = value.and_then(|value| present(value, key));
    }
    value
}

pub fn nested(body: &Value, profile: &Value, world: &World) -> bool {
    let root = custom(body, profile);
    let steps = steps(body["path"].as_str().unwrap());
    let array = steps.iter().position(|step| *step == Step::Any);
    let Some(array) = array else {
        return test(body, walk(root, &steps), Place::Nested, world);
    };
    let elements = walk(root, &steps[..array]).and_then(Value::as_array);
    let elements = elements.map_or(&[][..], Vec::as_slice);
    if let Some(criteria) = body.get("all_of") {
        // All in one element; false without elements (rule 9).
        return elements.iter().any(|element| {
            criteria.as_array().unwrap().iter().all(|criterion| {
                let path = self::steps(criterion["path"].as_str().unwrap());
                test(criterion, walk(Some(element), &path), Place::Nested, world)
            })
        });
    }
    // Rule 2, the exception: positive or negative, it holds if it holds for any element; without elements as
    // for an absent value.
    if elements.is_empty() {
        return test(body, None, Place::Nested, world);
    }
    elements.iter().any(|element| {
        let value = walk(Some(element), &steps[array + 1..]);
        test(body, value, Place::Nested, world)
    })
}

/// Month and day alone of a time attribute or the date of birth.
pub fn recurring_day(body: &Value, profile: &Value, world: &World) -> bool {
    let text = match body.get("custom_attribute_name") {
        Some(_) => custom(body, profile).and_then(Value::as_str),
        None => super::defaults::dob(profile),
    };
    let Some(time) = text.and_then(stored_text) else {
        return false;
    };
    // A day that is written alone is that day everywhere. Any other moment is on the day that it is on in the
    // company's zone.
    let day = match time {
        Written::Day(day) => day,
        time => world.zone.day(moment_stored(time)),
    };
    let (month, day) = (day.month(), day.day());
    let today = world.zone.day(world.now);
    match comparison(body) {
        "on" => days_that_count(month, day).contains(&asked(body)),
        "before" => days_that_count(month, day)
            .iter()
            .any(|day| *day < asked(body)),
        "after" => days_that_count(month, day)
            .iter()
            .any(|day| *day > asked(body)),
        // Calendar days, over the end of the year too; today counts.
        "less_than_x_days_in_the_future" => days_ahead(today, month, day) as f64 <= span(body),
        "greater_than_x_days_in_the_future" => days_ahead(today, month, day) as f64 > span(body),
        "less_than_x_days_ago" => days_ago(today, month, day) as f64 <= span(body),
        "greater_than_x_days_ago" => days_ago(today, month, day) as f64 > span(body),
        other => panic!("{other}"),
    }
}

/// Who has 29 February is in segments that include 1 March.
fn days_that_count(month: i8, day: i8) -> Vec<(i8, i8)> {
    match (month, day) {
        (2, 29) => vec![(2, 29), (3, 1)],
        day => vec![day],
    }
}

/// `MM-DD` of a year that has all days.
fn asked(body: &Value) -> (i8, i8) {
    let text = format!("2000-{}", body["value"].as_str().unwrap());
    let day: Date = text.parse().unwrap();
    (day.month(), day.day())
}

fn span(body: &Value) -> f64 {
    body["value"].as_f64().unwrap()
}

/// Full years from one day to another: the birthday of 29 February is 1 March where there is none.
pub fn full_years(from: Date, to: Date) -> i64 {
    let years = i64::from(to.year()) - i64::from(from.year());
    let is_before = (to.month(), to.day()) < (from.month(), from.day());
    years - i64::from(is_before)
}

/// The day of a date of birth.
pub fn day_of(text: &str) -> Option<Date> {
    match times::stored_text(text)? {
        Written::Day(day) => Some(day),
        _ => None,
    }
}
