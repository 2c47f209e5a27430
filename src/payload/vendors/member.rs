//! Ids and words as vendors write them.

use crate::json::{Kind, Reader, Step, Text};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};
use core::cell::Cell;

/// The field of an object that matters.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// One that the adapter knows.
    Known(&'static str),
    /// One that the payload or the caller names.
    Named(&'a [u8]),
    /// The only one, which has the name that the first one had, kept here.
    Only(&'a Cell<Text>),
}

/// The last key of a path, as far as the schema knows it.
fn name_of(path: &Path<'_>) -> &'static str {
    match path {
        Path::Key(_, name) => name,
        _ => "",
    }
}

/// Refuses a value that has the wrong type.
pub(super) fn wrong_type(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let finding = Finding::error(Code::VendorType).name(name_of(path));
    reader.refuse(finding, path, problems)
}

/// A string; [`Text::MISSING`] where it is none, which is noted.
pub(super) fn word(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    if reader.kind(path, problems)? != Kind::String {
        wrong_type(reader, path, problems)?;
        return Ok(Text::MISSING);
    }
    let text = reader.string(path, problems)?;
    let before = problems.error_count();
    text.check(reader.bytes(), path, problems);
    // What is no text would be passed on as another.
    Ok(if problems.error_count() > before {
        Text::MISSING
    } else {
        text
    })
}

/// True or false, as it is written: an action in disguise.
pub(super) fn flag(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    let (Kind::True | Kind::False) = reader.kind(path, problems)? else {
        reader.refuse(Finding::error(Code::VendorAction), path, problems)?;
        return Ok(Text::MISSING);
    };
    let start = reader.offset();
    reader.skip(path, problems)?;
    Ok(Text::new(start, reader.offset(), false, false))
}

/// An id: a string, or a whole number in plain digits, which stay the digits that were sent.
pub(super) fn id(reader: &mut Reader<'_>, path: &Path<'_>, problems: &mut Problems) -> Step<Text> {
    match reader.kind(path, problems)? {
        Kind::String => {
            let id = word(reader, path, problems)?;
            if !id.is_missing() {
                body::check_id(id, reader.bytes(), false, path, problems);
            }
            Ok(id)
        }
        Kind::Number => {
            let span = reader.number(path, problems)?;
            let id = Text::new(span.start, span.end, false, false);
            if id.raw(reader.bytes()).iter().all(u8::is_ascii_digit) {
                return Ok(id);
            }
            problems.push(Finding::error(Code::VendorIdType), path, span);
            Ok(Text::MISSING)
        }
        _ => {
            reader.refuse(Finding::error(Code::VendorIdType), path, problems)?;
            Ok(Text::MISSING)
        }
    }
}

/// The id of a cohort or a sync, or its name: as [`id`], and not empty.
pub(super) fn label(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    if reader.kind(path, problems)? == Kind::Number {
        return id(reader, path, problems);
    }
    let text = word(reader, path, problems)?;
    if text.is_empty() && !text.is_missing() {
        let finding = Finding::error(Code::VendorType).name(name_of(path));
        problems.push(finding, path, text.span());
        return Ok(Text::MISSING);
    }
    Ok(text)
}

/// Reads a value.
pub(super) type Take = fn(&mut Reader<'_>, &Path<'_>, &mut Problems) -> Step<Text>;

/// The id of the member that is the object at the cursor.
pub(super) fn member(
    wanted: Wanted<'_>,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    if reader.kind(path, problems)? != Kind::Object {
        reader.refuse(Finding::error(Code::VendorMember), path, problems)?;
        return Ok(Text::MISSING);
    }
    field(wanted, id, Code::VendorNoId, reader, path, problems)
}

/// The value of the field that matters of the object at the cursor; [`Text::MISSING`] where there is none,
/// which is noted as `missing`.
pub(super) fn field(
    wanted: Wanted<'_>,
    take: Take,
    missing: Code,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Text> {
    if reader.kind(path, problems)? != Kind::Object {
        wrong_type(reader, path, problems)?;
        return Ok(Text::MISSING);
    }
    let start = reader.offset();
    let (mut found, mut count) = (None, 0u32);
    let mut last = Text::MISSING;
    let body = reader.bytes();
    let first;
    let name = match wanted {
        Wanted::Known(name) => Some(name.as_bytes()),
        Wanted::Named(name) => Some(name),
        Wanted::Only(key) => {
            first = key.get().decode(body);
            Some(&*first).filter(|_| !key.get().is_missing())
        }
    };
    let mut keys = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut keys, &[], path, problems)? {
        let crate::json::Key::Unknown(place, key) = key else {
            continue;
        };
        (count, last) = (count + 1, key);
        let unknown = Path::Unknown(path, place);
        let known = match wanted {
            Wanted::Known(name) => Path::Key(path, name),
            _ => unknown,
        };
        let is_it = found.is_none() && name.is_none_or(|name| *key.decode(body) == *name);
        if is_it {
            found = Some(take(reader, &known, problems)?);
        } else {
            reader.skip(&unknown, problems)?;
        }
    }
    let too_many = matches!(wanted, Wanted::Only(_)) && count > 1;
    if found.is_none() || too_many {
        let span = Span::new(start, reader.offset());
        problems.push(Finding::error(missing), path, span);
        return Ok(Text::MISSING);
    }
    if let Wanted::Only(first) = wanted {
        first.set(last);
    }
    Ok(found.unwrap_or(Text::MISSING))
}
