//! One profile, or a change to one, on its way in.

use super::{AttributeIx, Namespace, Profiles, room};
use crate::identity::directory::Full;
use crate::limits::HARD_DEPTH;
use alloc::vec::Vec;
use core::ops::Range;

/// A part of a list or of an object, texts as ranges of the draft's.
#[derive(Clone)]
pub(super) enum Part {
    Null,
    Bool(bool),
    Number(f64),
    Text(Range<usize>),
    Id(u32),
    /// With how many elements.
    List(u32),
    /// With how many members, each a key and a value.
    Object(u32),
    Key(Range<usize>),
    End,
}

/// What an attribute becomes.
#[derive(Clone)]
pub(super) enum Value {
    Absent,
    Bool(bool),
    Number(f64),
    Text(Range<usize>),
    /// The parts from here on.
    Composite(usize),
}

/// A list or an object that is being written.
struct Open {
    /// The index of its part.
    part: usize,
    is_object: bool,
    /// Has a key been written whose value is to come?
    has_key: bool,
}

/// The values of one profile, in the order in which they come. Of an attribute that is set twice
/// the later value counts. Use one draft for all profiles: it keeps its memory.
///
/// A list or an object is written as `begin_list` or `begin_object` with its attribute, what is in
/// it, and `end`. What cannot stand where it is written, such as a value without a key in an object,
/// is left out; what is not ended ends with the draft.
///
/// **Errors**: every call that adds can answer [`Full`]: too little memory, or more than
/// [`HARD_DEPTH`] levels. The draft is of no use then.
///
/// `Debug` says nothing, since profiles are people.
#[derive(Default)]
pub struct Draft {
    pub(super) entries: Vec<(AttributeIx, Value)>,
    pub(super) parts: Vec<Part>,
    texts: Vec<u8>,
    open: Vec<Open>,
    /// Names that nobody has yet, with their namespaces: numbered once the draft is taken.
    pub(super) unknown: Vec<(Namespace, Range<usize>)>,
}

/// The number that the first of the unknown names has until then.
pub(super) const UNKNOWN: u32 = 1 << 31;

impl core::fmt::Debug for Draft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Draft(..)")
    }
}

impl Draft {
    /// Empties the draft.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.parts.clear();
        self.texts.clear();
        self.open.clear();
        self.unknown.clear();
    }

    /// The attribute of this name, for this draft: of a name that is new to `profiles` a number that
    /// means nothing elsewhere, until [`Profiles::name`] knows it.
    ///
    /// **Cost**: one look-up.
    pub fn attribute(
        &mut self,
        profiles: &mut Profiles,
        namespace: Namespace,
        name: &[u8],
    ) -> Result<AttributeIx, Full> {
        if let Some(attribute) = profiles.find(namespace, name)? {
            return Ok(attribute);
        }
        self.unknown.try_reserve(1)?;
        let range = self.keep(name)?;
        self.unknown.push((namespace, range));
        Ok(AttributeIx(UNKNOWN + (self.unknown.len() as u32 - 1)))
    }

    fn set(&mut self, attribute: AttributeIx, value: Value) -> Result<(), Full> {
        while !self.open.is_empty() {
            self.end()?;
        }
        room::quick(&mut self.entries, 1)?;
        self.entries.push((attribute, value));
        Ok(())
    }

    fn keep(&mut self, text: &[u8]) -> Result<Range<usize>, Full> {
        room::quick(&mut self.texts, text.len())?;
        let start = self.texts.len();
        self.texts.extend_from_slice(text);
        Ok(start..self.texts.len())
    }

    pub(super) fn text_of(&self, range: &Range<usize>) -> &[u8] {
        self.texts.get(range.clone()).unwrap_or(&[])
    }

    /// The attribute is to be absent.
    pub fn absent(&mut self, attribute: AttributeIx) -> Result<(), Full> {
        self.set(attribute, Value::Absent)
    }

    /// The attribute is a truth value.
    pub fn bool(&mut self, attribute: AttributeIx, value: bool) -> Result<(), Full> {
        self.set(attribute, Value::Bool(value))
    }

    /// The attribute is a number.
    pub fn number(&mut self, attribute: AttributeIx, value: f64) -> Result<(), Full> {
        self.set(attribute, Value::Number(value))
    }

    /// The attribute is a text, possibly one that is a time.
    pub fn text(&mut self, attribute: AttributeIx, value: &[u8]) -> Result<(), Full> {
        let range = self.keep(value)?;
        self.set(attribute, Value::Text(range))
    }

    /// The attribute is a list, whose elements follow.
    pub fn list(&mut self, attribute: AttributeIx) -> Result<(), Full> {
        self.set(attribute, Value::Composite(self.parts.len()))?;
        self.open(false)
    }

    /// The attribute is an object, whose members follow.
    pub fn object(&mut self, attribute: AttributeIx) -> Result<(), Full> {
        self.set(attribute, Value::Composite(self.parts.len()))?;
        self.open(true)
    }

    /// A member of the object at hand, whose value follows.
    pub fn key(&mut self, key: &[u8]) -> Result<(), Full> {
        match self.open.last() {
            Some(open) if open.is_object && !open.has_key => {}
            _ => return Ok(()),
        }
        let range = self.keep(key)?;
        self.push(Part::Key(range))?;
        if let Some(open) = self.open.last_mut() {
            open.has_key = true;
        }
        Ok(())
    }

    /// An element or a member that is null.
    pub fn null_item(&mut self) -> Result<(), Full> {
        self.item(Part::Null)
    }

    /// An element or a member that is a truth value.
    pub fn bool_item(&mut self, value: bool) -> Result<(), Full> {
        self.item(Part::Bool(value))
    }

    /// An element or a member that is a number.
    pub fn number_item(&mut self, value: f64) -> Result<(), Full> {
        self.item(Part::Number(value))
    }

    /// An element or a member that is a text.
    pub fn text_item(&mut self, value: &[u8]) -> Result<(), Full> {
        let range = self.keep(value)?;
        self.item(Part::Text(range))
    }

    /// An element or a member that is a text which stands elsewhere: the user's id with this number,
    /// whatever the caller counts.
    pub fn id_item(&mut self, number: u32) -> Result<(), Full> {
        self.item(Part::Id(number))
    }

    /// An element or a member that is a list, whose elements follow.
    pub fn begin_list(&mut self) -> Result<(), Full> {
        if self.count_item() {
            self.open(false)?;
        }
        Ok(())
    }

    /// An element or a member that is an object, whose members follow.
    pub fn begin_object(&mut self) -> Result<(), Full> {
        if self.count_item() {
            self.open(true)?;
        }
        Ok(())
    }

    /// Ends the list or the object at hand.
    pub fn end(&mut self) -> Result<(), Full> {
        if self.open.last().is_some_and(|open| open.has_key) {
            self.item(Part::Null)?;
        }
        if self.open.pop().is_some() {
            self.push(Part::End)?;
        }
        Ok(())
    }

    fn open(&mut self, is_object: bool) -> Result<(), Full> {
        if self.open.len() >= HARD_DEPTH as usize {
            return Err(Full);
        }
        self.open.try_reserve(1)?;
        self.open.push(Open {
            part: self.parts.len(),
            is_object,
            has_key: false,
        });
        self.push(if is_object {
            Part::Object(0)
        } else {
            Part::List(0)
        })
    }

    fn item(&mut self, part: Part) -> Result<(), Full> {
        if self.count_item() {
            self.push(part)?;
        }
        Ok(())
    }

    /// Counts a value to the list or the object at hand, if it can stand there.
    fn count_item(&mut self) -> bool {
        let Some(open) = self.open.last_mut() else {
            return false;
        };
        if open.is_object && !open.has_key {
            return false;
        }
        open.has_key = false;
        if let Some(Part::List(count) | Part::Object(count)) = self.parts.get_mut(open.part) {
            *count += 1;
        }
        true
    }

    fn push(&mut self, part: Part) -> Result<(), Full> {
        self.parts.try_reserve(1)?;
        self.parts.push(part);
        Ok(())
    }
}
