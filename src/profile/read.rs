//! Reading values back.

use super::packed;
use super::varint;
use super::{AttributeIx, Item, Profiles, Scalar};
use crate::identity::UserIx;

/// Attributes of which no row says that its user has a value in their column: each user is asked
/// for all of them. They are the first that became known.
pub(super) const COMMON: usize = 64;

/// An entry of a row.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) attribute: AttributeIx,
    /// The packed value; `None` if it stands in the attribute's column.
    pub(super) packed: Option<&'a [u8]>,
    /// All of the entry.
    pub(super) bytes: &'a [u8],
}

/// The entries of a row, rising by attribute.
pub(super) fn entries(row: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut rest = row;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = rest;
        let head = varint::take(&mut rest);
        let value = rest;
        if is_packed(head) {
            packed::pass(&mut rest);
        }
        let passed = |from: &[u8]| from.len() - rest.len();
        Some(Entry {
            attribute: AttributeIx((head >> 1) as u32),
            packed: value.get(..passed(value)).filter(|_| is_packed(head)),
            bytes: from.get(..passed(from)).unwrap_or(&[]),
        })
    })
}

impl Profiles {
    /// Calls with each attribute that a user has and with each part of its value: first single
    /// values, then what stands in rows.
    ///
    /// **Cost**: one pass over the user's values, and a look into each of the first 64 columns.
    pub fn each(&self, user: UserIx, each: &mut dyn FnMut(AttributeIx, Item<'_>)) {
        for (column, attribute) in self.columns.iter().take(COMMON).zip(0..) {
            if let Some(scalar) = column.get(user) {
                each(AttributeIx(attribute), Item::Scalar(scalar));
            }
        }
        for entry in entries(self.rows.get(user)) {
            match entry.packed {
                Some(mut packed) => packed::walk(&mut packed, &self.shared, &mut |item| {
                    each(entry.attribute, item);
                }),
                None => {
                    if let Some(scalar) = self.scalar(user, entry.attribute) {
                        each(entry.attribute, Item::Scalar(scalar));
                    }
                }
            }
        }
    }

    /// Calls with each part of the lists and objects of a user.
    ///
    /// **Cost**: one pass over the user's row.
    pub(crate) fn each_in_row(&self, user: UserIx, each: &mut dyn FnMut(AttributeIx, Item<'_>)) {
        let mut rest = self.rows.get(user);
        while !rest.is_empty() {
            let head = varint::take(&mut rest);
            if is_packed(head) {
                let attribute = AttributeIx((head >> 1) as u32);
                packed::walk(&mut rest, &self.shared, &mut |item| each(attribute, item));
            }
        }
    }

    /// The single value of an attribute of a user: `None` if it is absent, a list or an object.
    ///
    /// **Cost**: one look into the column.
    pub fn scalar(&self, user: UserIx, attribute: AttributeIx) -> Option<Scalar<'_>> {
        self.columns.get(attribute.0 as usize)?.get(user)
    }

    /// Calls with each part of an attribute's value; false if the user has none.
    ///
    /// **Cost**: one look into the column, and for lists and objects a pass over the user's row up to
    /// there.
    pub fn value(
        &self,
        user: UserIx,
        attribute: AttributeIx,
        each: &mut dyn FnMut(Item<'_>),
    ) -> bool {
        if let Some(scalar) = self.scalar(user, attribute) {
            each(Item::Scalar(scalar));
            return true;
        }
        let entry = entries(self.rows.get(user)).find(|entry| entry.attribute >= attribute);
        let packed = entry
            .filter(|entry| entry.attribute == attribute)
            .and_then(|entry| entry.packed);
        if let Some(mut packed) = packed {
            packed::walk(&mut packed, &self.shared, each);
        }
        packed.is_some()
    }

    /// How many users have a single value of this attribute.
    pub fn scalar_count(&self, attribute: AttributeIx) -> usize {
        let column = self.columns.get(attribute.0 as usize);
        column.map_or(0, |column| column.count())
    }
}

/// The first number of an entry: the attribute, and in the lowest bit whether a packed value
/// follows.
pub(super) fn head(attribute: AttributeIx, is_packed: bool) -> u64 {
    u64::from(attribute.0) << 1 | u64::from(is_packed)
}

fn is_packed(head: u64) -> bool {
    head & 1 != 0
}
