//! What the customer chose in Heap.

use super::shape::{entry, optional, required};
use crate::json::{Kind, Reader, Shape, Step, Text, Wants};
use crate::path::Path;
use crate::payload::body::push;
use crate::problem::{Code, Finding, Problems};
use alloc::vec::Vec;

static FIELD: Shape = Shape(&[
    required("field_id", 0, Wants::Text),
    required("value", 3, Wants::Object(&VALUE)),
    optional("field_type", 1, Wants::Text),
    optional("field_display_name", 4, Wants::Text),
]);

static VALUE: Shape = Shape(&[
    required("id", 2, Wants::Text),
    optional("display_name", 5, Wants::Text),
]);

/// A choice that the customer made in Heap.
#[derive(Clone, Copy)]
pub struct Choice {
    /// `field_id`.
    pub id: Text,
    /// `field_type`, where it is there: `identity_mapping` marks the choice of what the ids are.
    pub kind: Option<Text>,
    /// `value.id`.
    pub value: Text,
}

/// Reads `customer_config.fields`, and keeps what they say.
pub(super) fn read(
    choices: &mut Vec<Choice>,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    if reader.kind(path, problems)? != Kind::Array {
        let finding = Finding::error(Code::HeapType).name("fields");
        return reader.refuse(finding, path, problems);
    }
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        let path = &Path::Index(path, index);
        let mut texts = [Text::MISSING; 6];
        if !entry("fields", &FIELD, &mut texts, reader, path, problems)? {
            continue;
        }
        let [id, kind, value, ..] = texts;
        if !id.is_missing() && !value.is_missing() {
            let kind = Some(kind).filter(|kind| !kind.is_missing());
            let choice = Choice { id, kind, value };
            push(choices, choice, reader.offset(), path, problems)?;
        }
    }
    Ok(())
}
