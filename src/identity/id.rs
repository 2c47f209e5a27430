//! What an id is: its kind and its bytes, and the hash under which it is found.

use crate::hash::Seed;
use crate::limits::MAX_ID_BYTES;
use alloc::borrow::Cow;

/// The three kinds of ids that a users request carries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum IdKind {
    /// `user_ids`: external ids.
    External,
    /// `device_ids`.
    Device,
    /// `aliases`: pairs of name and label, which match only as a pair.
    Alias,
}

impl IdKind {
    /// All kinds.
    pub const ALL: [IdKind; 3] = [IdKind::External, IdKind::Device, IdKind::Alias];

    /// The field of a change that holds ids of this kind.
    pub const fn field(self) -> &'static str {
        match self {
            IdKind::External => "user_ids",
            IdKind::Device => "device_ids",
            IdKind::Alias => "aliases",
        }
    }
}

/// An id as its bytes: the text itself, or an alias's name and label.
#[derive(Clone, PartialEq, Eq)]
pub struct Id<'a> {
    /// What it identifies by.
    pub kind: IdKind,
    /// The external id, the device id, or the alias's name.
    pub name: Cow<'a, [u8]>,
    /// The alias's label; empty for the other kinds.
    pub label: Cow<'a, [u8]>,
}

/// The bytes of an id among others of its kind: the text itself, or an alias's name, and an alias's
/// label.
pub type Bare<'a> = [&'a [u8]; 2];

/// Can anybody have this id? Its text, and of an alias both texts, are 1 to [`MAX_ID_BYTES`] bytes
/// long.
#[inline(always)]
pub fn is_valid_id(kind: IdKind, [name, label]: &Bare<'_>) -> bool {
    let good = 1..=MAX_ID_BYTES;
    good.contains(&name.len()) && (kind != IdKind::Alias || good.contains(&label.len()))
}

/// The hashes of ids of one kind, in order, for looking them up.
///
/// **Cost**: one pass over the ids' bytes.
pub fn hash_ids(seed: &Seed, kind: IdKind, ids: &[Bare<'_>], out: &mut [u64]) {
    let pairs = out.iter_mut().zip(ids);
    if kind == IdKind::Alias {
        pairs.for_each(|(hash, [name, label])| *hash = alias_hash(seed, name, label));
    } else {
        pairs.for_each(|(hash, [id, _])| *hash = id_hash(seed, kind, id));
    }
}

/// The hash of an external id or a device id.
#[inline(always)]
pub fn id_hash(seed: &Seed, kind: IdKind, id: &[u8]) -> u64 {
    seed.hash_as(kind as u64 + 1, id)
}

/// The hash of an alias, as a pair: moving a character from the name to the label gives another.
#[inline(always)]
pub fn alias_hash(seed: &Seed, name: &[u8], label: &[u8]) -> u64 {
    seed.hash_as(id_hash(seed, IdKind::Alias, name), label)
}
