//! Known users, with the text of every id by which a request can match them.
//!
//! **Cost**: with three ids of 36 bytes each, 153 to 157 bytes a user in all, also while they come
//! in; a look-up is one read of the index and one of the record, 128 look-ups side by side.

#[cfg(feature = "std")]
mod append;
mod arena;
mod budget;
mod bytes;
mod list;
mod look_up;
mod put;
mod rebuild;
mod record;
mod slots;
mod who;

#[cfg(feature = "std")]
pub(crate) use append::Newcomers;
pub use budget::Full;
pub use look_up::BATCH;
pub use who::{Put, Refusal, TakeProfile};

pub(super) use arena::Arena;
pub(crate) use budget::Budget;
pub(super) use bytes::Restored;
pub(super) use record::Tag;
pub(super) use slots::{Slots, tag};
pub(super) use who::{Coming, Users, coming, put};

use super::{IdKind, ProfileIdKind, alias_hash, id_hash};
use crate::hash::Seed;
use alloc::vec::Vec;
use list::List;
use record::{Entry, MAX_LABELS, Owners, Record, SHARED};

/// A user's dense number, from 0 in the order in which the users became known.
pub type UserIx = u32;

/// What a look-up answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// No user has this id.
    Unknown,
    /// This user has it.
    User(UserIx),
    /// A device of identified users only, who are never matched by one.
    DeviceOfIdentified,
    /// A device of two or more anonymous users.
    DeviceAmbiguous,
    /// A fingerprint is known; see [`super::Compact`].
    Probable,
}

/// Users and their ids.
///
/// `Debug` says nothing, since ids are people.
pub struct Directory {
    seed: Seed,
    slots: Slots,
    arena: Arena,
    /// The place of each user's first record.
    users: List,
    labels: Vec<Vec<u8>>,
    budget: Budget,
    scratch: Vec<u8>,
    /// Bytes of records that no user has any more.
    dead: usize,
    /// Users who were removed, and whose numbers stay unused.
    removed: usize,
}

impl core::fmt::Debug for Directory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Directory(..)")
    }
}

/// An id of a user, for telling who that is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserId<'a> {
    /// What it is to the user.
    pub kind: ProfileIdKind,
    /// The id, or an alias's name.
    pub name: &'a [u8],
    /// An alias's label, else empty.
    pub label: &'a [u8],
}

/// Which ids share one space of names: an external id finds a deprecated one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Id(IdKind),
    Braze,
}

impl Space {
    pub(super) fn of(kind: ProfileIdKind) -> Space {
        match kind {
            ProfileIdKind::External | ProfileIdKind::Deprecated => Space::Id(IdKind::External),
            ProfileIdKind::Device => Space::Id(IdKind::Device),
            ProfileIdKind::Alias => Space::Id(IdKind::Alias),
            ProfileIdKind::Braze => Space::Braze,
        }
    }

    #[inline(always)]
    pub(super) fn holds(self, tag: Tag) -> bool {
        match self {
            Space::Id(IdKind::External) => tag.0 <= Tag::DEPRECATED.0,
            Space::Id(IdKind::Device) => tag == Tag::DEVICE,
            Space::Id(IdKind::Alias) => tag.0 >= Tag::alias(0).0,
            Space::Braze => tag == Tag::BRAZE,
        }
    }
}

/// Where an id was found.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) slot: usize,
    pub(super) place: u32,
    /// A user, or [`SHARED`].
    pub(super) user: u32,
    pub(super) identified: bool,
    pub(super) tag: Tag,
}

impl Directory {
    /// An empty directory whose hashes are seeded.
    pub fn new(seed: Seed) -> Directory {
        Directory {
            seed,
            slots: Slots::default(),
            arena: Arena::default(),
            users: List::default(),
            labels: Vec::new(),
            budget: Budget::default(),
            scratch: Vec::new(),
            dead: 0,
            removed: 0,
        }
    }

    /// The seed under which the hashes for [`Directory::look_up`] are to be made.
    pub fn seed(&self) -> &Seed {
        &self.seed
    }

    /// How many numbers were given to users: each user's is less. Removed users are among them.
    pub fn len(&self) -> usize {
        self.users.len()
    }

    /// Was nobody ever known?
    pub fn is_empty(&self) -> bool {
        self.users.len() == 0
    }

    /// How many users there are.
    pub fn user_count(&self) -> usize {
        self.users.len() - self.removed
    }

    /// Is this the number of a user who was not removed?
    pub fn is_known(&self, user: UserIx) -> bool {
        self.users
            .get(user as usize)
            .is_some_and(|place| place != 0)
    }

    /// Different ids, over all users.
    pub fn id_count(&self) -> usize {
        self.slots.used()
    }

    /// Bytes of memory taken.
    pub fn memory_bytes(&self) -> usize {
        self.budget.used
    }

    /// Takes no more memory than this many bytes; beyond it, [`Full`] and `limit.memory`.
    pub fn set_max_memory_bytes(&mut self, max: usize) {
        self.budget.max = max;
    }

    /// The ids of a user, those of one kind in the order in which the profile gave them.
    ///
    /// **Cost**: one pass over the user's ids.
    pub fn ids(&self, user: UserIx) -> impl Iterator<Item = UserId<'_>> {
        self.records(user).flat_map(move |(_, record)| {
            record.ids().map(move |entry| {
                let (kind, label) = self.kind_and_label(entry);
                let name = entry.name;
                UserId { kind, name, label }
            })
        })
    }

    /// Has the user an external id? A user that is not known has none.
    pub fn is_identified(&self, user: UserIx) -> bool {
        self.records(user)
            .next()
            .is_some_and(|(_, record)| record.identified)
    }

    fn is_user(&self, user: UserIx) -> bool {
        (user as usize) < self.users.len()
    }

    /// A user's records and their places.
    fn records(&self, user: UserIx) -> impl Iterator<Item = (u32, Record<'_>)> {
        let mut place = self.users.get(user as usize).unwrap_or(0);
        core::iter::from_fn(move || {
            if place == 0 {
                return None;
            }
            let at = place;
            let record = Record::read(self.arena.at(at)).filter(|record| record.user == user)?;
            // Later records are written first: a chain that does not fall is no chain, and would
            // have no end.
            place = if record.next < at { record.next } else { 0 };
            Some((at, record))
        })
    }

    #[inline(always)]
    fn label<'a>(&'a self, entry: Entry<'a>) -> &'a [u8] {
        entry
            .tag
            .label()
            .and_then(|label| self.labels.get(label))
            .map_or(entry.label, Vec::as_slice)
    }

    fn kind_and_label<'a>(&'a self, entry: Entry<'a>) -> (ProfileIdKind, &'a [u8]) {
        match entry.tag {
            Tag::EXTERNAL => (ProfileIdKind::External, &[]),
            Tag::DEPRECATED => (ProfileIdKind::Deprecated, &[]),
            Tag::DEVICE => (ProfileIdKind::Device, &[]),
            Tag::BRAZE => (ProfileIdKind::Braze, &[]),
            _ => (ProfileIdKind::Alias, self.label(entry)),
        }
    }

    fn hash(&self, kind: ProfileIdKind, label: &[u8], name: &[u8]) -> u64 {
        match Space::of(kind) {
            Space::Id(IdKind::Alias) => alias_hash(&self.seed, name, label),
            Space::Id(kind) => id_hash(&self.seed, kind, name),
            // The kinds of a request's ids take 1 to 3.
            Space::Braze => self.seed.hash_as(4, name),
        }
    }

    /// The id's entry in the record at `place`, if it is there.
    #[inline(always)]
    fn hit_at(&self, place: u32, space: Space, label: &[u8], name: &[u8]) -> Option<Hit> {
        let bytes = self.arena.at(place);
        let record = Record::read(bytes)?;
        if record.user == SHARED {
            let (_, device) = Owners::read(bytes)?;
            return (space == Space::Id(IdKind::Device) && device == name).then_some(Hit {
                slot: 0,
                place,
                user: SHARED,
                identified: false,
                tag: Tag::DEVICE,
            });
        }
        if !self.is_user(record.user) {
            return None;
        }
        // WHY a loop: `find` is a call, and every match goes through here.
        for entry in record.ids() {
            if space.holds(entry.tag)
                && record::same(entry.name, name)
                && (space != Space::Id(IdKind::Alias) || self.label(entry) == label)
            {
                return Some(Hit {
                    slot: 0,
                    place,
                    user: record.user,
                    identified: record.identified,
                    tag: entry.tag,
                });
            }
        }
        None
    }

    fn find(&self, space: Space, hash: u64, label: &[u8], name: &[u8]) -> Option<Hit> {
        let mut hit = None;
        let (slot, _) = self.slots.find(tag(hash), |place| {
            hit = self.hit_at(place, space, label, name);
            hit.is_some()
        })?;
        hit.map(|hit| Hit { slot, ..hit })
    }

    /// The number of a label, given to it here if it is new and there is a number left.
    fn number_label(&mut self, label: &[u8]) -> Result<Tag, Full> {
        if let Some(number) = self.labels.iter().position(|known| known == label) {
            return Ok(Tag::alias(number as u8));
        }
        if self.labels.len() >= MAX_LABELS {
            return Ok(Tag::ALIAS);
        }
        let mut text = Vec::new();
        text.try_reserve_exact(label.len())?;
        text.extend_from_slice(label);
        self.labels.try_reserve(1)?;
        self.labels.push(text);
        Ok(Tag::alias((self.labels.len() - 1) as u8))
    }
}
