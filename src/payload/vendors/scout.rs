//! Looks ahead, without a word about what is wrong: the reading that follows tells that.

use super::adapter::{Form, Forms, KEY, SCHEMA};
use super::member::{self, Wanted};
use crate::hash::Seed;
use crate::json::{Found, Key, Kind, Own, Reader, Shape, Step, Text};
use crate::path::Path;
use crate::problem::{Code, Problems};

/// What it takes to read a part of a body again.
#[derive(Clone, Copy)]
pub(super) struct Scout<'a> {
    pub body: &'a [u8],
    pub max_depth: u32,
    pub seed: &'a Seed,
}

impl Scout<'_> {
    /// The form of the message that begins at `at`.
    pub fn form(self, forms: &'static Forms, at: usize) -> Option<&'static Form> {
        let (last, others) = forms.of.split_last()?;
        if others.is_empty() {
            return Some(last);
        }
        let pass: &mut Own<'_> = &mut |_, reader, path, problems| reader.skip(path, problems);
        let found = self.walk(forms.told_by, at, pass);
        let told = (0..).zip(others).find(|&(slot, _)| found.saw(slot));
        Some(told.map_or(last, |(_, form)| form))
    }

    /// The name of the field that matters, as the message at `at` tells it.
    pub fn key(self, shape: &'static Shape, at: usize) -> Text {
        let mut key = Text::MISSING;
        self.walk(shape, at, &mut |slot, reader, path, problems| {
            match slot {
                KEY => key = member::word(reader, path, problems)?,
                SCHEMA => key = identifier(reader, path, problems)?,
                _ => reader.skip(path, problems)?,
            }
            Ok(())
        });
        key
    }

    /// Walks over the object at `at` as far as it can be read, and tells which fields there are; `own` is called
    /// for those that are no objects on the way.
    pub fn walk(self, shape: &'static Shape, at: usize, own: &mut Own<'_>) -> Found<'static> {
        let mut reader = Reader::new(self.body, self.max_depth, self.seed)
            .quiet()
            .at(at);
        let (path, problems) = (&Path::Root, &mut Problems::new(0));
        let mut found = Found::new(&mut []);
        if let Ok(Kind::Object) = reader.kind(path, problems) {
            // How far it came is all that counts.
            let _ = reader.shape(shape, u32::MAX, &mut found, own, path, problems);
        }
        found
    }
}

/// The key of the only field that is marked as the one by which records are matched.
fn identifier(reader: &mut Reader<'_>, path: &Path<'_>, problems: &mut Problems) -> Step<Text> {
    let (mut found, mut count) = (Text::MISSING, 0u32);
    if reader.kind(path, problems)? != Kind::Object {
        reader.skip(path, problems)?;
        return Ok(found);
    }
    let mut keys = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut keys, &[], path, problems)? {
        let Key::Unknown(_, key) = key else {
            continue;
        };
        if reader.kind(path, problems)? != Kind::Object {
            reader.skip(path, problems)?;
            continue;
        }
        let wanted = Wanted::Known("active_identifier");
        let flag = member::field(
            wanted,
            member::flag,
            Code::VendorKey,
            reader,
            path,
            problems,
        )?;
        // `true` has four letters.
        if flag.raw_len() == 4 {
            count += 1;
            found = key;
        }
    }
    Ok(if count == 1 { found } else { Text::MISSING })
}
