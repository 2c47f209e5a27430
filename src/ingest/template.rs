//! Keys in the order in which the profiles before had them, so that those of the next one are known
//! by comparing bytes.

use super::fields::{self, Holds};
use super::written::{self, Words, Written, words};
use crate::json::Fast;
use crate::profile::{AttributeIx, Namespace, Profiles};
use alloc::vec::Vec;

/// Keys of one kind of object that are remembered. A profile with others is read the slow way.
const MOST: usize = 1024;

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
    written: Written,
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

impl Template {
    /// Passes the key at the cursor and the colon, and answers what is to be done with its value;
    /// `None` where the key was not known before, or comes again.
    // WHY inlined: so the cursor stays in registers; every value of every profile comes through here.
    #[inline(always)]
    pub(super) fn key(&mut self, fast: &mut Fast<'_>, seen: &mut Seen) -> Option<What> {
        let rest = fast.rest();
        let words = words(rest);
        let mut at = seen.next;
        let mut key = self.keys.get(at);
        if key.is_none_or(|key| !key.written.begins(rest, words)) {
            at = self.elsewhere(fast, words, at)?;
            key = self.keys.get(at);
        } else if let Some(key) = key {
            fast.advance(key.written.len());
        }
        let word = seen.bits.get_mut(at / 64)?;
        let bit = 1 << (at % 64);
        if *word & bit != 0 {
            return None;
        }
        *word |= bit;
        seen.next = at + 1;
        key.map(|key| key.what)
    }

    /// Passes a key that is not the next one, or not written as most are, and answers its place.
    #[inline(never)]
    fn elsewhere(&mut self, fast: &mut Fast<'_>, words: Words, next: usize) -> Option<usize> {
        let rest = fast.rest();
        if let Some(at) = self.find(next, |key| key.written.begins(rest, words)) {
            fast.advance(self.keys.get(at)?.written.len());
            return Some(at);
        }
        // With white space, perhaps.
        fast.peek()?;
        let rest = fast.rest();
        let Some(at) = self.find(next, |key| rest.starts_with(key.written.quoted())) else {
            self.meet(rest.strip_prefix(b"\"")?, next);
            return None;
        };
        fast.advance(self.keys.get(at)?.written.quoted().len());
        fast.pass(b':').then_some(at)
    }

    /// The place of the first key that fits, from the next one on.
    #[inline(always)]
    fn find(&self, next: usize, fits: impl Fn(&Key) -> bool) -> Option<usize> {
        let (before, after) = self.keys.split_at_checked(next)?;
        match after.iter().position(&fits) {
            Some(further) => Some(next + further),
            None => before.iter().position(&fits),
        }
    }

    /// Notes a key that is not known.
    #[cold]
    #[inline(never)]
    fn meet(&mut self, rest: &[u8], at: usize) -> Option<()> {
        let written = written::plain(rest)?;
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
        let name = self.unknown.strip_suffix(b"\"")?;
        if self.keys.len() >= MOST {
            return None;
        }
        let what = what(name, namespace, profiles)?;
        let written = Written::new(name)?;
        let key = Key { written, what };
        self.keys.try_reserve(1).ok()?;
        self.keys.insert(self.unknown_at.min(self.keys.len()), key);
        Some(())
    }
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
            _ => holds = fields::default_field(name).map(|(_, holds)| holds),
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
