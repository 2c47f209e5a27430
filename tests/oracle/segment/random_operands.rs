//! Which operators a type has, and operands for them.

use super::random_worlds::random_time;
use super::times::{DAY, iso, moment_stored, stored_text};
use super::{Chance, World};
use serde_json::{Value, json};

pub const PRESENCE: [&str; 4] = ["exists", "does_not_exist", "is_blank", "is_not_blank"];

pub const TEXTS: [&str; 13] = [
    "equals",
    "not_equal",
    "does_not_equal",
    "is_any_of",
    "is_none_of",
    "contains_any_of",
    "doesnt_contain_any_of",
    "matches_regex",
    "does_not_match_regex",
    "exists",
    "does_not_exist",
    "is_blank",
    "is_not_blank",
];

/// Of numbers that are always there, and of versions.
pub const COMPARISONS: [&str; 9] = [
    "equals",
    "not_equal",
    "does_not_equal",
    "exactly",
    "more_than",
    "less_than",
    "greater_than",
    "greater_than_or_equal_to",
    "less_than_or_equal_to",
];

pub const NUMBERS: [&str; 13] = [
    "equals",
    "not_equal",
    "does_not_equal",
    "exactly",
    "more_than",
    "less_than",
    "greater_than",
    "greater_than_or_equal_to",
    "less_than_or_equal_to",
    "exists",
    "does_not_exist",
    "is_blank",
    "is_not_blank",
];

pub const BOOLS: [&str; 11] = [
    "equals",
    "not_equal",
    "does_not_equal",
    "true",
    "false",
    "true_or_not_set",
    "false_or_not_set",
    "exists",
    "does_not_exist",
    "is_blank",
    "is_not_blank",
];

pub const ARRAYS: [&str; 16] = [
    "includes_value",
    "does_not_include_value",
    "includes_any_of",
    "includes_none_of",
    "values_contain_any_of",
    "values_dont_contain_any_of",
    "is_all_of",
    "isnt_all_of",
    "matches_regex",
    "does_not_match_regex",
    "has_a_value",
    "is_empty",
    "exists",
    "does_not_exist",
    "is_blank",
    "is_not_blank",
];

/// Of times that are asked for nothing else.
pub const MOMENTS: [&str; 6] = [
    "before",
    "after",
    "less_than_x_days_ago",
    "greater_than_x_days_ago",
    "less_than_x_days_in_the_future",
    "greater_than_x_days_in_the_future",
];

pub const TIMES: [&str; 10] = [
    "before",
    "after",
    "less_than_x_days_ago",
    "greater_than_x_days_ago",
    "less_than_x_days_in_the_future",
    "greater_than_x_days_in_the_future",
    "exists",
    "does_not_exist",
    "is_blank",
    "is_not_blank",
];

pub const MEMBERSHIPS: [&str; 4] = [
    "includes_value",
    "does_not_include_value",
    "includes_any_of",
    "includes_none_of",
];

pub fn pick<T: Clone>(chance: &mut Chance, values: &[T]) -> T {
    values[chance.below(values.len())].clone()
}

/// A body with a comparison and its value, if it takes one.
pub fn put(mut body: Value, comparison: &str, value: Option<Value>) -> Value {
    body["comparison"] = json!(comparison);
    if let Some(value) = value {
        body["value"] = value;
    }
    body
}

pub fn days(c: &mut Chance) -> usize {
    pick(c, &[0, 1, 2, 3, 7, 7, 14, 30, 90])
}

/// An operand for an operator of a type, mostly from these values or near one.
pub fn operand(
    c: &mut Chance,
    comparison: &str,
    operators: &[&str],
    values: &[Value],
    world: &World,
) -> Option<Value> {
    let mut texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let elements = values.iter().filter_map(Value::as_array).flatten();
    texts.extend(elements.clone().filter_map(Value::as_str));
    if texts.is_empty() {
        texts.push("nothing");
    }
    Some(match comparison {
        "equals" | "not_equal" | "does_not_equal" => {
            if operators.contains(&"more_than") {
                number(c, values)
            } else if operators.contains(&"true") {
                json!(c.one_in(2))
            } else {
                json!(pick(c, &texts))
            }
        }
        "exactly" | "more_than" | "less_than" | "greater_than" => number(c, values),
        "greater_than_or_equal_to" | "less_than_or_equal_to" => number(c, values),
        "is_any_of" | "is_none_of" => one_or_some(c, |c| json!(pick(c, &texts))),
        "contains_any_of" | "doesnt_contain_any_of" => one_or_some(c, |c| json!(part(c, &texts))),
        "values_contain_any_of" | "values_dont_contain_any_of" => {
            one_or_some(c, |c| json!(part(c, &texts)))
        }
        "matches_regex" | "does_not_match_regex" => pattern(c, &texts),
        "includes_value" | "does_not_include_value" => element(c, values),
        "includes_any_of" | "includes_none_of" | "is_all_of" | "isnt_all_of" => {
            one_or_some(c, |c| element(c, values))
        }
        "before" | "after" => time(c, &texts, world),
        words if words.contains("_x_days_") => json!(days(c)),
        _ => return None,
    })
}

/// A list, or one that stands for a list of it.
pub fn one_or_some(c: &mut Chance, mut one: impl FnMut(&mut Chance) -> Value) -> Value {
    if c.one_in(4) {
        return one(c);
    }
    let count = 1 + c.below(3);
    (0..count).map(|_| one(c)).collect()
}

/// A number that is there, or near to it.
fn number(c: &mut Chance, values: &[Value]) -> Value {
    let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    let number = if numbers.is_empty() || c.one_in(6) {
        pick(c, &[0.0, 1.0, -1.0, 3.0])
    } else {
        pick(c, &numbers)
    };
    let number = number + pick(c, &[0.0, 0.0, 1.0, -1.0]);
    // As people write them, where that is exact.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

/// An element of an array that is there, of whatever type.
fn element(c: &mut Chance, values: &[Value]) -> Value {
    let elements = values.iter().filter_map(Value::as_array).flatten();
    let elements: Vec<&Value> = elements
        .filter(|element| element.is_string() || element.is_number() || element.is_boolean())
        .collect();
    if elements.is_empty() {
        return json!("red");
    }
    pick(c, &elements).clone()
}

/// A part of a text that is there.
fn part(c: &mut Chance, texts: &[&str]) -> String {
    let letters: Vec<char> = pick(c, texts).chars().collect();
    let from = c.below(letters.len() + 1);
    let to = from + c.below(letters.len() - from + 1);
    let part: String = letters[from..to].iter().collect();
    if part.is_empty() { "e".into() } else { part }
}

fn pattern(c: &mut Chance, texts: &[&str]) -> Value {
    let text = regex::escape(&pick(c, texts).to_uppercase());
    let part = regex::escape(&part(c, texts));
    json!(match c.below(8) {
        0 => format!("^{text}$"),
        1 => format!("^{part}"),
        2 => format!("{part}$"),
        3 => format!("({part}|{text})"),
        4 => part,
        5 => "^.{3,5}$".into(),
        6 => "[aeiou][^aeiou]".into(),
        _ => "r.d|[0-9]+".into(),
    })
}

/// A time that is there or near to one, in one of the ways that definitions may say it.
fn time(c: &mut Chance, texts: &[&str], world: &World) -> Value {
    let times = texts.iter().filter_map(|text| stored_text(text));
    let times: Vec<i64> = times.map(moment_stored).collect();
    // Not in years that are hard to write.
    let times: Vec<i64> = times
        .into_iter()
        .filter(|time| (world.now - time).abs() < 36_500 * DAY)
        .collect();
    let time = if times.is_empty() || c.one_in(4) {
        random_time(c, world.now)
    } else {
        pick(c, &times)
    };
    let time = time + pick(c, &[0, 0, 0, 1, -1, 3_600_000]);
    let text = iso(time);
    json!(match c.below(5) {
        0 => text[..10].into(),
        // As the company's clock shows it.
        1 => iso(world.zone.wall(time))[..23].to_string(),
        2 => text[..19].into(),
        3 => format!("{}+01:00", &text[..23]),
        _ => text,
    })
}
