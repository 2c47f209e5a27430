//! An alias, as requests and profiles write it.

use crate::json::{Field, Found, Own, Reader, Shape, Step, Text, Wants};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Problems};

const fn part(name: &'static str, slot: u8) -> Field {
    let missing = Code::AliasFieldMissing;
    Field::required(name, slot, Wants::Text, missing, Code::AliasFieldType)
}

static ALIAS: Shape = Shape(&[part("alias_name", 0), part("alias_label", 1)]);

/// Reads the object that stands next: name and label, each missing where it is no text, which is
/// noted.
pub(in crate::payload) fn read(
    reader: &mut Reader<'_>,
    strict: bool,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<[Text; 2]> {
    let mut parts = [Text::MISSING; 2];
    let own: &mut Own<'_> = &mut |_, _, _, _| Ok(());
    let found = &mut Found::new(&mut parts);
    reader.shape(&ALIAS, 0, found, own, path, problems)?;
    for (text, field) in parts.into_iter().zip(ALIAS.0) {
        if !text.is_missing() {
            let path = &Path::Key(path, field.name);
            body::check_id(text, reader.bytes(), strict, path, problems);
        }
    }
    Ok(parts)
}
