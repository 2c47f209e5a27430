//! Braze's two cohort requests as JSON text, without the two keys, which are put in at the last
//! moment.

use crate::cohort::plan::{Mapping, Number, Part, Plan};
use crate::identity::IdKind;
use crate::json::string_stop;
use crate::problem::Code;
use alloc::string::String;
use alloc::vec::Vec;

/// Appends a JSON string that reads as `text`, which is UTF-8.
///
/// **Errors**: `limit.memory`.
///
/// **Cost**: one pass over the bytes; a text without quotes, backslashes and control characters is
/// copied in one piece.
pub fn string(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    // An id is rarely longer when it is escaped; then growing is tried again.
    reserve(out, text.len() + 2)?;
    out.push(b'"');
    let (stop, _) = string_stop(text, 0);
    out.extend_from_slice(text.get(..stop).unwrap_or(&[]));
    if stop < text.len() {
        escape(text.get(stop..).unwrap_or(&[]), out)?;
    }
    out.push(b'"');
    Ok(())
}

#[cold]
#[inline(never)]
fn escape(text: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    // No character needs more than `\u001f` does; one byte for the quote at the end.
    reserve(out, text.len().saturating_mul(6).saturating_add(1))?;
    for &byte in text {
        let letter = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0A => b'n',
            0x0C => b'f',
            0x0D => b'r',
            0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.push(b'0' | byte >> 4);
                out.push(hex_digit(byte & 0xF));
                continue;
            }
            _ => {
                out.push(byte);
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', letter]);
    }
    Ok(())
}

#[inline(never)]
fn reserve(out: &mut Vec<u8>, more: usize) -> Result<(), Code> {
    out.try_reserve(more).map_err(|_| Code::LimitMemory)
}

#[inline(never)]
fn raw(text: &str, out: &mut Vec<u8>) -> Result<(), Code> {
    reserve(out, text.len())?;
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// The body of a name request.
///
/// **Errors**: `limit.memory`.
pub fn name_body(cohort_id: &str, name: &str, created_at: &str) -> Result<Vec<u8>, Code> {
    let mut out = Vec::new();
    let fields = [
        ("{\"cohort_id\":", cohort_id),
        (",\"name\":", name),
        (",\"created_at\":", created_at),
    ];
    for (key, value) in fields {
        raw(key, &mut out)?;
        string(value.as_bytes(), &mut out)?;
    }
    raw("}", &mut out)?;
    Ok(out)
}

/// The body of a users request: one change with the ids to add and one with those to remove,
/// where there are any.
///
/// **Errors**: `limit.memory`.
pub fn users_body(
    cohort_id: &str,
    mapping: Mapping<'_>,
    plan: &Plan<'_>,
    part: &Part<'_>,
) -> Result<Vec<u8>, Code> {
    let mut out = Vec::new();
    let mut label = Vec::new();
    if mapping.kind() == IdKind::Alias {
        string(mapping.label().as_bytes(), &mut label)?;
    }
    // What stands around an id, once for all: the growth of a plain body is tried once.
    let around = match mapping.kind() {
        IdKind::Alias => "{\"alias_name\":\"\",\"alias_label\":},".len() + label.len(),
        _ => "\"\",".len(),
    };
    let text: usize = part.numbers().map(|number| plan.id(number).len()).sum();
    reserve(&mut out, text + part.len() * around + cohort_id.len() + 128)?;
    raw("{\"cohort_id\":", &mut out)?;
    string(cohort_id.as_bytes(), &mut out)?;
    raw(",\"cohort_changes\":[", &mut out)?;
    for (numbers, end) in [(part.adds, "}"), (part.removes, ",\"should_remove\":true}")] {
        if numbers.is_empty() {
            continue;
        }
        // A second change follows the brace of the first.
        raw(if out.ends_with(b"}") { ",{\"" } else { "{\"" }, &mut out)?;
        raw(mapping.kind().field(), &mut out)?;
        raw("\":[", &mut out)?;
        ids(numbers, plan, &label, &mut out)?;
        raw("]", &mut out)?;
        raw(end, &mut out)?;
    }
    raw("]}", &mut out)?;
    Ok(out)
}

/// The elements of a list; `label` is the aliases' as a JSON string, empty for the other kinds.
#[inline(never)]
fn ids(numbers: &[Number], plan: &Plan<'_>, label: &[u8], out: &mut Vec<u8>) -> Result<(), Code> {
    let mut comma = "";
    for &number in numbers {
        raw(comma, out)?;
        comma = ",";
        if label.is_empty() {
            string(plan.id(number), out)?;
            continue;
        }
        raw("{\"alias_name\":", out)?;
        string(plan.id(number), out)?;
        raw(",\"alias_label\":", out)?;
        reserve(out, label.len() + 1)?;
        out.extend_from_slice(label);
        out.push(b'}');
    }
    Ok(())
}

/// A digit of a hexadecimal number, for values below 16.
pub(super) fn hex_digit(value: u8) -> u8 {
    if value < 10 {
        b'0' + value
    } else {
        b'a' + value - 10
    }
}

/// Bytes in lowercase hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|&byte| [byte >> 4, byte & 0xF]);
    digits.map(|digit| char::from(hex_digit(digit))).collect()
}
