//! What the objects of Heap's webhook have in common.

use crate::json::{Field, Found, Kind, Own, Reader, Shape, Step, Text, Wants};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems};

/// A field that may be missing.
pub(super) const fn optional(name: &'static str, slot: u8, wants: Wants) -> Field {
    Field::optional(name, slot, wants, Code::HeapType)
}

/// A field that must be there.
pub(super) const fn required(name: &'static str, slot: u8, wants: Wants) -> Field {
    Field::required(name, slot, wants, Code::HeapField, Code::HeapType)
}

/// Reads the object that is an entry of a list; false if it is none.
pub(super) fn entry(
    list: &'static str,
    shape: &'static Shape,
    texts: &mut [Text],
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<bool> {
    if reader.kind(path, problems)? != Kind::Object {
        let finding = Finding::error(Code::HeapEntry).name(list);
        reader.refuse(finding, path, problems)?;
        return Ok(false);
    }
    let own: &mut Own<'_> = &mut |_, _, _, _| Ok(());
    reader.shape(shape, 0, &mut Found::new(texts), own, path, problems)?;
    Ok(true)
}
