//! How a user's ids lie in memory.
//!
//! A record is: the user (4 bytes), the head (1 byte: identified, more records, number of ids),
//! the place of the user's next record if there is one (4 bytes), and the ids. An id is its tag
//! (1 byte), its length (1 or 2 bytes), for an odd label that label, and its text.
//!
//! A device that several users share has a record of its own: [`SHARED`] instead of the user, how
//! many of its owners are anonymous, how many identified, the anonymous ones' numbers combined by
//! exclusive or (so that a single one left can be told), and the device's id.

use alloc::vec::Vec;

/// Stands instead of a user in the record of a shared device.
pub(super) const SHARED: u32 = u32::MAX;

/// Ids in one record. A user with more has several, so that no search walks through thousands.
pub(super) const MAX_IDS: usize = 32;

const IDENTIFIED: u8 = 0x80;
const MORE: u8 = 0x40;

/// What an id's text is to its user.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::identity) struct Tag(pub(super) u8);

impl Tag {
    pub(in crate::identity) const EXTERNAL: Tag = Tag(0);
    pub(in crate::identity) const DEPRECATED: Tag = Tag(1);
    pub(in crate::identity) const DEVICE: Tag = Tag(2);
    pub(in crate::identity) const BRAZE: Tag = Tag(3);
    /// An alias whose label stands in the record.
    pub(in crate::identity) const ALIAS: Tag = Tag(255);

    /// An alias whose label is the one of this number.
    pub(super) const fn alias(label: u8) -> Tag {
        Tag(4 + label)
    }

    /// The number of the alias's label.
    #[inline(always)]
    pub(super) fn label(self) -> Option<usize> {
        (self.0 as usize).checked_sub(4)
    }
}

/// Labels that get a number.
pub(super) const MAX_LABELS: usize = 64;

/// One id in a record.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) tag: Tag,
    /// Only where the tag is [`Tag::ALIAS`].
    pub(super) label: &'a [u8],
    pub(super) name: &'a [u8],
}

/// A user's record, or one of several.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) user: u32,
    pub(super) identified: bool,
    /// The place of the next; 0 for none.
    pub(super) next: u32,
    count: u8,
    ids: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record that begins here. Of bytes that are none any answer may come, but no panic.
    #[inline(always)]
    pub(super) fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let (user, rest) = bytes.split_first_chunk::<4>()?;
        let (&head, mut ids) = rest.split_first()?;
        let mut next = 0;
        if head & MORE != 0 {
            let (place, rest) = ids.split_first_chunk::<4>()?;
            next = u32::from_le_bytes(*place);
            ids = rest;
        }
        Some(Record {
            user: u32::from_le_bytes(*user),
            identified: head & IDENTIFIED != 0,
            next,
            count: head & !(IDENTIFIED | MORE),
            ids,
        })
    }

    /// The ids.
    #[inline(always)]
    pub(super) fn ids(&self) -> Entries<'a> {
        Entries {
            left: self.count,
            bytes: self.ids,
        }
    }
}

/// A walk through the ids of a record.
pub(super) struct Entries<'a> {
    left: u8,
    bytes: &'a [u8],
}

impl<'a> Entries<'a> {
    /// What follows the ids passed so far.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    #[inline(always)]
    fn next(&mut self) -> Option<Entry<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (&tag, rest) = self.bytes.split_first()?;
        let (mut label, mut rest) = (&[][..], rest);
        if Tag(tag) == Tag::ALIAS {
            (label, rest) = split_text(rest)?;
        }
        let (name, rest) = split_text(rest)?;
        self.bytes = rest;
        Some(Entry {
            tag: Tag(tag),
            label,
            name,
        })
    }
}

/// Are two texts the same?
///
/// WHY: the library's comparison is a call of a loop over bytes, and every match goes through here.
#[inline(always)]
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (Some(&last), Some(&other_last)) = (one.last_chunk::<16>(), other.last_chunk::<16>())
    else {
        return one == other;
    };
    let differ =
        |one: [u8; 16], other: [u8; 16]| u128::from_ne_bytes(one) ^ u128::from_ne_bytes(other);
    let blocks = one.as_chunks().0.iter().zip(other.as_chunks().0);
    let differences = blocks.fold(differ(last, other_last), |all, (&one, &other)| {
        all | differ(one, other)
    });
    differences == 0
}

#[inline(always)]
fn split_text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return rest.split_at_checked(first as usize);
    }
    let (&second, rest) = rest.split_first()?;
    rest.split_at_checked(usize::from(first & 0x7F) << 8 | usize::from(second))
}

/// Writes a text of fewer than 32 Ki bytes.
fn write_text(text: &[u8], out: &mut Vec<u8>) {
    if text.len() < 0x80 {
        out.push(text.len() as u8);
    } else {
        out.push(0x80 | (text.len() >> 8) as u8);
        out.push(text.len() as u8);
    }
    out.extend_from_slice(text);
}

/// Writes a record of at most [`MAX_IDS`] ids.
pub(super) fn write<'a>(
    user: u32,
    identified: bool,
    next: u32,
    ids: impl ExactSizeIterator<Item = Entry<'a>>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(&user.to_le_bytes());
    let identified = if identified { IDENTIFIED } else { 0 };
    let more = if next == 0 { 0 } else { MORE };
    out.push(ids.len() as u8 | identified | more);
    if next != 0 {
        out.extend_from_slice(&next.to_le_bytes());
    }
    for id in ids {
        out.push(id.tag.0);
        if id.tag == Tag::ALIAS {
            write_text(id.label, out);
        }
        write_text(id.name, out);
    }
}

/// Bytes of a shared device's record before its id.
const OWNERS_END: usize = 16;

/// The owners of a shared device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Owners {
    pub(super) anonymous: u32,
    pub(super) identified: u32,
    /// The anonymous owners, combined by exclusive or.
    pub(super) combined: u32,
}

impl Owners {
    pub(super) fn add(&mut self, user: u32, identified: bool) {
        if identified {
            self.identified = self.identified.saturating_add(1);
        } else {
            self.anonymous = self.anonymous.saturating_add(1);
            self.combined ^= user;
        }
    }

    pub(super) fn remove(&mut self, user: u32, identified: bool) {
        if identified {
            self.identified = self.identified.saturating_sub(1);
        } else {
            self.anonymous = self.anonymous.saturating_sub(1);
            self.combined ^= user;
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.anonymous == 0 && self.identified == 0
    }

    /// The owners and the device's id in the record of a shared device that begins here.
    #[inline(always)]
    pub(super) fn read(bytes: &[u8]) -> Option<(Owners, &[u8])> {
        let (head, rest) = bytes.split_first_chunk::<OWNERS_END>()?;
        let mut words = head
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&w| u32::from_le_bytes(w));
        let user = words.next();
        let owners = Owners {
            anonymous: words.next()?,
            identified: words.next()?,
            combined: words.next()?,
        };
        let (device, _) = split_text(rest)?;
        (user == Some(SHARED)).then_some((owners, device))
    }

    /// Writes over the owners in the record that begins here.
    pub(super) fn overwrite(self, record: &mut [u8]) {
        if let Some((head, _)) = record.split_first_chunk_mut::<OWNERS_END>() {
            *head = self.head();
        }
    }

    fn head(self) -> [u8; OWNERS_END] {
        let mut head = [0; OWNERS_END];
        let words = [SHARED, self.anonymous, self.identified, self.combined];
        for (bytes, word) in head.as_chunks_mut::<4>().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        head
    }

    /// Bytes of the record of a shared device whose id has this many.
    pub(super) const fn bytes(device: usize) -> usize {
        OWNERS_END + if device < 0x80 { 1 } else { 2 } + device
    }

    /// Writes the record of a shared device.
    pub(super) fn write(self, device: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.head());
        write_text(device, out);
    }
}
