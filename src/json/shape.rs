//! Objects of known fields, as data: a table says what each field wants, and one reader reads
//! them all. What only the caller can read, it reads itself ([`Wants::Own`]).

use super::object::Key;
use super::{Kind, Reader, Step, Text};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};

/// What the value of a field must be.
pub enum Wants {
    /// A string.
    Text,
    /// A number, which is kept as it is written.
    Number,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object(&'static Shape),
    /// What the caller reads.
    Own,
}

/// A field of an object.
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Its number among all fields that are read into one [`Found`], at most 30.
    pub slot: u8,
    /// What its value must be.
    pub wants: Wants,
    /// The error where it is missing; `None` where it may be.
    pub missing: Option<Code>,
    /// The error where it is something else than it must be. Nothing to one that the caller reads.
    pub wrong: Code,
}

impl Field {
    /// A field that may be missing.
    pub const fn optional(name: &'static str, slot: u8, wants: Wants, wrong: Code) -> Field {
        Field {
            name,
            slot,
            wants,
            missing: None,
            wrong,
        }
    }

    /// A field that must be there.
    pub const fn required(
        name: &'static str,
        slot: u8,
        wants: Wants,
        missing: Code,
        wrong: Code,
    ) -> Field {
        Field {
            missing: Some(missing),
            ..Field::optional(name, slot, wants, wrong)
        }
    }

    /// A field that may be missing, and that the caller reads, who knows what is wrong with it.
    pub const fn own(name: &'static str, slot: u8) -> Field {
        Field::optional(name, slot, Wants::Own, Code::JsonSyntax)
    }
}

/// The fields of an object.
pub struct Shape(pub &'static [Field]);

/// What was found, by slot.
pub struct Found<'s> {
    seen: u32,
    texts: &'s mut [Text],
}

/// Reads the values that the table cannot say: called with the field's slot, and the cursor
/// before the value.
pub type Own<'f> = dyn FnMut(u8, &mut Reader<'_>, &Path<'_>, &mut Problems) -> Step<()> + 'f;

impl<'s> Found<'s> {
    /// Nothing yet; `texts` has room for every slot.
    pub fn new(texts: &'s mut [Text]) -> Found<'s> {
        texts.fill(Text::MISSING);
        Found { seen: 0, texts }
    }

    /// Did the field occur, whatever it held?
    pub fn saw(&self, slot: u8) -> bool {
        self.seen & 1 << slot != 0
    }

    /// Does the flag stand as `true`?
    pub fn is_true(&self, slot: u8) -> bool {
        // `true` has four letters, `false` five.
        self.get(slot).is_some_and(|text| text.raw_len() == 4)
    }

    /// The string, the number as written, or of an object its first byte; `None` where the field
    /// is missing or was something else.
    pub fn get(&self, slot: u8) -> Option<Text> {
        self.texts
            .get(usize::from(slot))
            .copied()
            .filter(|text| !text.is_missing())
    }

    /// What was found, by slot.
    pub(crate) fn texts(&self) -> &[Text] {
        self.texts
    }

    fn set(&mut self, slot: u8, text: Text) {
        if let Some(place) = self.texts.get_mut(usize::from(slot)) {
            *place = text;
        }
    }
}

impl Reader<'_> {
    /// Reads the object at the cursor, which [`Reader::kind`] has seen. `waived` are the slots, a
    /// bit each, that may be missing all the same.
    pub fn shape(
        &mut self,
        shape: &'static Shape,
        waived: u32,
        found: &mut Found<'_>,
        own: &mut Own<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let mut members = self.object(path, problems)?;
        while let Some(key) = self.next_key(&mut members, shape.0, path, problems)? {
            let index = match key {
                Key::Known(index) => index,
                Key::Unknown(place, key) => {
                    self.unknown(place, key, path, problems)?;
                    continue;
                }
            };
            let Some(field) = shape.0.get(index) else {
                continue;
            };
            let path = &Path::Key(path, field.name);
            found.seen |= 1 << field.slot;
            if let Wants::Own = field.wants {
                own(field.slot, self, path, problems)?;
                continue;
            }
            let kind = self.kind(path, problems)?;
            let start = self.at;
            let text = match (&field.wants, kind) {
                (Wants::Text, Kind::String) => {
                    let text = self.string(path, problems)?;
                    let before = problems.error_count();
                    text.check(self.bytes, path, problems);
                    if problems.error_count() > before {
                        // What is no text would be passed on as another.
                        continue;
                    }
                    text
                }
                (Wants::Number, Kind::Number) => {
                    self.number(path, problems)?;
                    Text::new(start, self.at, false, false)
                }
                (Wants::Flag, Kind::True | Kind::False) => {
                    self.skip(path, problems)?;
                    Text::new(start, self.at, false, false)
                }
                (Wants::Object(shape), Kind::Object) => {
                    self.shape(shape, waived, found, own, path, problems)?;
                    Text::new(start, start + 1, false, false)
                }
                _ => {
                    self.refuse(Finding::error(field.wrong).name(field.name), path, problems)?;
                    continue;
                }
            };
            found.set(field.slot, text);
        }
        // The whole object is the place where a field is missing, but of the root, which may be
        // long, its brace.
        let end = if self.depth == 0 {
            members.start() + 1
        } else {
            self.at
        };
        for (index, field) in shape.0.iter().enumerate() {
            if let Some(code) = field.missing
                && !members.has(index)
                && waived & 1 << field.slot == 0
            {
                let finding = Finding::error(code).name(field.name);
                problems.push(finding, path, Span::new(members.start(), end));
            }
        }
        Ok(())
    }
}
