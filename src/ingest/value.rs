//! Any JSON value, into a draft.

use crate::identity::ProfileIds;
use crate::identity::directory::Full;
use crate::json::{Key, Kind, Reader, Step};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems};
use crate::profile::{AttributeIx, Draft};

/// Writes into a draft, and no more once memory has run out.
pub(super) struct DraftWriter<'a> {
    pub(super) draft: &'a mut Draft,
    pub(super) is_full: &'a mut bool,
    /// Ids that the directory keeps, and that need not be kept again.
    pub(super) ids: Option<&'a ProfileIds>,
}

/// The keys of devices and push tokens under which ids stand.
const ID_KEYS: [&[u8]; 2] = [b"device_id", b"idfv"];

/// Where a value goes: an attribute's, or the next of the list or object at hand.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Attribute(AttributeIx),
    Item,
}

use Place::{Attribute, Item};

impl DraftWriter<'_> {
    /// Writes, unless memory has run out.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut Draft) -> Result<(), Full>) {
        *self.is_full = *self.is_full || write(self.draft).is_err();
    }

    /// Nothing: an attribute is absent then.
    fn null(&mut self, place: Place) {
        if let Item = place {
            self.write(Draft::null_item);
        }
    }
}

/// Reads the value at the cursor. A number beyond what doubles hold, which is told, is as null.
pub(super) fn value(
    place: Place,
    reader: &mut Reader<'_>,
    into: &mut DraftWriter<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    match reader.kind(path, problems)? {
        Kind::Null => {
            reader.skip(path, problems)?;
            into.null(place);
        }
        kind @ (Kind::True | Kind::False) => {
            reader.skip(path, problems)?;
            let value = kind == Kind::True;
            into.write(|draft| match place {
                Attribute(attribute) => draft.bool(attribute, value),
                Item => draft.bool_item(value),
            });
        }
        Kind::Number => match (read_number(reader, path, problems)?, place) {
            (None, _) => into.null(place),
            (Some(value), Attribute(at)) => into.write(|draft| draft.number(at, value)),
            (Some(value), Item) => into.write(|draft| draft.number_item(value)),
        },
        Kind::String => {
            let text = reader.string(path, problems)?;
            text.check(reader.bytes(), path, problems);
            let text = text.decode(reader.bytes());
            into.write(|draft| match place {
                Attribute(attribute) => draft.text(attribute, &text),
                Item => draft.text_item(&text),
            });
        }
        Kind::Array => {
            into.write(|draft| match place {
                Attribute(attribute) => draft.list(attribute),
                Item => draft.begin_list(),
            });
            list(reader, into, path, problems)?;
        }
        Kind::Object => {
            into.write(|draft| match place {
                Attribute(attribute) => draft.object(attribute),
                Item => draft.begin_object(),
            });
            object(reader, into, path, problems)?;
        }
    }
    Ok(())
}

fn list(
    reader: &mut Reader<'_>,
    into: &mut DraftWriter<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        value(Item, reader, into, &Path::Index(path, index), problems)?;
    }
    into.write(Draft::end);
    Ok(())
}

fn object(
    reader: &mut Reader<'_>,
    into: &mut DraftWriter<'_>,
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
        value(Item, reader, into, &Path::Unknown(path, place), problems)?;
    }
    into.write(Draft::end);
    Ok(())
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
