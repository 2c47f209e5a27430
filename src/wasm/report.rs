//! Match reports, cohorts and users on their way out.

use super::answer::Answer;
use crate::cohort::matching::{Effect, NO_USER, Outcome};
use crate::cohort::membership::Cohort;
use crate::identity::{Directory, IdKind, ProfileIdKind, UserIx};
use crate::path::push_number;
use crate::payload::braze::write;
use crate::problem::Code;
use crate::workspace::MatchReport;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Numbers of a list: its first row, request, item, and what it holds. `pkg/js/match_report.ts`
/// reads them in this order.
const LIST: usize = 4;

/// Bytes of a piece of a file.
const PIECE: usize = 1 << 20;

/// A cohort as JavaScript gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CohortOut<'a> {
    partner: &'a str,
    cohort_id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<&'a str>,
    member_count: u32,
}

impl<'a> CohortOut<'a> {
    pub(super) fn of(partner: &'a str, cohort_id: &'a str, cohort: &'a Cohort) -> CohortOut<'a> {
        CohortOut {
            partner,
            cohort_id,
            name: &cohort.name,
            created_at: cohort.created_at.as_deref(),
            member_count: cohort.members.len() as u32,
        }
    }
}

/// A user by the id that names them best.
#[derive(Serialize)]
pub(super) enum UserOut<'a> {
    #[serde(rename = "external_id")]
    External(&'a str),
    #[serde(rename = "alias")]
    Alias {
        alias_name: &'a str,
        alias_label: &'a str,
    },
    #[serde(rename = "braze_id")]
    Braze(&'a str),
    #[serde(rename = "device_id")]
    Device(&'a str),
}

impl<'a> UserOut<'a> {
    /// An external id, else an alias, else Braze's own id, else a device, which others may share.
    pub(super) fn of(directory: &'a Directory, user: UserIx) -> Option<UserOut<'a>> {
        let text = |bytes| core::str::from_utf8(bytes).unwrap_or("");
        let rank = |kind| match kind {
            ProfileIdKind::External => 0,
            ProfileIdKind::Alias => 1,
            ProfileIdKind::Braze => 2,
            ProfileIdKind::Device => 3,
            ProfileIdKind::Deprecated => 4,
        };
        let best = directory.ids(user).min_by_key(|id| rank(id.kind))?;
        Some(match best.kind {
            ProfileIdKind::External | ProfileIdKind::Deprecated => {
                UserOut::External(text(best.name))
            }
            ProfileIdKind::Alias => UserOut::Alias {
                alias_name: text(best.name),
                alias_label: text(best.label),
            },
            ProfileIdKind::Braze => UserOut::Braze(text(best.name)),
            ProfileIdKind::Device => UserOut::Device(text(best.name)),
        })
    }

    /// External id, alias name, alias label, Braze's id and device id, of which others are empty.
    fn columns(&self) -> [&'a str; 5] {
        match *self {
            UserOut::External(id) => [id, "", "", "", ""],
            UserOut::Alias {
                alias_name,
                alias_label,
            } => ["", alias_name, alias_label, "", ""],
            UserOut::Braze(id) => ["", "", "", id, ""],
            UserOut::Device(id) => ["", "", "", "", id],
        }
    }
}

/// Adds the numbers of a report to an answer; `pkg/js/match_report.ts` reads them in this order.
///
/// WHY: not by serde, which would take as long as looking up all ids.
pub(super) fn write(report: &MatchReport, answer: &mut Answer) {
    answer.number(u32::from(report.known));
    answer.word(Some(report.cohort_id.as_bytes()));
    answer.numbers(&report.outcomes);
    answer.numbers(&[
        report.totals.rows,
        report.totals.ids,
        report.totals.distinct_ids,
        report.totals.people,
        report.net.added,
        report.net.removed,
        report.net.unchanged,
        report.unmatched,
    ]);
}

/// Writes the rows of a report as numbers: the user of each, then outcome and effect in a byte
/// each, four bytes a number, then the lists. [`Packed`] reads them.
///
/// **Errors**: `limit.memory`.
#[inline(never)]
pub(super) fn pack(report: &MatchReport, out: &mut Vec<u32>) -> Result<(), Code> {
    let rows = report.columns();
    let count = rows.users.len();
    out.clear();
    out.try_reserve(count + count.div_ceil(4) * 2 + rows.lists.len() * LIST)
        .map_err(|_| Code::LimitMemory)?;
    let users = rows.users.iter().zip(&rows.outcomes);
    out.extend(users.map(|(&user, outcome)| if outcome.is_matched() { user } else { NO_USER }));
    // INVARIANT: there are fewer than 16 outcomes and fewer than 16 effects.
    let words = rows.outcomes.iter().zip(&rows.effects);
    let mut words = words.map(|(&outcome, &effect)| outcome as u32 | (effect as u32) << 4);
    for _ in 0..count.div_ceil(4) {
        let four = [(); 4].map(|()| words.next().unwrap_or(0) as u8);
        out.push(u32::from_le_bytes(four));
    }
    for list in &rows.lists {
        out.extend_from_slice(&[list.first, list.request, list.item, list.kind as u32]);
    }
    Ok(())
}

/// Rows that were packed, as they come back from JavaScript.
struct Packed<'a> {
    users: &'a [u32],
    words: &'a [u32],
    lists: &'a [[u32; LIST]],
}

/// One of them: request, item, index and user, and list, outcome and effect in words.
struct PackedRow {
    request: u32,
    item: u32,
    index: u32,
    user: u32,
    words: [&'static str; 3],
}

impl<'a> Packed<'a> {
    fn read(rows: &'a [u32], count: usize) -> Packed<'a> {
        let (users, rest) = rows.split_at_checked(count).unwrap_or((rows, &[]));
        let words = count.div_ceil(4);
        let (words, lists) = rest.split_at_checked(words).unwrap_or((rest, &[]));
        Packed {
            users,
            words,
            lists: lists.as_chunks().0,
        }
    }

    fn rows(&self) -> impl Iterator<Item = PackedRow> + '_ {
        let words = self.words.iter().flat_map(|four| four.to_le_bytes());
        let mut after = 0;
        self.users
            .iter()
            .zip(words)
            .zip(0..)
            .map(move |((&user, word), at)| {
                while self.lists.get(after).is_some_and(|list| list[0] <= at) {
                    after += 1;
                }
                let list = after.checked_sub(1).and_then(|list| self.lists.get(list));
                let &[first, request, item, kind] = list.unwrap_or(&[0; LIST]);
                let kind = IdKind::ALL.get(kind as usize);
                let outcome = Outcome::ALL.get(usize::from(word & 15));
                let effect = Effect::ALL.get(usize::from(word >> 4));
                PackedRow {
                    request,
                    item,
                    index: at - first,
                    user,
                    words: [
                        kind.map_or("", |kind| kind.field()),
                        outcome.map_or("", |outcome| outcome.word()),
                        effect.map_or("", |effect| effect.word()),
                    ],
                }
            })
    }
}

const HEADER: &str = "request,item,list,index,outcome,effect,external_id,alias_name,alias_label,braze_id,device_id\r\n";

/// Rows as CSV or as NDJSON.
pub(super) fn blob(
    directory: &Directory,
    rows: &[u32],
    count: usize,
    csv: bool,
) -> Result<web_sys::Blob, JsValue> {
    let parts = js_sys::Array::new();
    let mut text = Vec::new();
    if csv {
        text.extend_from_slice(HEADER.as_bytes());
    }
    for row in Packed::read(rows, count).rows() {
        if csv {
            csv_row(directory, &row, &mut text);
        } else {
            json_row(directory, &row, &mut text);
        }
        if text.len() >= PIECE {
            parts.push(&js_sys::Uint8Array::from(text.as_slice()));
            text.clear();
        }
    }
    parts.push(&js_sys::Uint8Array::from(text.as_slice()));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(if csv {
        "text/csv"
    } else {
        "application/x-ndjson"
    });
    web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}

fn push_count(number: u32, out: &mut Vec<u8>) {
    let mut digits = String::new();
    push_number(&mut digits, number);
    out.extend_from_slice(digits.as_bytes());
}

fn csv_row(directory: &Directory, row: &PackedRow, out: &mut Vec<u8>) {
    let [list, outcome, effect] = row.words;
    push_count(row.request, out);
    out.push(b',');
    push_count(row.item, out);
    out.push(b',');
    out.extend_from_slice(list.as_bytes());
    out.push(b',');
    push_count(row.index, out);
    for word in [outcome, effect] {
        out.push(b',');
        out.extend_from_slice(word.as_bytes());
    }
    let columns = UserOut::of(directory, row.user).map_or([""; 5], |user| user.columns());
    for column in columns {
        out.push(b',');
        csv_text(column, out);
    }
    out.extend_from_slice(b"\r\n");
}

/// In quotes where RFC 4180 asks for them.
fn csv_text(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\r', '\n']) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

fn json_row(directory: &Directory, row: &PackedRow, out: &mut Vec<u8>) {
    let [list, outcome, effect] = row.words;
    for (key, number) in [("{\"request\":", row.request), (",\"item\":", row.item)] {
        out.extend_from_slice(key.as_bytes());
        push_count(number, out);
    }
    out.extend_from_slice(b",\"list\":\"");
    out.extend_from_slice(list.as_bytes());
    out.extend_from_slice(b"\",\"index\":");
    push_count(row.index, out);
    for (key, word) in [(",\"outcome\":\"", outcome), (",\"effect\":\"", effect)] {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
    }
    if let Some(user) = UserOut::of(directory, row.user) {
        out.extend_from_slice(b",\"user\":{");
        json_user(&user, out);
        out.push(b'}');
    }
    out.extend_from_slice(b"}\n");
}

fn json_user(user: &UserOut<'_>, out: &mut Vec<u8>) {
    let mut pair = |key: &str, text: &str| {
        out.extend_from_slice(key.as_bytes());
        // Memory runs out loudly at the next growth.
        let _ = write::string(text.as_bytes(), out);
    };
    match user {
        UserOut::External(id) => pair("\"external_id\":", id),
        UserOut::Braze(id) => pair("\"braze_id\":", id),
        UserOut::Device(id) => pair("\"device_id\":", id),
        UserOut::Alias {
            alias_name,
            alias_label,
        } => {
            pair("\"alias\":{\"alias_name\":", alias_name);
            pair(",\"alias_label\":", alias_label);
            out.push(b'}');
        }
    }
}
