//! What each operator asks of one value.

use super::operands::{comparison, list, same};
use super::times::{self, moment_stored, stored_text};
use super::{Tri, World};
use regex::RegexBuilder;
use serde_json::Value;

/// Where a value stands: times are texts in a profile, and `{"$time": …}` within objects (rule 7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Flat,
    Nested,
}

/// Rule 2: a negative operator is NOT its positive twin.
pub fn twin(comparison: &str) -> Option<&'static str> {
    Some(match comparison {
        "not_equal" | "does_not_equal" => "equals",
        "is_none_of" => "is_any_of",
        "doesnt_contain_any_of" => "contains_any_of",
        "does_not_include_value" => "includes_value",
        "includes_none_of" => "includes_any_of",
        "values_dont_contain_any_of" => "values_contain_any_of",
        "isnt_all_of" => "is_all_of",
        "is_not" => "is",
        "does_not_exist" => "exists",
        "is_not_blank" => "is_blank",
        _ => return None,
    })
}

/// What a membership says of who is, or is not, a member of any that it asks for. All four words take one text
/// or a list.
pub fn includes(body: &Value, is_member: Tri) -> Tri {
    let is = |comparison: &str| matches!(comparison, "includes_value" | "includes_any_of");
    match comparison(body) {
        positive if is(positive) => is_member,
        negative if twin(negative).is_some_and(is) => is_member.not(),
        other => panic!("{other} is no operator of memberships"),
    }
}

/// The operators that compare numbers, or versions.
pub fn is_of_numbers(comparison: &str, operand: &Value) -> bool {
    match comparison {
        "exactly" | "more_than" | "less_than" | "greater_than" => true,
        "greater_than_or_equal_to" | "less_than_or_equal_to" => true,
        "equals" | "not_equal" | "does_not_equal" => operand.is_number(),
        _ => false,
    }
}

/// Does one value satisfy the operator? `None`: it is absent.
pub fn satisfies(
    comparison: &str,
    operand: &Value,
    value: Option<&Value>,
    place: Place,
    world: &World,
) -> bool {
    // Rule 2, the exception: only a value of the right type that is not blank. Rule 6: an array has elements
    // of which none matches.
    if comparison == "does_not_match_regex" {
        return match value {
            Some(Value::String(text)) => !text.is_empty() && !matches(operand, text),
            Some(Value::Array(elements)) => {
                !elements.is_empty()
                    && !elements
                        .iter()
                        .filter_map(Value::as_str)
                        .any(|text| matches(operand, text))
            }
            _ => false,
        };
    }
    match twin(comparison) {
        Some(positive) => !positive_holds(positive, operand, value, place, world),
        None => positive_holds(comparison, operand, value, place, world),
    }
}

/// Rule 1: a value of another type satisfies no positive operator.
fn positive_holds(
    comparison: &str,
    operand: &Value,
    value: Option<&Value>,
    place: Place,
    world: &World,
) -> bool {
    let text = value.and_then(Value::as_str);
    let array = value.and_then(Value::as_array);
    let number = value.and_then(Value::as_f64);
    let bool = value.and_then(Value::as_bool);
    let time = || value.and_then(|value| time_of(value, place));
    let operands = list(operand);
    let texts = || operands.iter().filter_map(Value::as_str);
    let asked = || operand.as_f64().unwrap();
    match comparison {
        // Whatever the type.
        "exists" => value.is_some(),
        "is_blank" => value.is_none() || text == Some("") || array.is_some_and(Vec::is_empty),

        // The operand's type chooses the type asked for.
        "equals" | "is" => match operand {
            Value::String(asked) => text == Some(asked),
            Value::Bool(asked) => bool == Some(*asked),
            Value::Number(_) => number == Some(asked()),
            _ => panic!("an operand that is no scalar"),
        },

        // Numbers, as doubles.
        "exactly" => number == Some(asked()),
        "more_than" | "greater_than" => number.is_some_and(|number| number > asked()),
        "greater_than_or_equal_to" => number.is_some_and(|number| number >= asked()),
        "less_than" => number.is_some_and(|number| number < asked()),
        "less_than_or_equal_to" => number.is_some_and(|number| number <= asked()),

        // Truth values.
        "true" => bool == Some(true),
        "false" => bool == Some(false),
        "true_or_not_set" => value.is_none() || bool == Some(true),
        "false_or_not_set" => value.is_none() || bool == Some(false),

        // Texts, byte for byte (rule 5).
        "is_any_of" => text.is_some_and(|text| texts().any(|asked| asked == text)),
        "contains_any_of" => text.is_some_and(|text| texts().any(|part| text.contains(part))),
        "matches_regex" => match value {
            Some(Value::String(text)) => matches(operand, text),
            // Rule 6: any element.
            Some(Value::Array(elements)) => elements
                .iter()
                .filter_map(Value::as_str)
                .any(|text| matches(operand, text)),
            _ => false,
        },

        // Arrays.
        "includes_value" | "includes_any_of" => array.is_some_and(|elements| {
            operands
                .iter()
                .any(|asked| elements.iter().any(|element| same(element, asked)))
        }),
        "is_all_of" => array.is_some_and(|elements| {
            operands
                .iter()
                .all(|asked| elements.iter().any(|element| same(element, asked)))
        }),
        "values_contain_any_of" => array.is_some_and(|elements| {
            let elements = elements.iter().filter_map(Value::as_str);
            elements
                .into_iter()
                .any(|text| texts().any(|part| text.contains(part)))
        }),
        "has_a_value" => array.is_some_and(|elements| !elements.is_empty()),
        "is_empty" => value.is_none() || array.is_some_and(Vec::is_empty),

        // Times.
        "before" => time().is_some_and(|time| time < times::operand(operand, &world.zone)),
        "after" => time().is_some_and(|time| time > times::operand(operand, &world.zone)),
        "less_than_x_days_ago"
        | "greater_than_x_days_ago"
        | "less_than_x_days_in_the_future"
        | "greater_than_x_days_in_the_future" => {
            time().is_some_and(|time| times::relative(comparison, time, asked(), world.now))
        }
        other => panic!("{other} is no operator"),
    }
}

/// Rule 5: a part may match, in whatever case.
fn matches(pattern: &Value, text: &str) -> bool {
    RegexBuilder::new(pattern.as_str().unwrap())
        .case_insensitive(true)
        .build()
        .unwrap()
        .is_match(text)
}

fn time_of(value: &Value, place: Place) -> Option<i64> {
    let text = match place {
        Place::Flat => value,
        Place::Nested => value.get("$time")?,
    };
    stored_text(text.as_str()?).map(moment_stored)
}

/// Rule 9, of several values of which any may satisfy a condition: those of devices, or of rows of a message.
/// A negative operator is NOT its twin, so it holds for no values too.
pub fn any_satisfies(
    comparison: &str,
    operand: &Value,
    values: &[Option<&Value>],
    world: &World,
) -> bool {
    let any = |comparison| {
        let mut values = values.iter();
        values.any(|value| satisfies(comparison, operand, *value, Place::Flat, world))
    };
    match comparison {
        "is_not_blank" | "exists" => any(comparison),
        "is_blank" => !any("is_not_blank"),
        "does_not_exist" => !any("exists"),
        // Some has a value, and none matches.
        "does_not_match_regex" => any("does_not_match_regex") && !any("matches_regex"),
        _ => match twin(comparison) {
            Some(positive) => !any(positive),
            None => any(comparison),
        },
    }
}
