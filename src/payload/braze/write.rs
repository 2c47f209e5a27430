//! Braze's two cohort requests as JSON text, without the two keys, which are put in at the last
//! moment.

use crate::cohort::id_list::IdList;
use crate::cohort::plan::{Mapping, Number, Part, Plan};
use crate::json::write::{hex_digit, reserve, string, string_inside};
use crate::json::{BLOCK, append, string_stop};
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

    /// Adds ids of a list, each with the first `step` bytes of what stands between two.
    // Tried besides: each id by itself, its quotes and its commas in calls of their own (a third as fast).
    fn ids(&mut self, ids: &IdList, first: u32, numbers: &[Number], gap: &[u8], step: usize) {
        let index = |number: &Number| (number.value() - first) as usize;
        let from = numbers.first().map_or(0, index);
        let (text, offsets) = ids.between(from, numbers.last().map_or(0, index));
        let start = offsets.first().map_or(0, |&start| start as usize);
        // Nearly always nothing in them is to be escaped: then none of them is looked at by itself.
        let is_plain = string_stop(text, 0).0 == text.len();
        for number in numbers {
            let at = index(number) - from;
            let Some(&[id, end]) = offsets.get(at..at + 2) else {
                continue;
            };
            let (id, end) = (id as usize - start, end as usize - start);
            if is_plain && self.text.capacity() - self.text.len() >= end - id + step + 2 * BLOCK {
                append(&mut self.text, text, id, end);
            } else {
                self.failed |=
                    string_inside(text.get(id..end).unwrap_or(&[]), &mut self.text).is_err();
                if !self.reserve(step + BLOCK) {
                    continue;
                }
            }
            append(&mut self.text, gap, 0, step);
        }
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
    // What stands before an id, its quote included, and behind one, up to before the next.
    let mut gap = Body::default();
    let before: &[u8] = match mapping {
        Mapping::Aliases { alias_label } => {
            gap.string("\",\"alias_label\":", alias_label.as_bytes());
            gap.raw(b"},");
            b"{\"alias_name\":\""
        }
        _ => {
            gap.raw(b"\",");
            b"\""
        }
    };
    let behind = gap.text.len();
    gap.raw(before);
    let step = gap.text.len();
    // So that it can be copied by whole blocks.
    gap.raw(&[0; BLOCK]);
    // The growth of a plain body is tried once.
    let mut text = 0;
    for (ids, first, numbers) in plan.by_list(part.numbers()) {
        for number in numbers {
            text += ids.get((number.value() - first) as usize).len();
        }
    }
    body.reserve(text + part.len() * step + cohort_id.len() + 128 + BLOCK);
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
        body.raw(before);
        for (ids, first, numbers) in plan.by_list(numbers) {
            body.ids(
                ids,
                first,
                numbers,
                gap.text.get(..step + BLOCK).unwrap_or(&[]),
                step,
            );
        }
        // Behind the last of them no other one begins.
        body.text
            .truncate(body.text.len().saturating_sub(step - behind));
        body.drop_comma();
        body.raw(rest);
    }
    body.drop_comma();
    body.raw(b"]}");
    body.failed |= gap.failed;
    body.finish()
}

/// Bytes in lowercase hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|&byte| [byte >> 4, byte & 0xF]);
    digits.map(|digit| char::from(hex_digit(digit))).collect()
}
