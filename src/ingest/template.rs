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
    /// What nobody has: the value is null.
    Nothing,
}

struct Key {
    /// Its first sixteen bytes as two words, with the quote behind it, and which bits of them count.
    words: [u64; 2],
    masks: [u64; 2],
    /// All of it where it is longer.
    written: Vec<u8>,
    len: usize,
    what: What,
}

/// The keys of one kind of object.
#[derive(Default)]
pub(super) struct Template {
    keys: Vec<Key>,
    /// A key that was not known, with the quote behind it, and where it would stand.
    unknown: Vec<u8>,
    unknown_at: usize,
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
    fn begins(&self, rest: &[u8], words: [u64; 2]) -> bool {
        let [first, second] = words;
        let differs =
            (first & self.masks[0] ^ self.words[0]) | (second & self.masks[1] ^ self.words[1]);
        differs == 0 && (self.len <= 16 || rest.starts_with(&self.written))
    }
}

impl Template {
    /// Passes the key at the cursor and the colon, and answers what is to be done with its value;
    /// `None` where the key was not known before, or comes again.
    // WHY inlined: so the cursor stays in registers; every value of every profile comes through here.
    #[inline(always)]
    pub(super) fn key(&mut self, fast: &mut Fast<'_>, seen: &mut Seen) -> Option<What> {
        if !fast.pass(b'"') {
            return None;
        }
        let rest = fast.rest();
        let words = words(rest);
        let mut at = seen.next;
        let key = match self.keys.get(at) {
            Some(key) if key.begins(rest, words) => key,
            _ => {
                at = self.elsewhere(rest, words, at)?;
                self.keys.get(at)?
            }
        };
        let word = seen.bits.get_mut(at / 64)?;
        let bit = 1 << (at % 64);
        if *word & bit != 0 {
            return None;
        }
        *word |= bit;
        seen.next = at + 1;
        fast.advance(key.len);
        fast.pass(b':').then_some(key.what)
    }

    /// The place of a key that is not the next one.
    #[inline(never)]
    fn elsewhere(&mut self, rest: &[u8], words: [u64; 2], next: usize) -> Option<usize> {
        let (before, after) = self.keys.split_at_checked(next)?;
        let fits = |key: &Key| key.begins(rest, words);
        if let Some(further) = after.iter().position(fits) {
            return Some(next + further);
        }
        let found = before.iter().position(fits);
        if found.is_none() {
            self.meet(rest, next);
        }
        found
    }

    /// Notes a key that is not known.
    #[cold]
    #[inline(never)]
    fn meet(&mut self, rest: &[u8], at: usize) -> Option<()> {
        let is_plain = |byte: &u8| (0x20..0x80).contains(byte) && !matches!(byte, b'"' | b'\\');
        let end = rest.iter().position(|byte| !is_plain(byte))?;
        let written = rest.get(..=end).filter(|key| key.ends_with(b"\""))?;
        self.unknown.clear();
        self.unknown.try_reserve(written.len()).ok()?;
        self.unknown.extend_from_slice(written);
        self.unknown_at = at;
        Some(())
    }

    /// Forgets the key that came last, since somebody has a value there now: `None`, always.
    #[cold]
    #[inline(never)]
    pub(super) fn forget<T>(&mut self, seen: &Seen) -> Option<T> {
        let at = seen.next.checked_sub(1)?;
        if at < self.keys.len() {
            self.keys.remove(at);
        }
        None
    }

    /// Remembers the key that was not known, as profiles have the name by now.
    #[inline]
    pub(super) fn learn(&mut self, namespace: Namespace, profiles: &mut Profiles) {
        if !self.unknown.is_empty() {
            self.learn_unknown(namespace, profiles);
            self.unknown.clear();
        }
    }

    #[cold]
    #[inline(never)]
    fn learn_unknown(&mut self, namespace: Namespace, profiles: &mut Profiles) -> Option<()> {
        let written = &*self.unknown;
        if self.keys.len() >= MOST {
            return None;
        }
        let what = what(written.strip_suffix(b"\"")?, namespace, profiles)?;
        let mut key = Key {
            words: words(written),
            masks: words([0xFF; 16].get(..written.len()).unwrap_or(&[0xFF; 16])),
            written: Vec::new(),
            len: written.len(),
            what,
        };
        if key.len > 16 {
            key.written.try_reserve_exact(key.len).ok()?;
            key.written.extend_from_slice(written);
        }
        self.keys.try_reserve(1).ok()?;
        self.keys.insert(self.unknown_at.min(self.keys.len()), key);
        Some(())
    }
}

/// The first sixteen bytes, with zeros behind a shorter text.
#[inline(always)]
fn words(text: &[u8]) -> [u64; 2] {
    match text.first_chunk::<16>() {
        Some(bytes) => halves(bytes),
        None => short_words(text),
    }
}

fn short_words(text: &[u8]) -> [u64; 2] {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(text) {
        *to = *from;
    }
    halves(&bytes)
}

#[inline(always)]
fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(*bytes);
    [both as u64, (both >> 64) as u64]
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
    let Some(attribute) = profiles.find(namespace, name).ok()? else {
        return Some(What::Nothing);
    };
    Some(match (holds, name) {
        (Some(Holds::Devices), b"push_tokens") => What::PushTokens(attribute),
        (Some(Holds::Devices), _) => What::Devices(attribute),
        _ => What::Attribute(attribute, holds),
    })
}
