//! Lists and objects as they lie in rows, gone through part by part.

use super::packed::{self, Head};
use super::read::entries;
use super::shared_texts::SharedTexts;
use super::{AttributeIx, Namespace, Profiles, Scalar};
use crate::identity::UserIx;
use alloc::vec::Vec;

/// A value.
///
/// `Debug` is not offered, since values are people's.
#[derive(Clone, Copy)]
pub enum Tree<'a> {
    /// Null, within a list or an object.
    Null,
    /// A single value.
    Scalar(Scalar<'a>),
    /// The user's id with this number: see [`super::Draft::id_item`].
    Id(u32),
    /// A list.
    List(Parts<'a>),
    /// An object.
    Object(Parts<'a>),
}

/// The elements of a list, or the members of an object.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    count: u32,
    bytes: &'a [u8],
    shared: &'a SharedTexts,
}

impl<'a> Parts<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The elements of a list.
    ///
    /// **Cost**: a pass over each.
    pub fn elements(self) -> Elements<'a> {
        Elements(self)
    }

    /// The members of an object, each with its key.
    ///
    /// **Cost**: a pass over each.
    pub fn members(self) -> impl Iterator<Item = (&'a [u8], Tree<'a>)> {
        let mut rest = self.bytes;
        (0..self.count).map(move |_| {
            let key = packed::key(&mut rest, self.shared);
            (key, next(&mut rest, self.shared))
        })
    }

    /// The member of this key.
    ///
    /// **Cost**: a pass over those before it.
    #[inline(never)]
    pub fn member(self, key: &[u8]) -> Option<Tree<'a>> {
        let mut members = self.members();
        members
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
}

/// The elements of a list.
#[derive(Clone)]
pub struct Elements<'a>(Parts<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Tree<'a>;

    fn next(&mut self) -> Option<Tree<'a>> {
        let left = &mut self.0;
        left.count = left.count.checked_sub(1)?;
        Some(next(&mut left.bytes, left.shared))
    }
}

/// The value that some bytes begin with.
pub(super) fn of<'a>(bytes: &'a [u8], shared: &'a SharedTexts) -> Tree<'a> {
    let mut rest = bytes;
    head(&mut rest, shared).0
}

/// Takes the beginning of a value off the front, and answers how many values follow that are its own.
fn head<'a>(rest: &mut &'a [u8], shared: &'a SharedTexts) -> (Tree<'a>, u64) {
    let (head, count) = packed::head(rest, shared);
    let parts = Parts {
        count,
        bytes: rest,
        shared,
    };
    match head {
        Head::Null => (Tree::Null, 0),
        Head::Scalar(scalar) => (Tree::Scalar(scalar), 0),
        Head::Id(number) => (Tree::Id(number), 0),
        Head::List => (Tree::List(parts), u64::from(count)),
        // A key is passed as a text.
        Head::Object => (Tree::Object(parts), 2 * u64::from(count)),
    }
}

/// Takes a value off the front.
// WHY: once in a module, and not wherever a list is gone through; what has to be quick reads no values.
#[inline(never)]
fn next<'a>(rest: &mut &'a [u8], shared: &'a SharedTexts) -> Tree<'a> {
    let (tree, parts) = head(rest, shared);
    packed::pass(rest, parts);
    tree
}

impl Profiles {
    /// The value of an attribute of a user, if it has one.
    ///
    /// **Cost**: one look into the column, and for lists and objects a pass over the user's row up to
    /// there.
    pub fn tree(&self, user: UserIx, attribute: AttributeIx) -> Option<Tree<'_>> {
        if let Some(scalar) = self.scalar(user, attribute) {
            return Some(Tree::Scalar(scalar));
        }
        let entry = entries(self.rows.get(user)).find(|entry| entry.attribute >= attribute);
        let entry = entry.filter(|entry| entry.attribute == attribute);
        let packed = entry.and_then(|entry| entry.packed)?;
        Some(of(packed, &self.shared))
    }

    /// The attribute of this name, if it is known; `None` also where memory has run out.
    ///
    /// **Cost**: one look-up.
    pub fn attribute_of(&self, namespace: Namespace, name: &[u8]) -> Option<AttributeIx> {
        let mut key = Vec::new();
        key.try_reserve_exact(name.len() + 1).ok()?;
        key.push(namespace as u8);
        key.extend_from_slice(name);
        self.names.look_up(&key, &self.seed)
    }
}
