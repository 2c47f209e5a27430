//! What conditions say, and what profiles say, as plain lookups.

use serde_json::Value;

pub fn comparison(body: &Value) -> &str {
    body["comparison"].as_str().unwrap()
}

/// A list of values, or the one value as a list.
pub fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        one => vec![one.clone()],
    }
}

/// Rule 1: absent is a key that is absent, or `null`.
pub fn present<'a>(object: &'a Value, key: &str) -> Option<&'a Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// The objects of a list of a profile; none if there is no such list.
pub fn rows<'a>(object: &'a Value, key: &str) -> Vec<&'a Value> {
    object
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|row| row.is_object())
        .collect()
}

/// The JSON scalars are the same, numbers as doubles (rule 3).
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}
