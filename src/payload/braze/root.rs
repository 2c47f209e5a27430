//! What the two requests have in common: the body's size, its root object, the keys' absence and
//! `cohort_id`.

use super::Options;
use super::auth::{self, Key};
use crate::json::{Kind, Members, Reader, Step, Stop, Text};
use crate::limits::HARD_BODY_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};

/// Is the body small enough to be read at all?
pub(super) fn fits(body: &[u8], options: &Options, problems: &mut Problems) -> bool {
    let max = options.max_bytes.min(HARD_BODY_BYTES);
    if body.len() <= max {
        return true;
    }
    let finding = Finding::error(Code::LimitBytes).numbers(max as u32, 0);
    problems.push(finding, &Path::Root, Span::new(max, body.len()));
    problems.locate(body.get(..max).unwrap_or(body));
    false
}

/// Enters the root object.
pub(super) fn open(reader: &mut Reader<'_>, problems: &mut Problems) -> Step<Members> {
    reader.begin(problems)?;
    if reader.kind(&Path::Root, problems)? != Kind::Object {
        reader.refuse(Finding::error(Code::JsonRoot), &Path::Root, problems)?;
        reader.finish(problems)?;
        return Err(Stop);
    }
    reader.object(&Path::Root, problems)
}

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
