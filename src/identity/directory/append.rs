//! New users, many at a time.

use super::record::{self, Entry, MAX_IDS, Tag};
use super::slots::{ODD, tag};
use super::{Directory, Full, Space, UserIx};
use crate::identity::profile_ids::Part;
use crate::identity::{ProfileIdKind, ProfileIds};
use alloc::vec::Vec;

/// The ids of several profiles.
#[derive(Default)]
pub(crate) struct Newcomers {
    ids: ProfileIds,
    /// Where those of each end.
    ends: Vec<usize>,
    hashes: Vec<u64>,
}

impl Newcomers {
    /// Forgets all, and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.ids.clear();
        self.ends.clear();
        self.hashes.clear();
    }

    /// Adds the ids of a profile. `None` where they are to be taken by [`Directory::put`]: none, very
    /// many, or more than can be had.
    pub(crate) fn push(&mut self, ids: &ProfileIds, directory: &Directory) -> Option<()> {
        let plain =
            (1..=MAX_IDS).contains(&ids.parts.len()) && !ids.says_deprecated && !ids.is_full;
        if !plain {
            return None;
        }
        let before = self.ids.length();
        let begin = self.hashes.len();
        self.hashes.try_reserve(ids.parts.len()).ok()?;
        // External ids come first.
        let is_external = |part: &&Part| part.kind == ProfileIdKind::External;
        let external = ids.parts.iter().filter(is_external);
        let others = ids.parts.iter().filter(|part| !is_external(part));
        for &part in external.chain(others) {
            let (label, name) = (ids.label(part), ids.name(part));
            let hash = directory.hash(part.kind, label, name);
            let mut earlier = self.hashes.iter().skip(begin);
            let done = match earlier.position(|&other| other == hash) {
                // An id that is there twice counts once.
                Some(at) => self.ids.parts.get(begin + at).is_some_and(|&other| {
                    Space::of(other.kind) == Space::of(part.kind)
                        && self.ids.name(other) == name
                        && self.ids.label(other) == label
                }),
                None => {
                    self.hashes.push(hash);
                    self.ids.append(part.kind, label, name).is_ok()
                }
            };
            if !done {
                self.ids.truncate(before);
                self.hashes.truncate(begin);
                return None;
            }
        }
        self.ends.try_reserve(1).ok()?;
        self.ends.push(self.hashes.len());
        Some(())
    }

    fn row(&self, row: usize) -> core::ops::Range<usize> {
        let begin = row.checked_sub(1).and_then(|before| self.ends.get(before));
        begin.copied().unwrap_or(0)..self.ends.get(row).copied().unwrap_or(0)
    }
}

impl Directory {
    /// Makes room in the index for the ids of so many profiles, and brings near where they would stand.
    pub(crate) fn reserve_new(&mut self, new: &Newcomers) -> Result<(), Full> {
        self.tidy();
        self.slots.reserve(new.hashes.len(), &mut self.budget)?;
        self.slots.touch_all(new.hashes.iter().copied());
        Ok(())
    }

    /// Takes the profile with this index for a new user, if nobody has any of its ids. `None`, with
    /// nothing changed, where [`Directory::put`] is to find out whose it is, or memory has run out.
    ///
    /// **Cost**: one look-up an id; see [`Directory::put`].
    pub(crate) fn append_new(&mut self, new: &Newcomers, row: usize) -> Option<UserIx> {
        let range = new.row(row);
        let parts = new.ids.parts.get(range.clone())?;
        let hashes = new.hashes.get(range)?;
        for (&part, &hash) in parts.iter().zip(hashes) {
            let place = match self.slots.candidate(tag(hash)) {
                ODD => self.slots.candidate_further_on(tag(hash)),
                place => place,
            };
            let space = Space::of(part.kind);
            if place != 0
                && self
                    .find(space, hash, new.ids.label(part), new.ids.name(part))
                    .is_some()
            {
                return None;
            }
        }
        let user = u32::try_from(self.users.len()).ok()?;
        let user = Some(user).filter(|&user| user < u32::MAX - 16)?;
        self.users.reserve(&mut self.budget).ok()?;
        let mut tags = [Tag::EXTERNAL; MAX_IDS];
        for (&part, tag) in parts.iter().zip(&mut tags) {
            *tag = self.tag_of(part.kind, new.ids.label(part)).ok()?;
        }
        let identified = parts.first()?.kind == ProfileIdKind::External;
        self.scratch.clear();
        let entries = parts.iter().zip(tags).map(|(&part, tag)| Entry {
            tag,
            label: new.ids.label(part),
            name: new.ids.name(part),
        });
        record::write(user, identified, 0, entries, &mut self.scratch);
        let place = self.arena.push(&self.scratch, &mut self.budget).ok()?;
        // From here on nothing fails.
        self.users.push(place);
        for &hash in hashes {
            self.slots.insert(tag(hash), place);
        }
        Some(user)
    }
}
