//! What the two requests have in common: the keys' absence and `cohort_id`.

use super::Options;
use super::auth::{self, Key};
use crate::json::{Kind, Members, Reader, Step, Text};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};

/// Notes a field that the root object does not have.
#[cold]
pub(super) fn missing(code: Code, members: &Members, problems: &mut Problems) {
    let start = members.start();
    problems.push(
        Finding::error(code),
        &Path::Root,
        Span::new(start, start + 1),
    );
}

/// Notes keys and a cohort id that are not there. Both requests list them first: the two keys,
/// then `cohort_id`.
pub(super) fn close(members: &Members, options: &Options, problems: &mut Problems) {
    if options.require_keys {
        for (index, key) in [Key::PartnerApiKey, Key::ClientSecret]
            .into_iter()
            .enumerate()
        {
            if !members.has(index) {
                auth::absent(key, members.start(), problems);
            }
        }
    }
    if !members.has(2) {
        missing(Code::CohortIdMissing, members, problems);
    }
}

/// Reads `cohort_id`: any string, and in strict mode no empty one.
pub(super) fn cohort_id(
    reader: &mut Reader<'_>,
    options: &Options,
    problems: &mut Problems,
) -> Step<Option<Text>> {
    let path = &Path::Key(&Path::Root, "cohort_id");
    if reader.kind(path, problems)? != Kind::String {
        reader.refuse(Finding::error(Code::CohortIdType), path, problems)?;
        return Ok(None);
    }
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    if text.is_empty() {
        let finding = Finding::error_if(options.strict, Code::CohortIdEmpty);
        problems.push(finding, path, text.span());
    }
    Ok(Some(text))
}
