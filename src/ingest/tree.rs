//! A JSON value in memory, for what has to be seen whole before it changes a profile.

use super::value::read_number;
use crate::identity::directory::Full;
use crate::json::{Key, Kind, Reader, Stop};
use crate::path::Path;
use crate::problem::Problems;
use crate::profile::{AttributeIx, Draft, Item, Scalar, order};
use alloc::collections::TryReserveError;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A value. `Debug` is not offered, since values are people's.
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(f64),
    Text(Vec<u8>),
    List(Vec<Tree>),
    Object(Fields),
}

/// The members of an object, in the order in which they came.
pub(super) type Fields = Vec<(Vec<u8>, Tree)>;

/// Why there is no value.
pub(super) enum NoTree {
    /// A fault of grammar, which is noted.
    Stop,
    Full,
}

impl From<Stop> for NoTree {
    fn from(_: Stop) -> NoTree {
        NoTree::Stop
    }
}

impl From<Full> for NoTree {
    fn from(_: Full) -> NoTree {
        NoTree::Full
    }
}

impl From<TryReserveError> for NoTree {
    fn from(_: TryReserveError) -> NoTree {
        NoTree::Full
    }
}

/// A text of one's own.
pub(super) fn owned(text: &[u8]) -> Result<Vec<u8>, Full> {
    let mut own = Vec::new();
    own.try_reserve_exact(text.len())?;
    own.extend_from_slice(text);
    Ok(own)
}

/// In some order, for finding what is equal: the members of an object have none.
impl Ord for Tree {
    fn cmp(&self, other: &Tree) -> Ordering {
        match (self, other) {
            (Tree::Bool(one), Tree::Bool(other)) => one.cmp(other),
            // No number is NaN.
            (Tree::Number(one), Tree::Number(other)) => {
                one.partial_cmp(other).unwrap_or(Ordering::Equal)
            }
            (Tree::Text(one), Tree::Text(other)) => one.cmp(other),
            (Tree::List(one), Tree::List(other)) => one.cmp(other),
            (Tree::Object(one), Tree::Object(other)) => sorted(one).cmp(&sorted(other)),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Tree {
    fn partial_cmp(&self, other: &Tree) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Tree {}

/// Members by their keys; where there is no memory for that, none, and so as if there were none.
fn sorted(fields: &[(Vec<u8>, Tree)]) -> Vec<&(Vec<u8>, Tree)> {
    let mut members: Vec<&(Vec<u8>, Tree)> = Vec::new();
    if members.try_reserve_exact(fields.len()).is_ok() {
        members.extend(fields);
    }
    order::sorted(members)
}

/// Adds to a list.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) -> Result<(), Full> {
    list.try_reserve(1)?;
    list.push(item);
    Ok(())
}

impl Tree {
    fn rank(&self) -> u8 {
        match self {
            Tree::Null => 0,
            Tree::Bool(_) => 1,
            Tree::Number(_) => 2,
            Tree::Text(_) => 3,
            Tree::List(_) => 4,
            Tree::Object(_) => 5,
        }
    }

    /// Reads the value at the cursor; `None`, with a warning, for a number beyond what doubles hold,
    /// which is null within another value.
    pub(super) fn read(
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<Option<Tree>, NoTree> {
        let kind = reader.kind(path, problems)?;
        Ok(Some(match kind {
            Kind::Null | Kind::True | Kind::False => {
                reader.skip(path, problems)?;
                match kind {
                    Kind::Null => Tree::Null,
                    kind => Tree::Bool(kind == Kind::True),
                }
            }
            Kind::Number => return Ok(read_number(reader, path, problems)?.map(Tree::Number)),
            Kind::String => {
                let text = reader.string(path, problems)?;
                text.check(reader.bytes(), path, problems);
                Tree::Text(owned(&text.decode(reader.bytes()))?)
            }
            Kind::Array => {
                let mut list = Vec::new();
                let mut items = reader.array(path, problems)?;
                while let Some(index) = reader.next_item(&mut items, path, problems)? {
                    let item = Tree::read(reader, &Path::Index(path, index), problems)?;
                    push(&mut list, item.unwrap_or(Tree::Null))?;
                }
                Tree::List(list)
            }
            Kind::Object => {
                let mut fields = Vec::new();
                let mut members = reader.object(path, problems)?;
                while let Some(key) = reader.next_key(&mut members, &[], path, problems)? {
                    let Key::Unknown(place, key) = key else {
                        continue;
                    };
                    let key = owned(&key.decode(reader.bytes()))?;
                    let value = Tree::read(reader, &Path::Unknown(path, place), problems)?;
                    push(&mut fields, (key, value.unwrap_or(Tree::Null)))?;
                }
                Tree::Object(fields)
            }
        }))
    }

    /// A copy.
    pub(super) fn copy(&self) -> Result<Tree, Full> {
        Ok(match self {
            Tree::Null => Tree::Null,
            Tree::Bool(value) => Tree::Bool(*value),
            Tree::Number(number) => Tree::Number(*number),
            Tree::Text(text) => Tree::Text(owned(text)?),
            Tree::List(items) => {
                let mut list = Vec::new();
                for item in items {
                    push(&mut list, item.copy()?)?;
                }
                Tree::List(list)
            }
            Tree::Object(fields) => Tree::Object(copy_fields(fields)?),
        })
    }

    /// The member of an object that has this key.
    pub(super) fn get(&self, key: &[u8]) -> Option<&Tree> {
        let Tree::Object(fields) = self else {
            return None;
        };
        let field = fields.iter().find(|(name, _)| name == key);
        field.map(|(_, value)| value)
    }

    /// The text that it is, if it is one that says something.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Tree::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Tree::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Makes it the value of an attribute; null is absent.
    pub(super) fn write(&self, attribute: AttributeIx, draft: &mut Draft) -> Result<(), Full> {
        match self {
            Tree::Null => draft.absent(attribute),
            Tree::Bool(value) => draft.bool(attribute, *value),
            Tree::Number(number) => draft.number(attribute, *number),
            Tree::Text(text) => draft.text(attribute, text),
            Tree::List(items) => {
                draft.list(attribute)?;
                write_items(items, draft)
            }
            Tree::Object(fields) => {
                draft.object(attribute)?;
                write_fields(fields, draft)
            }
        }
    }

    fn write_item(&self, draft: &mut Draft) -> Result<(), Full> {
        match self {
            Tree::Null => draft.null_item(),
            Tree::Bool(value) => draft.bool_item(*value),
            Tree::Number(number) => draft.number_item(*number),
            Tree::Text(text) => draft.text_item(text),
            Tree::List(items) => {
                draft.begin_list()?;
                write_items(items, draft)
            }
            Tree::Object(fields) => {
                draft.begin_object()?;
                write_fields(fields, draft)
            }
        }
    }
}

fn write_items(items: &[Tree], draft: &mut Draft) -> Result<(), Full> {
    items.iter().try_for_each(|item| item.write_item(draft))?;
    draft.end()
}

fn write_fields(fields: &[(Vec<u8>, Tree)], draft: &mut Draft) -> Result<(), Full> {
    for (key, value) in fields {
        draft.key(key)?;
        value.write_item(draft)?;
    }
    draft.end()
}

/// A copy of members.
pub(super) fn copy_fields(fields: &[(Vec<u8>, Tree)]) -> Result<Fields, Full> {
    let mut copy = Vec::new();
    for (key, value) in fields {
        push(&mut copy, (owned(key)?, value.copy()?))?;
    }
    Ok(copy)
}

/// What `key` finds in each of these, in order.
pub(super) fn sorted_by<'a, T>(
    values: &'a [T],
    key: impl Fn(&'a T) -> Option<&'a Tree>,
) -> Result<Vec<&'a Tree>, Full> {
    let mut sorted = Vec::new();
    sorted.try_reserve_exact(values.len())?;
    sorted.extend(values.iter().filter_map(key));
    Ok(order::sorted(sorted))
}

/// Puts objects behind those of a list, in place of those that have the same value of `key`.
pub(super) fn put_by_key(list: &mut Vec<Tree>, new: Vec<Tree>, key: &[u8]) -> Result<(), Full> {
    let among = sorted_by(&new, |value| value.get(key))?;
    list.retain(|old| {
        old.get(key)
            .is_none_or(|old| among.binary_search(&old).is_err())
    });
    drop(among);
    new.into_iter().try_for_each(|value| push(list, value))
}

/// Makes a tree of the parts of a stored value.
#[derive(Default)]
pub(super) struct Grow {
    /// The lists and objects at hand, each with the key of the member that is to come.
    open: Vec<(Tree, Option<Vec<u8>>)>,
    done: Option<Tree>,
    is_full: bool,
}

impl Grow {
    /// Takes the next part; `id` is the text that stands elsewhere.
    pub(super) fn take(&mut self, item: Item<'_>, id: impl Fn(u32) -> Result<Vec<u8>, Full>) {
        self.is_full = self.is_full || self.try_take(item, id).is_err();
    }

    fn try_take(
        &mut self,
        item: Item<'_>,
        id: impl Fn(u32) -> Result<Vec<u8>, Full>,
    ) -> Result<(), Full> {
        let value = match item {
            Item::Null => Tree::Null,
            Item::Scalar(Scalar::Bool(value)) => Tree::Bool(value),
            Item::Scalar(Scalar::Number(number)) => Tree::Number(number),
            Item::Scalar(Scalar::Text(text)) => Tree::Text(owned(text)?),
            Item::Scalar(Scalar::Time(time)) => Tree::Text(owned(&time.text())?),
            Item::Id(number) => Tree::Text(id(number)?),
            Item::BeginList(_) => return push(&mut self.open, (Tree::List(Vec::new()), None)),
            Item::BeginObject(_) => return push(&mut self.open, (Tree::Object(Vec::new()), None)),
            Item::Key(key) => {
                let key = owned(key)?;
                if let Some((_, next)) = self.open.last_mut() {
                    *next = Some(key);
                }
                return Ok(());
            }
            Item::End => match self.open.pop() {
                Some((value, _)) => value,
                None => return Ok(()),
            },
        };
        match self.open.last_mut() {
            Some((Tree::List(items), _)) => push(items, value),
            Some((Tree::Object(fields), key)) => match key.take() {
                Some(key) => push(fields, (key, value)),
                None => Ok(()),
            },
            _ => {
                self.done = Some(value);
                Ok(())
            }
        }
    }

    /// The whole value; `None` if there was none.
    pub(super) fn finish(self) -> Result<Option<Tree>, Full> {
        if self.is_full {
            Err(Full)
        } else {
            Ok(self.done)
        }
    }
}
