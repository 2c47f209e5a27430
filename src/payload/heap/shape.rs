//! The steps in which an object of known fields is read.

use crate::json::{Kind, Members, Reader, Step, Stop, Text};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// The number at the cursor, with its place, if `take` takes it; else `finding` is noted.
pub(super) fn number<T>(
    finding: Finding,
    take: impl FnOnce(&[u8]) -> Option<T>,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<(Span, T)>> {
    if reader.kind(path, problems)? != Kind::Number {
        reader.refuse(finding, path, problems)?;
        return Ok(None);
    }
    let span = reader.number(path, problems)?;
    let found = reader.bytes().get(span.start..span.end).and_then(take);
    if found.is_none() {
        problems.push(finding, path, span);
    }
    Ok(found.map(|value| (span, value)))
}

/// The string that is the value of the field with this index, `None` if it is none.
pub(super) fn text(
    schema: &[&'static str],
    index: usize,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Text>> {
    let name = schema.get(index).copied().unwrap_or("");
    let path = &Path::Key(path, name);
    if reader.kind(path, problems)? != Kind::String {
        reader.refuse(wrong_type(name), path, problems)?;
        return Ok(None);
    }
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    Ok(Some(text))
}

/// Enters the object that is the value of a field, `None` if it is none.
pub(super) fn object(
    name: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Members>> {
    enter(wrong_type(name), reader, path, problems)
}

/// Enters the object that is an entry of a list, `None` if it is none.
pub(super) fn entry(
    list: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Members>> {
    let finding = Finding::error(Code::HeapEntry).name(list);
    enter(finding, reader, path, problems)
}

fn enter(
    finding: Finding,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Members>> {
    if reader.kind(path, problems)? != Kind::Object {
        reader.refuse(finding, path, problems)?;
        return Ok(None);
    }
    reader.object(path, problems).map(Some)
}

pub(super) fn wrong_type(name: &'static str) -> Finding {
    Finding::error(Code::HeapType).name(name)
}

/// Notes the field with this index if the object does not have it.
pub(super) fn require(
    members: &Members,
    schema: &[&'static str],
    index: usize,
    path: &Path<'_>,
    span: Span,
    problems: &mut Problems,
) {
    if !members.has(index) {
        missing(
            schema.get(index).copied().unwrap_or(""),
            path,
            span,
            problems,
        );
    }
}

#[cold]
#[inline(never)]
pub(super) fn missing(name: &'static str, path: &Path<'_>, span: Span, problems: &mut Problems) {
    problems.push(Finding::error(Code::HeapField).name(name), path, span);
}

/// Adds to a list whose length the sender decides.
#[inline(always)]
pub(super) fn push<T>(
    list: &mut Vec<T>,
    item: T,
    path: &Path<'_>,
    span: Span,
    problems: &mut Problems,
) -> Step<()> {
    if list.len() == list.capacity() && list.try_reserve(1).is_err() {
        problems.push(Finding::error(Code::LimitMemory), path, span);
        return Err(Stop);
    }
    list.push(item);
    Ok(())
}
