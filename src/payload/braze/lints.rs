//! What people get wrong though Braze would take it: warnings, one per kind and request.

use super::Options;
use super::clusters::Endpoint;
use crate::cohort::changes::Changes;
use crate::identity::IdKind;
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
    for (run, count) in changes.runs() {
        for index in run.first..run.first + count.min(max as u32) {
            let raw = body.get(changes.span(index).start..changes.span(index).end);
            let Some(raw) = raw else { continue };
            if !spaced && has_space_at_end(raw) {
                spaced = true;
                note(Code::LintSpace, changes, index, problems);
            }
            if !swapped && run.kind == IdKind::Alias && is_swapped(changes, index, body) {
                swapped = true;
                note(Code::LintAliasSwapped, changes, index, problems);
            }
        }
    }
}

fn has_space_at_end(raw: &[u8]) -> bool {
    let is_space = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    is_space(raw.first()) || is_space(raw.last())
}

/// A label that looks like an address or a number beside a name that looks like a word.
fn is_swapped(changes: &Changes, index: u32, body: &[u8]) -> bool {
    let is_value = |text: &[u8]| text.contains(&b'@') || text.iter().any(u8::is_ascii_digit);
    changes
        .id(index, body)
        .is_some_and(|id| is_value(&id.label) && !is_value(&id.name))
}

#[cold]
fn note(code: Code, changes: &Changes, index: u32, problems: &mut Problems) {
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
