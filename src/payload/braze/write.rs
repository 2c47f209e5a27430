//! Braze's two cohort requests as JSON text, without the two keys, which are put in at the last
//! moment.

use crate::cohort::plan::{Mapping, Part, Plan};
use crate::json::write::{hex_digit, reserve, string};
use crate::problem::Code;
use alloc::string::String;
use alloc::vec::Vec;

/// A body in the making. It goes on where memory ran out, and says so at the end.
#[derive(Default)]
pub(super) struct Body {
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
    pub(super) fn raw(&mut self, text: &[u8]) {
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

    pub(super) fn finish(self) -> Result<Vec<u8>, Code> {
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

/// Bytes in lowercase hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|&byte| [byte >> 4, byte & 0xF]);
    digits.map(|digit| char::from(hex_digit(digit))).collect()
}
