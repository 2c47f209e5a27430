//! Keys in the order in which the profiles before had them, so that those of the next one are known
//! by comparing bytes.

use super::fields::{self, Holds};
use crate::json::Fast;
use crate::profile::{AttributeIx, Namespace, Profiles};
use alloc::vec::Vec;

/// Keys of one kind of object that are remembered. A profile with others is read the slow way.
const MOST: usize = 256;

/// What is to be done with a value.
#[derive(Clone, Copy)]
pub(super) enum What {
    ExternalId,
    BrazeId,
    Aliases,
    CustomAttributes,
    Devices(AttributeIx),
    PushTokens(AttributeIx),
    /// An attribute that holds this; `None` for any value.
    Attribute(AttributeIx, Option<Holds>),
}

struct Key {
    /// As it is written, with the quote behind it.
    written: Vec<u8>,
    /// Its first eight bytes, and which of them count.
    head: u64,
    mask: u64,
    what: What,
}

/// The keys of one kind of object.
#[derive(Default)]
pub(super) struct Template {
    keys: Vec<Key>,
}

/// The keys that one object had so far.
#[derive(Default)]
pub(super) struct Seen {
    bits: [u64; MOST / 64],
    /// Where the next key is looked for first.
    next: usize,
}

impl Key {
    #[inline(always)]
    fn begins(&self, rest: &[u8], head: u64) -> bool {
        head & self.mask == self.head
            && (self.written.len() <= 8 || rest.starts_with(&self.written))
    }
}

impl Template {
    /// Passes the key at the cursor and the colon, and answers what is to be done with its value;
    /// `None` where the key was not known before, or comes again.
    #[inline]
    pub(super) fn key(
        &mut self,
        fast: &mut Fast<'_>,
        seen: &mut Seen,
        namespace: Namespace,
        profiles: &mut Profiles,
    ) -> Option<What> {
        if !fast.pass(b'"') {
            return None;
        }
        let rest = fast.rest();
        let head = head(rest);
        let fits = |key: &Key| key.begins(rest, head);
        let (before, after) = self.keys.split_at_checked(seen.next)?;
        let at = match after.iter().position(fits) {
            Some(at) => seen.next + at,
            None => match before.iter().position(fits) {
                Some(at) => at,
                None => return self.learn(rest, seen.next, namespace, profiles),
            },
        };
        let key = self.keys.get(at)?;
        let word = seen.bits.get_mut(at / 64)?;
        let bit = 1 << (at % 64);
        if *word & bit != 0 {
            return None;
        }
        *word |= bit;
        seen.next = at + 1;
        fast.advance(key.written.len());
        fast.pass(b':').then_some(key.what)
    }

    /// Remembers a key whose name a profile before had. Its own profile is read the slow way: `None`,
    /// always.
    #[cold]
    #[inline(never)]
    fn learn(
        &mut self,
        rest: &[u8],
        at: usize,
        namespace: Namespace,
        profiles: &mut Profiles,
    ) -> Option<What> {
        let is_plain = |byte: &u8| (0x20..0x80).contains(byte) && !matches!(byte, b'"' | b'\\');
        let end = rest.iter().position(|byte| !is_plain(byte))?;
        let written = rest.get(..=end).filter(|key| key.ends_with(b"\""))?;
        if self.keys.len() >= MOST {
            return None;
        }
        let what = what(rest.get(..end)?, namespace, profiles)?;
        let mut key = Key {
            written: Vec::new(),
            head: head(written),
            mask: head(&[0xFF; 8][..written.len().min(8)]),
            what,
        };
        key.written.try_reserve_exact(written.len()).ok()?;
        key.written.extend_from_slice(written);
        self.keys.try_reserve(1).ok()?;
        self.keys.insert(at.min(self.keys.len()), key);
        None
    }
}

/// The first eight bytes, with zeros behind a shorter text.
#[inline(always)]
fn head(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    text.iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// What is to be done with the value of a field, if it can be done in passing.
fn what(name: &[u8], namespace: Namespace, profiles: &mut Profiles) -> Option<What> {
    let mut holds = None;
    if namespace == Namespace::Default {
        match name {
            b"external_id" => return Some(What::ExternalId),
            b"braze_id" => return Some(What::BrazeId),
            b"user_aliases" => return Some(What::Aliases),
            b"custom_attributes" => return Some(What::CustomAttributes),
            b"deprecated_external_ids" | b"users" => return None,
            _ => holds = fields::field(name).map(|(_, holds)| holds),
        }
    }
    // A name is numbered when a profile with it is taken.
    let attribute = profiles.find(namespace, name).ok()??;
    Some(match (holds, name) {
        (Some(Holds::Devices), b"push_tokens") => What::PushTokens(attribute),
        (Some(Holds::Devices), _) => What::Devices(attribute),
        _ => What::Attribute(attribute, holds),
    })
}
