//! Any JSON value, into a draft.

use crate::identity::ProfileIds;
use crate::identity::directory::Full;
use crate::json::{Key, Kind, Reader, Step};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems};
use crate::profile::{AttributeIx, Draft};

/// What drafts are written into, once memory has run out no more.
pub(super) struct Into<'a> {
    pub(super) draft: &'a mut Draft,
    pub(super) is_full: &'a mut bool,
    /// Ids that the directory keeps, and that need not be kept again.
    pub(super) ids: Option<&'a ProfileIds>,
}

/// The keys of devices and push tokens under which ids stand.
const ID_KEYS: [&[u8]; 2] = [b"device_id", b"idfv"];

impl Into<'_> {
    /// Writes, unless memory has run out.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Draft) -> Result<(), Full>) {
        *self.is_full = *self.is_full || write(self.draft).is_err();
    }
}

/// Reads the value at the cursor as that of an attribute. Null, and a number beyond what doubles
/// hold, which is told, leave it absent.
pub(super) fn attribute(
    attribute: AttributeIx,
    reader: &mut Reader<'_>,
    into: &mut Into<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    match reader.kind(path, problems)? {
        Kind::Null => reader.skip(path, problems)?,
        Kind::True | Kind::False => {
            let value = read_bool(reader, path, problems)?;
            into.write(|draft| draft.bool(attribute, value));
        }
        Kind::Number => {
            if let Some(value) = read_number(reader, path, problems)? {
                into.write(|draft| draft.number(attribute, value));
            }
        }
        Kind::String => {
            let text = reader.string(path, problems)?;
            text.check(reader.bytes(), path, problems);
            into.write(|draft| draft.text(attribute, &text.decode(reader.bytes())));
        }
        Kind::Array => {
            into.write(|draft| draft.list(attribute));
            list(reader, into, path, problems)?;
        }
        Kind::Object => {
            into.write(|draft| draft.object(attribute));
            object(reader, into, path, problems)?;
        }
    }
    Ok(())
}

fn item(
    reader: &mut Reader<'_>,
    into: &mut Into<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    match reader.kind(path, problems)? {
        Kind::Null => {
            reader.skip(path, problems)?;
            into.write(Draft::null_item);
        }
        Kind::True | Kind::False => {
            let value = read_bool(reader, path, problems)?;
            into.write(|draft| draft.bool_item(value));
        }
        Kind::Number => match read_number(reader, path, problems)? {
            Some(value) => into.write(|draft| draft.number_item(value)),
            None => into.write(Draft::null_item),
        },
        Kind::String => {
            let text = reader.string(path, problems)?;
            text.check(reader.bytes(), path, problems);
            into.write(|draft| draft.text_item(&text.decode(reader.bytes())));
        }
        Kind::Array => {
            into.write(Draft::begin_list);
            list(reader, into, path, problems)?;
        }
        Kind::Object => {
            into.write(Draft::begin_object);
            object(reader, into, path, problems)?;
        }
    }
    Ok(())
}

fn list(
    reader: &mut Reader<'_>,
    into: &mut Into<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        item(reader, into, &Path::Index(path, index), problems)?;
    }
    into.write(Draft::end);
    Ok(())
}

fn object(
    reader: &mut Reader<'_>,
    into: &mut Into<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let mut members = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut members, &[], path, problems)? {
        let Key::Unknown(place, key) = key else {
            continue;
        };
        let key = key.decode(reader.bytes());
        into.write(|draft| draft.key(&key));
        if let Some(ids) = into.ids.filter(|_| ID_KEYS.contains(&&*key))
            && reader.kind(path, problems)? == Kind::String
        {
            let text = reader.string(path, problems)?.decode(reader.bytes());
            match ids.device_number(&text) {
                Some(number) => into.write(|draft| draft.id_item(number)),
                None => into.write(|draft| draft.text_item(&text)),
            }
            continue;
        }
        item(reader, into, &Path::Unknown(path, place), problems)?;
    }
    into.write(Draft::end);
    Ok(())
}

fn read_bool(reader: &mut Reader<'_>, path: &Path<'_>, problems: &mut Problems) -> Step<bool> {
    let value = reader.kind(path, problems)? == Kind::True;
    reader.skip(path, problems)?;
    Ok(value)
}

/// The number at the cursor; `None`, with a warning, if no double holds it.
pub(super) fn read_number(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<f64>> {
    let span = reader.number(path, problems)?;
    let text = reader.bytes().get(span.start..span.end).unwrap_or(&[]);
    let text = core::str::from_utf8(text).unwrap_or("");
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    if number.is_none() {
        problems.push(Finding::warning(Code::ProfileNumber), path, span);
    }
    Ok(number)
}
