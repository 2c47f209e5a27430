//! What the customer chose in Heap.

use super::shape::{entry, object, push, require, text, wrong_type};
use crate::json::{Key, Kind, Reader, Step, Text};
use crate::path::Path;
use crate::problem::{Problems, Span};
use alloc::vec::Vec;

const CONFIG: [&str; 1] = ["fields"];
const FIELD: [&str; 4] = ["field_id", "value", "field_type", "field_display_name"];
const VALUE: [&str; 2] = ["id", "display_name"];

/// A choice that the customer made in Heap.
#[derive(Clone, Copy)]
pub struct Field {
    /// `field_id`.
    pub id: Text,
    /// `field_type`, where it is there: `identity_mapping` marks the choice of what the ids are.
    pub kind: Option<Text>,
    /// `value.id`.
    pub value: Text,
}

/// Reads `customer_config`, and keeps its fields.
pub(super) fn read(
    fields: &mut Vec<Field>,
    reader: &mut Reader<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let path = &Path::Key(&Path::Root, "customer_config");
    let Some(mut members) = object("customer_config", reader, path, problems)? else {
        return Ok(());
    };
    while let Some(key) = reader.next_key(&mut members, &CONFIG, path, problems)? {
        if let Key::Unknown(place) = key {
            reader.unknown(&mut members, place, path, problems)?;
            continue;
        }
        let path = &Path::Key(path, "fields");
        if reader.kind(path, problems)? != Kind::Array {
            reader.refuse(wrong_type("fields"), path, problems)?;
            continue;
        }
        let mut items = reader.array(path, problems)?;
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            read_field(fields, reader, &Path::Index(path, index), problems)?;
        }
    }
    let span = Span::new(members.start(), reader.offset());
    require(&members, &CONFIG, 0, path, span, problems);
    Ok(())
}

fn read_field(
    fields: &mut Vec<Field>,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let [mut id, mut value, mut kind] = [None; 3];
    let Some(mut members) = entry("fields", reader, path, problems)? else {
        return Ok(());
    };
    while let Some(key) = reader.next_key(&mut members, &FIELD, path, problems)? {
        match key {
            Key::Known(0) => id = text(&FIELD, 0, reader, path, problems)?,
            Key::Known(1) => {
                value = read_value(reader, &Path::Key(path, "value"), problems)?;
            }
            Key::Known(2) => kind = text(&FIELD, 2, reader, path, problems)?,
            Key::Known(other) => {
                text(&FIELD, other, reader, path, problems)?;
            }
            Key::Unknown(place) => reader.unknown(&mut members, place, path, problems)?,
        }
    }
    let span = Span::new(members.start(), reader.offset());
    for index in [0, 1] {
        require(&members, &FIELD, index, path, span, problems);
    }
    if let (Some(id), Some(value)) = (id, value) {
        push(fields, Field { id, kind, value }, path, span, problems)?;
    }
    Ok(())
}

fn read_value(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Text>> {
    let mut id = None;
    let Some(mut members) = object("value", reader, path, problems)? else {
        return Ok(None);
    };
    while let Some(key) = reader.next_key(&mut members, &VALUE, path, problems)? {
        match key {
            Key::Known(0) => id = text(&VALUE, 0, reader, path, problems)?,
            Key::Known(other) => {
                text(&VALUE, other, reader, path, problems)?;
            }
            Key::Unknown(place) => reader.unknown(&mut members, place, path, problems)?,
        }
    }
    let span = Span::new(members.start(), reader.offset());
    require(&members, &VALUE, 0, path, span, problems);
    Ok(id)
}
