//! What people get wrong though Braze would take it: warnings, one per kind and request.

use super::Options;
use super::clusters::Endpoint;
use crate::cohort::changes::Changes;
use crate::identity::IdKind;
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
    for (run, texts) in changes.lists() {
        let parts = if run.kind == IdKind::Alias { 2 } else { 1 };
        let part = |text: Text| text.raw(body);
        for (index, id) in (run.first..).zip(texts.chunks_exact(parts).take(max)) {
            if !spaced && id.iter().any(|&text| has_space_at_end(part(text))) {
                spaced = true;
                note(Code::LintSpace, changes, index, problems);
            }
            if let &[name, label] = id
                && !swapped
                && is_value(part(label))
                && !is_value(part(name))
            {
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

/// Looks like an address or a number, as the name of an alias does and its label does not.
fn is_value(text: &[u8]) -> bool {
    text.iter()
        .any(|byte| *byte == b'@' || byte.is_ascii_digit())
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
