//! One JSON value in its many spellings: white space, escapes and the order of keys chosen by
//! chance. A reader must see the same in all of them.

use super::chance::Chance;
use serde_json::Value;

/// A spelling of `value`; the plain one for `None`.
pub fn spell(value: &Value, chance: Option<u64>) -> String {
    let mut out = String::new();
    match chance {
        None => out = value.to_string(),
        Some(seed) => {
            let chance = &mut Chance::new(seed);
            space(&mut out, chance);
            write(value, chance, &mut out);
            space(&mut out, chance);
        }
    }
    out
}

fn write(value: &Value, chance: &mut Chance, out: &mut String) {
    match value {
        Value::String(text) => write_text(text, chance, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(out, chance);
                write(item, chance, out);
                space(out, chance);
            }
            if items.is_empty() {
                space(out, chance);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            for index in (1..members.len()).rev() {
                members.swap(index, chance.below(index + 1));
            }
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                space(out, chance);
                write_text(key, chance, out);
                space(out, chance);
                out.push(':');
                space(out, chance);
                write(value, chance, out);
                space(out, chance);
            }
            if members.is_empty() {
                space(out, chance);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn space(out: &mut String, chance: &mut Chance) {
    while chance.one_in(4) {
        out.push([' ', '\n', '\r', '\t'][chance.below(4)]);
    }
}

/// A string with some, all or none of its characters written as escapes.
fn write_text(text: &str, chance: &mut Chance, out: &mut String) {
    let often = [1, 3, 1000][chance.below(3)];
    out.push('"');
    for character in text.chars() {
        let short = match character {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '/' => Some("\\/"),
            '\u{8}' => Some("\\b"),
            '\u{c}' => Some("\\f"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            _ => None,
        };
        let must = matches!(character, '"' | '\\') || character < ' ';
        if !must && !chance.one_in(often) {
            out.push(character);
        } else if let Some(short) = short.filter(|_| chance.one_in(2)) {
            out.push_str(short);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let small = format!("{unit:04x}");
                let digits = if chance.one_in(2) {
                    small.to_uppercase()
                } else {
                    small
                };
                out.push_str("\\u");
                out.push_str(&digits);
            }
        }
    }
    out.push('"');
}
