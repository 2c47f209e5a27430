//! Braze's two cohort requests as JSON text, without the two keys, which are put in at the last
//! moment.

use crate::cohort::plan::{Mapping, Part, Plan};
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

/// A body in the making. It goes on where memory ran out, and says so at the end.
#[derive(Default)]
struct Body {
    text: Vec<u8>,
    failed: bool,
}

impl Body {
    fn reserve(&mut self, more: usize) -> bool {
        let fits = reserve(&mut self.text, more).is_ok();
        self.failed |= !fits;
        fits
    }

    #[inline(never)]
    fn raw(&mut self, text: &[u8]) {
        if self.reserve(text.len()) {
            self.text.extend_from_slice(text);
        }
    }

    #[inline(never)]
    fn string(&mut self, key: &str, text: &[u8]) {
        self.raw(key.as_bytes());
        self.failed |= string(text, &mut self.text).is_err();
    }

    /// Takes the comma back that follows the last of several.
    fn drop_comma(&mut self) {
        self.text.pop_if(|byte| *byte == b',');
    }

    fn finish(self) -> Result<Vec<u8>, Code> {
        if self.failed {
            return Err(Code::LimitMemory);
        }
        Ok(self.text)
    }
}

/// The body of a name request.
///
/// **Errors**: `limit.memory`.
pub fn name_body(cohort_id: &str, name: &str, created_at: &str) -> Result<Vec<u8>, Code> {
    let mut body = Body::default();
    body.string("{\"cohort_id\":", cohort_id.as_bytes());
    body.string(",\"name\":", name.as_bytes());
    body.string(",\"created_at\":", created_at.as_bytes());
    body.raw(b"}");
    body.finish()
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
    let mut body = Body::default();
    // What stands around an id, once for all.
    let mut end = Body::default();
    let before = match mapping {
        Mapping::Aliases { alias_label } => {
            end.string(",\"alias_label\":", alias_label.as_bytes());
            end.raw(b"},");
            "{\"alias_name\":"
        }
        _ => {
            end.raw(b",");
            ""
        }
    };
    // The growth of a plain body is tried once.
    let text: usize = part
        .numbers()
        .iter()
        .map(|&number| plan.id(number).len())
        .sum();
    body.reserve(text + part.len() * (before.len() + 2 + end.text.len()) + cohort_id.len() + 128);
    body.string("{\"cohort_id\":", cohort_id.as_bytes());
    body.raw(b",\"cohort_changes\":[");
    for (numbers, rest) in [
        (part.adds(), &b"]},"[..]),
        (part.removes(), b"],\"should_remove\":true},"),
    ] {
        if numbers.is_empty() {
            continue;
        }
        body.raw(b"{\"");
        body.raw(mapping.kind().field().as_bytes());
        body.raw(b"\":[");
        for &number in numbers {
            body.string(before, plan.id(number));
            body.raw(&end.text);
        }
        body.drop_comma();
        body.raw(rest);
    }
    body.drop_comma();
    body.raw(b"]}");
    body.failed |= end.failed;
    body.finish()
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
