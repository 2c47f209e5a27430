//! Match reports, cohorts and users on their way out.

use super::answer::Answer;
use crate::cohort::membership::Cohort;
use crate::identity::{Directory, UserIx, UserName};
use crate::workspace::{MatchReport, RowFormat, Rows};
use alloc::vec::Vec;
use serde::Serialize;
use wasm_bindgen::{JsError, JsValue};

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

/// A user's name as JavaScript gets it.
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
    pub(super) fn of(directory: &'a Directory, user: UserIx) -> Option<UserOut<'a>> {
        Some(match UserName::of(directory, user)? {
            UserName::External(id) => UserOut::External(id),
            UserName::Alias { name, label } => UserOut::Alias {
                alias_name: name,
                alias_label: label,
            },
            UserName::Braze(id) => UserOut::Braze(id),
            UserName::Device(id) => UserOut::Device(id),
        })
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

/// Rows that were packed, as a file.
pub(super) fn blob(
    directory: &Directory,
    packed: &[u32],
    count: usize,
    format: RowFormat,
) -> Result<web_sys::Blob, JsValue> {
    let memory = |_| JsError::new("there is too little memory for these rows");
    let rows = Rows::unpack(packed, count).map_err(memory)?;
    let parts = js_sys::Array::new();
    let mut text = Vec::from(format.header());
    for row in (0..count).filter_map(|index| rows.row(index)) {
        format.write(&row, directory, &mut text).map_err(memory)?;
        if text.len() >= PIECE {
            parts.push(&js_sys::Uint8Array::from(text.as_slice()));
            text.clear();
        }
    }
    parts.push(&js_sys::Uint8Array::from(text.as_slice()));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(format.media_type());
    web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}
