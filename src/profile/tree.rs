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
    pub fn elements(self) -> impl Iterator<Item = Tree<'a>> {
        let mut rest = self.bytes;
        (0..self.count).map(move |_| tree_at(&mut rest, self.shared))
    }

    /// The members of an object, each with its key.
    ///
    /// **Cost**: a pass over each.
    pub fn members(self) -> impl Iterator<Item = (&'a [u8], Tree<'a>)> {
        let mut rest = self.bytes;
        (0..self.count).map(move |_| {
            let key = packed::key(&mut rest, self.shared);
            (key, tree_at(&mut rest, self.shared))
        })
    }

    /// The member of this key.
    ///
    /// **Cost**: a pass over those before it.
    pub fn member(self, key: &[u8]) -> Option<Tree<'a>> {
        let mut members = self.members();
        members
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
}

/// Takes a value off the front.
pub(super) fn tree_at<'a>(rest: &mut &'a [u8], shared: &'a SharedTexts) -> Tree<'a> {
    let (head, count) = packed::head(rest, shared);
    let parts = Parts {
        count,
        bytes: rest,
        shared,
    };
    match head {
        Head::Null => Tree::Null,
        Head::Scalar(scalar) => Tree::Scalar(scalar),
        Head::Id(number) => Tree::Id(number),
        Head::List => {
            for _ in 0..count {
                packed::pass(rest);
            }
            Tree::List(parts)
        }
        Head::Object => {
            for _ in 0..count {
                packed::key(rest, shared);
                packed::pass(rest);
            }
            Tree::Object(parts)
        }
    }
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
        let mut packed = entry.and_then(|entry| entry.packed)?;
        Some(tree_at(&mut packed, &self.shared))
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
