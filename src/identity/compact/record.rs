//! How a record of a compact directory in the making is written.
//!
//! A user's record is the head (1 byte: identified, and how many ids; for 63 or more that byte
//! twice, and between them the number in two bytes) and the ids. An id is a byte of what it is to
//! the user and of its index among the user's ids, and its hash. The user's number is the place of
//! the first id.
//!
//! A device that several anonymous users share has a record of its own: a head of its own, such a
//! byte and the hash, how many users have it, and their numbers combined by exclusive or.

use crate::identity::ProfileIdKind;
use crate::identity::directory::{Arena, Space, Tag};
use alloc::vec::Vec;

/// Bytes of an id.
pub(super) const ID: usize = 9;
/// Stands instead of a user.
pub(super) const SHARED: u32 = u32::MAX;
/// The kind of a shared device's record.
pub(super) const SHARED_KIND: u8 = 5;
/// An index from which on an id says only that 31 others stand before it.
pub(super) const FAR: u8 = 31;
/// A number of ids that stands elsewhere.
pub(super) const MANY: u8 = 63;
pub(super) const IDENTIFIED: u8 = 0x80;
/// The head of a shared device's record.
pub(super) const SHARED_HEAD: u8 = 0x40;
/// Bytes of it, with its head.
pub(super) const SHARED_BYTES: usize = 1 + ID + 8;
pub(super) const KINDS: [ProfileIdKind; 5] = [
    ProfileIdKind::External,
    ProfileIdKind::Deprecated,
    ProfileIdKind::Alias,
    ProfileIdKind::Device,
    ProfileIdKind::Braze,
];

/// An id as it is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) kind: u8,
    pub(super) index: u8,
    pub(super) hash: u64,
}

impl Kept {
    pub(super) fn read(bytes: &[u8]) -> Option<Kept> {
        let (&first, rest) = bytes.split_first()?;
        Some(Kept {
            kind: first >> 5,
            index: first & 31,
            hash: u64::from_le_bytes(*rest.first_chunk()?),
        })
    }

    pub(super) fn write(kind: u8, index: usize, hash: u64, out: &mut Vec<u8>) {
        out.push(kind << 5 | index.min(usize::from(FAR)) as u8);
        out.extend_from_slice(&hash.to_le_bytes());
    }

    pub(super) fn is_in(self, space: Space) -> bool {
        match KINDS.get(usize::from(self.kind)) {
            Some(&kind) => Space::of(kind) == space,
            None => Space::of(ProfileIdKind::Device) == space,
        }
    }

    pub(super) fn tag(self) -> Tag {
        match self.kind {
            0 => Tag::EXTERNAL,
            1 => Tag::DEPRECATED,
            2 => Tag::ALIAS,
            4 => Tag::BRAZE,
            _ => Tag::DEVICE,
        }
    }
}

/// Who shares a device.
#[derive(Clone, Copy, Default)]
pub(super) struct Owners {
    pub(super) count: u32,
    pub(super) combined: u32,
}

impl Owners {
    pub(super) fn read(bytes: &[u8]) -> Owners {
        let numbers = bytes.get(ID..).unwrap_or(&[]).as_chunks::<4>().0;
        let number = |at: usize| numbers.get(at).map_or(0, |&n| u32::from_le_bytes(n));
        Owners {
            count: number(0),
            combined: number(1),
        }
    }

    pub(super) fn bytes(self) -> [u8; 8] {
        (u64::from(self.combined) << 32 | u64::from(self.count)).to_le_bytes()
    }
}

/// The hash of the id at `place`, if a request that has it would match somebody.
pub(super) fn matching(arena: &Arena, place: u32) -> Option<u64> {
    let bytes = arena.at(place);
    let kept = Kept::read(bytes)?;
    let matches = match kept.kind {
        SHARED_KIND => Owners::read(bytes).count == 1,
        kind => KINDS.get(usize::from(kind)) != Some(&ProfileIdKind::Braze),
    };
    matches.then_some(kept.hash)
}

/// Bytes of a head before so many ids.
pub(super) fn head_bytes(count: usize) -> usize {
    if count < usize::from(MANY) { 1 } else { 4 }
}
