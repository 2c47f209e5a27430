//! The body of one filter as a small tree with places, since what a value may be depends on fields that may
//! stand behind it.

use crate::json::{Field, Key, Kind, Reader, Step};
use crate::path::Path;
use crate::problem::{Problems, Span};
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// A value and where it stands.
pub(super) struct Tree<'a> {
    pub(super) span: Span,
    /// As it is written.
    pub(super) written: &'a [u8],
    pub(super) json: Json<'a>,
}

/// What a value is.
pub(super) enum Json<'a> {
    Text(Cow<'a, [u8]>),
    /// Infinite where it is too large for a double.
    Number(f64),
    Bool(bool),
    Null,
    List(Vec<Tree<'a>>),
    Object(Vec<Member<'a>>),
}

/// A member of an object.
pub(super) struct Member<'a> {
    /// `None` for a key that no filter has.
    pub(super) name: Option<&'static str>,
    /// Its place among the keys of the object.
    pub(super) place: u32,
    pub(super) key: Cow<'a, [u8]>,
    pub(super) key_span: Span,
    pub(super) value: Tree<'a>,
}

/// Reads one filter's body.
pub(super) struct TreeReader<'f> {
    /// The keys that a filter may have.
    pub(super) fields: &'f [Field],
    /// How many more values are kept; what comes then is passed over, and the filter is too long.
    pub(super) left: usize,
}

impl TreeReader<'_> {
    /// The value at the cursor.
    pub(super) fn read<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<Tree<'a>> {
        let kind = reader.kind(path, problems)?;
        let start = reader.offset();
        let bytes = reader.bytes();
        self.left = self.left.saturating_sub(1);
        let json = match kind {
            _ if self.left == 0 => {
                reader.skip(path, problems)?;
                Json::Null
            }
            Kind::String => {
                let text = reader.string(path, problems)?;
                text.check(bytes, path, problems);
                Json::Text(text.decode(bytes))
            }
            Kind::Number => {
                let span = reader.number(path, problems)?;
                let written = bytes.get(span.start..span.end).unwrap_or(&[]);
                let written = core::str::from_utf8(written).unwrap_or("");
                Json::Number(written.parse().unwrap_or(f64::INFINITY))
            }
            Kind::True | Kind::False => {
                reader.skip(path, problems)?;
                Json::Bool(kind == Kind::True)
            }
            Kind::Null => {
                reader.skip(path, problems)?;
                Json::Null
            }
            Kind::Array => {
                let mut list = Vec::new();
                let mut items = reader.array(path, problems)?;
                while let Some(index) = reader.next_item(&mut items, path, problems)? {
                    let item = self.read(reader, &Path::Index(path, index), problems)?;
                    if self.left > 0 {
                        list.push(item);
                    }
                }
                Json::List(list)
            }
            Kind::Object => Json::Object(self.members(reader, path, problems)?),
        };
        Ok(Tree {
            span: Span::new(start, reader.offset()),
            written: bytes.get(start..reader.offset()).unwrap_or(&[]),
            json,
        })
    }

    fn members<'a>(
        &mut self,
        reader: &mut Reader<'a>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<Vec<Member<'a>>> {
        let mut out: Vec<Member<'a>> = Vec::new();
        let mut members = reader.object(path, problems)?;
        let mut place = 0;
        while let Some(key) = reader.next_key(&mut members, self.fields, path, problems)? {
            let (name, key, key_span) = match key {
                Key::Known(index) => {
                    let name = self.fields.get(index).map_or("", |field| field.name);
                    // The cursor is behind the colon.
                    let span = Span::new(reader.offset(), reader.offset());
                    (Some(name), Cow::Borrowed(name.as_bytes()), span)
                }
                Key::Unknown(at, key) => {
                    place = at;
                    (None, key.decode(reader.bytes()), key.span())
                }
            };
            let path = match name {
                Some(name) => Path::Key(path, name),
                None => Path::Unknown(path, place),
            };
            let value = self.read(reader, &path, problems)?;
            if self.left > 0 {
                out.push(Member {
                    name,
                    place,
                    key,
                    key_span,
                    value,
                });
            }
        }
        Ok(out)
    }
}

impl<'a> Member<'a> {
    /// Its place.
    pub(super) fn path<'p>(&self, of: &'p Path<'p>) -> Path<'p> {
        match self.name {
            Some(name) => Path::Key(of, name),
            None => Path::Unknown(of, self.place),
        }
    }

    /// Where to point at for the member itself.
    pub(super) fn span(&self) -> Span {
        if self.name.is_some() {
            self.value.span
        } else {
            self.key_span
        }
    }
}
