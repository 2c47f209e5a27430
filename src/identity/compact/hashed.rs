//! Users known by the hashes of their ids alone: what a compact directory is built from.
//!
//! **Cost**: of each id nine bytes, and as many in the index; of each user one. Devices of
//! identified users are left out: they match nobody, and say nothing about who a profile is.
//!
//! Two ids of one kind whose hashes of 64 bits are the same are taken for one. Of a million ids
//! that happens once in 37 million directories, and nobody can bring it about, since the seed is
//! secret.

use super::record::{
    FAR, ID, IDENTIFIED, KINDS, Kept, MANY, Owners, SHARED, SHARED_BYTES, SHARED_HEAD, SHARED_KIND,
    head_bytes,
};
use crate::hash::Seed;
use crate::identity::directory::{
    Arena, Budget, Coming, Full, Hit, Put, Refusal, Slots, Space, UserId, UserIx, Users, coming,
    put, tag,
};
use crate::identity::{ProfileIdKind, ProfileIds, alias_hash, id_hash};
use alloc::vec::Vec;
use core::ops::ControlFlow;

/// Bytes of records that nobody has, up to which it is not worth the trouble to free them.
const DEAD: usize = 1 << 20;

/// The users.
pub(super) struct Hashed {
    pub(super) seed: Seed,
    pub(super) slots: Slots,
    pub(super) arena: Arena,
    pub(super) budget: Budget,
    ids: ProfileIds,
    scratch: Vec<u8>,
    dead: usize,
}

impl Hashed {
    pub(super) fn new(seed: Seed) -> Hashed {
        Hashed {
            seed,
            slots: Slots::crowded(),
            arena: Arena::default(),
            budget: Budget::default(),
            ids: ProfileIds::default(),
            scratch: Vec::new(),
            dead: 0,
        }
    }

    /// See [`crate::identity::Directory::put`].
    pub(super) fn put(&mut self, profile: &ProfileIds) -> Result<Put, Refusal> {
        self.tidy();
        let mut ids = core::mem::take(&mut self.ids);
        let done = ids
            .set_hashes(profile, |kind, label, name| {
                self.text_hash(kind, label, name)
            })
            .map_err(Refusal::from);
        let is_whole = done.is_ok();
        let mut done = done.and_then(|()| put(self, &mut ids, &mut |_| Ok(0)));
        // Where memory ends, also the few records that nobody has any more count.
        if is_whole && done == Err(Refusal::Memory) && self.tidy_now() {
            done = put(self, &mut ids, &mut |_| Ok(0));
        }
        self.ids = ids;
        done
    }

    /// Takes a user that is known to be one, with ids that nobody else has, but for devices.
    pub(super) fn add(&mut self, profile: &ProfileIds) -> Result<(), Full> {
        let mut ids = core::mem::take(&mut self.ids);
        let hash = |kind, label: &[u8], name: &[u8]| self.text_hash(kind, label, name);
        ids.set_hashes(profile, hash)?;
        self.add_hashes(&ids)?;
        self.ids = ids;
        Ok(())
    }

    fn add_hashes(&mut self, ids: &ProfileIds) -> Result<(), Full> {
        let mut coming = coming(self, ids, usize::MAX)?;
        coming.retain(|id| id.part.kind == ProfileIdKind::Device || id.hit.is_none());
        self.write(None, ids, &coming, 0)?;
        Ok(())
    }

    fn text_hash(&self, kind: ProfileIdKind, label: &[u8], name: &[u8]) -> u64 {
        match Space::of(kind) {
            Space::Id(crate::identity::IdKind::Alias) => alias_hash(&self.seed, name, label),
            Space::Id(kind) => id_hash(&self.seed, kind, name),
            Space::Braze => self.seed.hash_as(4, name),
        }
    }

    /// The number of the user that the id at `place` is of.
    fn user_of(&self, place: u32) -> u32 {
        let mut place = place;
        while let Some(kept) = Kept::read(self.arena.at(place)) {
            place = place.saturating_sub(u32::from(kept.index) * ID as u32);
            if kept.index != FAR {
                break;
            }
        }
        place
    }

    /// Is the user identified, and how many ids are kept?
    fn head(&self, user: u32) -> (bool, usize) {
        let byte = |back: u32| {
            let place = user.checked_sub(back);
            place.and_then(|place| self.arena.at(place).first().copied())
        };
        let head = byte(1).unwrap_or(0);
        let count = match head & MANY {
            MANY => {
                let half = |back| usize::from(byte(back).unwrap_or(0));
                half(3) | half(2) << 8
            }
            count => usize::from(count),
        };
        (head & IDENTIFIED != 0, count)
    }

    /// The ids of a user with their places.
    fn kept(&self, user: u32) -> impl Iterator<Item = (u32, Kept)> + '_ {
        let (_, count) = self.head(user);
        let ids = self.arena.at(user).as_chunks::<ID>().0.iter().take(count);
        ids.enumerate()
            .filter_map(move |(index, id)| Some((user + (index * ID) as u32, Kept::read(id)?)))
    }

    /// The ids of a user, each as its hash.
    fn ids(&self, user: UserIx) -> impl Iterator<Item = UserId<'_>> {
        let (_, count) = self.head(user);
        let ids = self.arena.at(user).as_chunks::<ID>().0.iter().take(count);
        ids.filter_map(|id| {
            let (first, name) = id.split_first()?;
            Some(UserId {
                kind: *KINDS.get(usize::from(first >> 5))?,
                name,
                label: &[],
            })
        })
    }

    fn is_unchanged(&self, user: u32, identified: bool, coming: &[&Coming]) -> bool {
        let (was_identified, count) = self.head(user);
        let mut old = self.kept(user);
        was_identified == identified
            && count == coming.len()
            && coming.iter().all(|new| {
                old.next().is_some_and(|(_, old)| {
                    old.hash == new.hash && KINDS.get(usize::from(old.kind)) == Some(&new.part.kind)
                })
            })
    }

    /// Gives a device that another user has alone a record of its own, as yet with that owner only.
    fn share_device(&mut self, id: &Coming, known: Option<u32>) -> Result<(), Full> {
        let Some(hit) = id
            .hit
            .filter(|hit| hit.user != SHARED && Some(hit.user) != known)
        else {
            return Ok(());
        };
        let owners = Owners {
            count: 1,
            combined: hit.user,
        };
        self.scratch.clear();
        self.scratch.push(SHARED_HEAD);
        Kept::write(SHARED_KIND, 0, id.hash, &mut self.scratch);
        self.scratch.extend_from_slice(&owners.bytes());
        let place = self.arena.push(&self.scratch, &mut self.budget)? + 1;
        // Growing has moved the slots since the hit.
        if let Some((slot, _)) = self.slots.find(tag(id.hash), |at| at == hit.place) {
            self.slots.set(slot, place);
        }
        Ok(())
    }

    /// Takes the user's ids out of the index and wipes them.
    fn unlink(&mut self, user: u32) {
        let (_, count) = self.head(user);
        for index in 0..count {
            let place = user + (index * ID) as u32;
            let Some(kept) = Kept::read(self.arena.at(place)) else {
                break;
            };
            match self.shared(kept) {
                Some(shared) => self.change_owners(shared, kept, user, false),
                None => {
                    if let Some((slot, _)) = self.slots.find(tag(kept.hash), |at| at == place) {
                        self.slots.remove(slot);
                    }
                }
            }
        }
        let head = head_bytes(count);
        self.wipe(user.saturating_sub(head as u32), head + count * ID);
    }

    /// Puts the user's ids into the index.
    fn link(&mut self, user: u32) {
        let (_, count) = self.head(user);
        for index in 0..count {
            let place = user + (index * ID) as u32;
            let Some(kept) = Kept::read(self.arena.at(place)) else {
                break;
            };
            match self.shared(kept) {
                Some(shared) => self.change_owners(shared, kept, user, true),
                None => self.slots.insert(tag(kept.hash), place),
            }
        }
    }

    /// The place of the record of a device, if it is shared.
    fn shared(&self, kept: Kept) -> Option<u32> {
        let device = Space::of(ProfileIdKind::Device);
        let hit = Some(kept).filter(|kept| kept.is_in(device));
        let hit = hit.and_then(|kept| self.find(device, kept.hash, &[], &[]))?;
        (hit.user == SHARED).then_some(hit.place)
    }

    fn change_owners(&mut self, place: u32, kept: Kept, user: u32, adds: bool) {
        let mut owners = Owners::read(self.arena.at(place));
        owners.combined ^= user;
        owners.count = if adds {
            owners.count.saturating_add(1)
        } else {
            owners.count.saturating_sub(1)
        };
        if let Some(bytes) = self.arena.at_mut(place).get_mut(ID..ID + 8) {
            bytes.copy_from_slice(&owners.bytes());
        }
        if owners.count == 0 {
            if let Some((slot, _)) = self.slots.find(tag(kept.hash), |at| at == place) {
                self.slots.remove(slot);
            }
            self.wipe(place.saturating_sub(1), SHARED_BYTES);
        }
    }

    fn wipe(&mut self, place: u32, bytes: usize) {
        if let Some(record) = self.arena.at_mut(place).get_mut(..bytes) {
            record.fill(0);
        }
        self.dead += bytes;
    }

    /// Frees the memory of records that nobody has any more, once they are most of it. Where there
    /// is too little memory for both at once, all stays as it is.
    fn tidy(&mut self) {
        if self.dead > DEAD && self.dead > self.arena.bytes() / 2 {
            self.tidy_now();
        }
    }

    /// The same, however few they are. Answers whether that has made room.
    #[cold]
    fn tidy_now(&mut self) -> bool {
        if self.dead == 0 {
            return false;
        }
        let used = self.budget.used;
        let tidied = self.rebuilt().ok();
        let tidied = tidied.filter(|tidied| tidied.budget.used <= used);
        tidied.map(|tidied| *self = tidied).is_some()
    }

    #[cold]
    fn rebuilt(&self) -> Result<Hashed, Full> {
        let mut new = Hashed::new(self.seed.clone());
        let mut ids = ProfileIds::default();
        for user in self.users() {
            ids.clear();
            for id in self.ids(user) {
                ids.append(id.kind, id.label, id.name)?;
            }
            new.add_hashes(&ids)?;
        }
        // WHY not before: an index takes more for as long as it grows, and both are there by now.
        new.budget.max = self.budget.max;
        Ok(new)
    }

    /// All users, going through the records from front to back. What was wiped is 0.
    fn users(&self) -> impl Iterator<Item = u32> + '_ {
        let segments = self.arena.segments().iter().enumerate();
        segments.flat_map(move |(index, segment)| {
            let mut at = 0;
            core::iter::from_fn(move || {
                loop {
                    match *segment.get(at)? {
                        0 => at += 1,
                        SHARED_HEAD => at += SHARED_BYTES,
                        head => {
                            let first = at + if head & MANY == MANY { 4 } else { 1 };
                            let user = Arena::place(index, first);
                            at = first + self.head(user).1 * ID;
                            return Some(user);
                        }
                    }
                }
            })
        })
    }
}

impl Users for Hashed {
    fn hash(&self, _: ProfileIdKind, _: &[u8], name: &[u8]) -> u64 {
        name.first_chunk()
            .map_or(0, |name| u64::from_le_bytes(*name))
    }

    fn touch(&self, coming: &[Coming]) {
        self.slots.touch_all(coming.iter().map(|id| id.hash));
    }

    fn find(&self, space: Space, hash: u64, _: &[u8], _: &[u8]) -> Option<Hit> {
        let mut found = None;
        let (slot, place) = self.slots.find(tag(hash), |place| {
            found = Kept::read(self.arena.at(place))
                .filter(|kept| kept.hash == hash && kept.is_in(space));
            found.is_some()
        })?;
        let kept = found?;
        let user = match kept.kind {
            SHARED_KIND => SHARED,
            _ => self.user_of(place),
        };
        Some(Hit {
            slot,
            place,
            user,
            identified: user != SHARED && self.head(user).0,
            tag: kept.tag(),
        })
    }

    fn device_user(&self, hit: Hit) -> Option<UserIx> {
        if hit.user != SHARED {
            return Some(hit.user);
        }
        let owners = Owners::read(self.arena.at(hit.place));
        (owners.count == 1).then_some(owners.combined)
    }

    fn each_id(
        &self,
        user: UserIx,
        each: &mut dyn FnMut(UserId<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.ids(user).try_for_each(each)
    }

    fn write(
        &mut self,
        known: Option<UserIx>,
        profile: &ProfileIds,
        coming: &[Coming],
        _taken: usize,
    ) -> Result<UserIx, Full> {
        let _ = profile;
        let identified = coming
            .iter()
            .any(|id| id.part.kind == ProfileIdKind::External);
        let mut kept: Vec<&Coming> = Vec::new();
        kept.try_reserve_exact(coming.len())?;
        kept.extend(
            coming
                .iter()
                .filter(|id| !identified || id.part.kind != ProfileIdKind::Device),
        );
        if let Some(user) = known
            && self.is_unchanged(user, identified, &kept)
        {
            return Ok(user);
        }
        self.slots.reserve(kept.len(), &mut self.budget)?;
        for id in &kept {
            if id.part.kind == ProfileIdKind::Device {
                self.share_device(id, known)?;
            }
        }
        let place = self.write_record(identified, &kept)?;
        // From here on nothing fails.
        if let Some(user) = known {
            self.unlink(user);
        }
        self.link(place);
        Ok(place)
    }
}

impl Hashed {
    fn write_record(&mut self, identified: bool, kept: &[&Coming]) -> Result<u32, Full> {
        let count = u16::try_from(kept.len()).map_err(|_| Full)?;
        let head = if identified { IDENTIFIED } else { 0 };
        self.scratch.clear();
        if count < u16::from(MANY) {
            self.scratch.push(head | count as u8);
        } else {
            self.scratch.push(head | MANY);
            self.scratch.extend_from_slice(&count.to_le_bytes());
            self.scratch.push(head | MANY);
        }
        for (index, id) in kept.iter().enumerate() {
            let kind = KINDS.iter().position(|&kind| kind == id.part.kind);
            Kept::write(kind.unwrap_or(0) as u8, index, id.hash, &mut self.scratch);
        }
        let place = self.arena.push(&self.scratch, &mut self.budget)?;
        Ok(place + head_bytes(kept.len()) as u32)
    }
}
