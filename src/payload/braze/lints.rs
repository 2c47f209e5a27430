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
#[inline(never)]
pub(super) fn ids(changes: &Changes, body: &[u8], max: usize, problems: &mut Problems) {
    let mut spaced = false;
    let mut swapped = false;
    let mut last_label: &[u8] = &[];
    let mut odd_label = false;
    for (run, texts) in changes.lists() {
        let parts = if run.kind == IdKind::Alias { 2 } else { 1 };
        let mut rest = texts;
        for index in run.first..run.first.saturating_add(max as u32) {
            // WHY: not `chunks_exact`, which divides, and takes a quarter of a KB more.
            let Some((id, after)) = rest.split_at_checked(parts) else {
                break;
            };
            rest = after;
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
    let raw = text.raw(body);
    if text.is_plain() {
        return raw.first() == Some(&b' ') || raw.last() == Some(&b' ');
    }
    // Most odd texts are so in the middle.
    let near = |part: Option<&[u8]>| part.unwrap_or(raw).iter().any(|&byte| is_near_space(byte));
    (near(raw.get(..1)) || near(raw.get(raw.len().saturating_sub(6)..)))
        && has_odd_space_at_end(&text.decode(body))
}

/// May it be part of white space, or of an escape that stands for it?
fn is_near_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\\' | 0xC2 | 0xE1..=0xE3 | 0xEF)
}

/// Also the white space that is not ASCII, and what exports leave before a text: a byte order mark.
#[cold]
#[inline(never)]
fn has_odd_space_at_end(text: &[u8]) -> bool {
    (1..=3).any(|len| {
        let last = text.len().checked_sub(len);
        text.get(..len).is_some_and(is_space)
            || last.is_some_and(|last| text.get(last..).is_some_and(is_space))
    })
}

/// Is it one character of white space, or the byte order mark? No bytes in the middle of a text in
/// UTF-8 look like one.
// WHY: not `char::is_whitespace`, whose table and decoders take half a KB more of the edge module.
fn is_space(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [b'\t'..=b'\r' | b' ']
            | [0xC2, 0x85 | 0xA0]
            | [0xE1, 0x9A, 0x80]
            | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF]
            | [0xE2, 0x81, 0x9F]
            | [0xE3, 0x80, 0x80]
            | [0xEF, 0xBB, 0xBF]
    )
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

#[cfg(test)]
mod tests {
    #[test]
    fn white_space_is_what_unicode_calls_so_and_the_byte_order_mark() {
        for character in '\0'..=char::MAX {
            let text = character.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
            let expected = character.is_whitespace() || character == '\u{FEFF}';
            assert_eq!(super::is_space(&text), expected);
            assert!(
                !expected
                    || text
                        .iter()
                        .any(|&byte| super::is_near_space(byte) || byte < b' ')
            );
        }
    }
}
