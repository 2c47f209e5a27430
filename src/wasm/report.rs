//! Match reports, cohorts and users on their way out.

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
use serde::ser::{SerializeMap, Serializer};
use wasm_bindgen::JsValue;

/// Numbers of a row: request, item, index, user, and list, outcome and effect in a byte each.
/// `pkg/js/match_report.ts` reads them in this order.
const ROW: usize = 5;

/// Bytes of a piece of a file.
const PIECE: usize = 1 << 20;

/// A report as JavaScript gets it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportOut<'a> {
    cohort: CohortRef<'a>,
    outcomes: Outcomes,
    totals: Totals,
    added: u32,
    removed: u32,
    unchanged: u32,
    unmatched: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CohortRef<'a> {
    partner: &'a str,
    cohort_id: &'a str,
    known: bool,
}

/// All outcomes with their counts, also those that did not occur.
struct Outcomes([u32; Outcome::COUNT]);

impl Serialize for Outcomes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Outcome::COUNT))?;
        for (outcome, count) in Outcome::ALL.iter().zip(self.0) {
            map.serialize_entry(outcome.word(), &count)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Totals {
    rows: u32,
    ids: u32,
    distinct_ids: u32,
    people: u32,
}

impl<'a> ReportOut<'a> {
    pub(super) fn of(report: &'a MatchReport) -> ReportOut<'a> {
        ReportOut {
            cohort: CohortRef {
                partner: &report.partner,
                cohort_id: &report.cohort_id,
                known: report.known,
            },
            outcomes: Outcomes(report.outcomes),
            totals: Totals {
                rows: report.totals.rows,
                ids: report.totals.ids,
                distinct_ids: report.totals.distinct_ids,
                people: report.totals.people,
            },
            added: report.net.added,
            removed: report.net.removed,
            unchanged: report.net.unchanged,
            unmatched: report.unmatched,
        }
    }
}

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

/// Writes the rows of a report as numbers.
///
/// **Errors**: `limit.memory`.
pub(super) fn write_rows(report: &MatchReport, out: &mut Vec<u32>) -> Result<(), Code> {
    let count = report.totals.rows as usize;
    out.try_reserve_exact(count * ROW)
        .map_err(|_| Code::LimitMemory)?;
    for row in report.rows(0, count, None) {
        let words = row.list as u32 | (row.outcome as u32) << 8 | (row.effect as u32) << 16;
        let user = row.user.unwrap_or(NO_USER);
        out.extend_from_slice(&[row.request, row.item, row.index, user, words]);
    }
    Ok(())
}

const HEADER: &str = "request,item,list,index,outcome,effect,external_id,alias_name,alias_label,braze_id,device_id\r\n";

/// Rows as CSV or as NDJSON.
pub(super) fn blob(
    directory: &Directory,
    rows: &[u32],
    csv: bool,
) -> Result<web_sys::Blob, JsValue> {
    let parts = js_sys::Array::new();
    let mut text = Vec::new();
    if csv {
        text.extend_from_slice(HEADER.as_bytes());
    }
    let (rows, _) = rows.as_chunks::<ROW>();
    for row in rows {
        if csv {
            csv_row(directory, row, &mut text);
        } else {
            json_row(directory, row, &mut text);
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

fn words(words: u32) -> [&'static str; 3] {
    let at = |shift: u32| (words >> shift & 0xFF) as usize;
    [
        IdKind::ALL.get(at(0)).map_or("", |kind| kind.field()),
        Outcome::ALL.get(at(8)).map_or("", |outcome| outcome.word()),
        Effect::ALL.get(at(16)).map_or("", |effect| effect.word()),
    ]
}

fn push_count(number: u32, out: &mut Vec<u8>) {
    let mut digits = String::new();
    push_number(&mut digits, number);
    out.extend_from_slice(digits.as_bytes());
}

fn csv_row(directory: &Directory, row: &[u32; ROW], out: &mut Vec<u8>) {
    let &[request, item, index, user, packed] = row;
    let [list, outcome, effect] = words(packed);
    push_count(request, out);
    out.push(b',');
    push_count(item, out);
    out.push(b',');
    out.extend_from_slice(list.as_bytes());
    out.push(b',');
    push_count(index, out);
    for word in [outcome, effect] {
        out.push(b',');
        out.extend_from_slice(word.as_bytes());
    }
    let columns = UserOut::of(directory, user).map_or([""; 5], |user| user.columns());
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

fn json_row(directory: &Directory, row: &[u32; ROW], out: &mut Vec<u8>) {
    let &[request, item, index, user, packed] = row;
    let [list, outcome, effect] = words(packed);
    for (key, number) in [("{\"request\":", request), (",\"item\":", item)] {
        out.extend_from_slice(key.as_bytes());
        push_count(number, out);
    }
    out.extend_from_slice(b",\"list\":\"");
    out.extend_from_slice(list.as_bytes());
    out.extend_from_slice(b"\",\"index\":");
    push_count(index, out);
    for (key, word) in [(",\"outcome\":\"", outcome), (",\"effect\":\"", effect)] {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
    }
    if let Some(user) = UserOut::of(directory, user) {
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
