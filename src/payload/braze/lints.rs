//! What people get wrong though Braze would take it: warnings, one per kind and request.

use super::Options;
use super::clusters::Endpoint;
use crate::cohort::changes::Changes;
use crate::identity::IdKind;
#[cfg(feature = "std")]
use crate::identity::{Directory, Found, Id};
use crate::json::Text;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};

/// Looks at the endpoint that the request goes to. It is no part of the body, so it has no place.
pub(super) fn endpoint(options: &Options, problems: &mut Problems) {
    if options.lints
        && let Some(finding) = options.rest_endpoint.and_then(Endpoint::finding)
    {
        problems.push(finding, &Path::Root, Span::default());
    }
}

/// Looks at the first `max` ids of each list.
pub(super) fn ids(changes: &Changes, body: &[u8], max: usize, problems: &mut Problems) {
    let mut spaced = false;
    let mut swapped = false;
    let mut last_label: &[u8] = &[];
    let mut odd_label = false;
    for (run, texts) in changes.lists() {
        let parts = if run.kind == IdKind::Alias { 2 } else { 1 };
        for (index, id) in (run.first..).zip(texts.chunks_exact(parts).take(max)) {
            if !spaced && id.iter().any(|&text| has_space_at_end(text, body)) {
                spaced = true;
                warn(Code::LintSpace, changes, index, problems);
            }
            let &[name, label] = id else { continue };
            // Most aliases of a list have one label, which is looked at once.
            if label.raw(body) != last_label {
                last_label = label.raw(body);
                odd_label = is_value(label, body);
            }
            if odd_label && !swapped && !is_value(name, body) {
                swapped = true;
                warn(Code::LintAliasSwapped, changes, index, problems);
            }
        }
    }
}

/// Looks whether one of the first `max` ids of each list of `user_ids`, of those that
/// `is_unknown`, is a device's. Only a workspace knows users as well as requests.
#[cfg(feature = "std")]
pub(crate) fn device_ids(
    changes: &Changes,
    body: &[u8],
    max: u32,
    is_unknown: impl Fn(u32) -> bool,
    directory: &Directory,
    problems: &mut Problems,
) {
    let is_device = |index: u32| {
        let id = changes.id(index, body);
        id.is_some_and(|id| {
            let device = Id {
                kind: IdKind::Device,
                ..id
            };
            directory.find_id(&device, false) != Found::Unknown
        })
    };
    let lists = changes
        .runs()
        .filter(|(run, _)| run.kind == IdKind::External);
    let found = lists
        .flat_map(|(run, count)| run.first..run.first + count.min(max))
        .find(|&index| is_unknown(index) && is_device(index));
    if let Some(index) = found {
        warn(Code::LintDeviceId, changes, index, problems);
    }
}

fn has_space_at_end(text: Text, body: &[u8]) -> bool {
    if text.is_plain() {
        let raw = text.raw(body);
        return [raw.first(), raw.last()].contains(&Some(&b' '));
    }
    has_odd_space_at_end(&text.decode(body))
}

/// Also the white space that is not ASCII, and what exports leave before a text: a byte order mark.
#[cold]
fn has_odd_space_at_end(text: &[u8]) -> bool {
    let is_space = |character: char| character.is_whitespace() || character == '\u{FEFF}';
    core::str::from_utf8(text)
        .is_ok_and(|text| text.starts_with(is_space) || text.ends_with(is_space))
}

/// Looks like an address or a number, or is long and digits for the most part, as the name of an
/// alias may and its label does not. A label may well be `v1` or `id2024`.
#[inline(never)]
fn is_value(text: Text, body: &[u8]) -> bool {
    let text = text.decode(body);
    let mut digits = 0;
    for &byte in &*text {
        if byte == b'@' {
            return true;
        }
        digits += usize::from(byte.is_ascii_digit());
    }
    let wanted = if text.len() < 8 {
        text.len()
    } else {
        text.len() / 2
    };
    digits > 0 && digits >= wanted
}

/// Notes a warning at the id with this index.
#[cold]
pub(super) fn warn(code: Code, changes: &Changes, index: u32, problems: &mut Problems) {
    let place = changes.place(index);
    let root = Path::Key(&Path::Root, "cohort_changes");
    let change = Path::Index(&root, place.change);
    let list = Path::Key(&change, place.kind.field());
    problems.push(
        Finding::warning(code),
        &Path::Index(&list, place.index),
        changes.span(index),
    );
}
