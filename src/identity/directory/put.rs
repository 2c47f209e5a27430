//! Writing a user's ids into memory and into the index.

use super::record::{self, Entry, MAX_IDS, Owners, Record, SHARED, Tag};
use super::slots::tag;
use super::who::{self, Coming, Put, Refusal, TakeProfile, Users};
use super::{Directory, Found, Full, Hit, Space, UserId, UserIx};
use crate::identity::{IdKind, ProfileIdKind, ProfileIds};
use alloc::vec::Vec;
use core::ops::ControlFlow;

impl TakeProfile for Directory {
    fn take_profile(&mut self, profile: &mut ProfileIds) -> Result<Put, Refusal> {
        self.put(profile)
    }
}

impl Users for Directory {
    fn hash(&self, kind: ProfileIdKind, label: &[u8], name: &[u8]) -> u64 {
        Directory::hash(self, kind, label, name)
    }

    fn touch(&self, coming: &[Coming]) {
        self.slots.touch_all(coming.iter().map(|id| id.hash));
    }

    fn find(&self, space: Space, hash: u64, label: &[u8], name: &[u8]) -> Option<Hit> {
        Directory::find(self, space, hash, label, name)
    }

    fn device_user(&self, hit: Hit) -> Option<UserIx> {
        match self.found(hit, IdKind::Device, false) {
            Found::User(user) => Some(user),
            _ => None,
        }
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
        taken: usize,
    ) -> Result<UserIx, Full> {
        self.budget.max = self.budget.max.saturating_sub(taken);
        Directory::write(self, known, profile, coming)
    }
}

impl Directory {
    /// Takes a profile: a new user, or the newer state of one that is known.
    ///
    /// A profile is known by its strongest id, of those of one kind by the first: by external id, then
    /// deprecated ids, `braze_id`, aliases; with device ids alone by these, where a single user with
    /// nothing else has them. A profile with an external id that nobody has is that of an anonymous
    /// user who has its `braze_id` or an alias, now identified, but never an identified one's.
    ///
    /// Ids that belong to somebody else stay there, and [`Put`] tells how many; devices are shared.
    ///
    /// Of a known user aliases and devices are what the newer profile says, none if it says none.
    /// The external id and `braze_id` stay where it says none, since a user never loses them, and
    /// so do the deprecated ids unless it says that it lists them.
    ///
    /// **Errors**: [`Refusal`], with nothing changed.
    ///
    /// **Cost**: constant an id of the profile and of the known user.
    pub fn put(&mut self, profile: &mut ProfileIds) -> Result<Put, Refusal> {
        let put = self.put_when_ready(profile, &mut |_| Ok(0));
        // Where memory ends, also the few records that nobody has any more count.
        if put == Err(Refusal::Memory) && self.tidy_now() {
            return self.put_when_ready(profile, &mut |_| Ok(0));
        }
        put
    }

    /// As [`Directory::put`]. What else is kept of users makes its room in `ready`, which is called
    /// with the user before anything is written; where that fails nothing changes. It answers how many
    /// bytes it has taken of those that [`Directory::set_max_memory_bytes`] allows.
    pub(crate) fn put_when_ready(
        &mut self,
        profile: &mut ProfileIds,
        ready: &mut dyn FnMut(UserIx) -> Result<usize, Full>,
    ) -> Result<Put, Refusal> {
        self.tidy();
        let next = self.len() as u32;
        who::put(self, profile, &mut |known| ready(known.unwrap_or(next)))
    }

    /// Whom a profile with these ids is of, `None` for somebody new: see [`Directory::put`].
    ///
    /// **Errors**: [`Full`].
    #[cfg(feature = "std")]
    pub(crate) fn whose(&self, profile: &ProfileIds) -> Result<Option<UserIx>, Full> {
        who::whose(self, profile)
    }

    /// As [`Directory::put_when_ready`], of a change to this user, `None` for somebody new, who keeps all
    /// ids: the profile's come behind those. It is not read again.
    #[cfg(feature = "std")]
    pub(crate) fn change_when_ready(
        &mut self,
        user: Option<UserIx>,
        profile: &mut ProfileIds,
        ready: &mut dyn FnMut(UserIx) -> Result<usize, Full>,
    ) -> Result<Put, Refusal> {
        self.tidy();
        if let Some(user) = user.filter(|_| profile.is_empty() && !profile.is_full) {
            ready(user)?;
            return Ok(Put {
                user,
                is_new: false,
                taken_aliases: 0,
                taken_ids: 0,
            });
        }
        let mut all = ProfileIds::default();
        let mut profile = profile;
        if let Some(user) = user {
            // External ids and the `braze_id` stay by themselves.
            for UserId { kind, name, label } in self.ids(user) {
                match kind {
                    ProfileIdKind::Alias => all.push_alias(name, label),
                    // INVARIANT: first, so that values that name them by number stay right.
                    ProfileIdKind::Device => all.push(kind, name),
                    _ => {}
                }
            }
            all.append_all(profile);
            profile = &mut all;
        }
        let next = self.len() as u32;
        who::put_of(self, Some(user), profile, &mut |known| {
            ready(known.unwrap_or(next))
        })
    }

    /// Forgets a user and every id it has; false if there is no such user. Of a device that others
    /// have too only they are owners, so an ambiguous one may match again.
    ///
    /// Nobody gets the user's number again: what was written down of a user, as in a match report,
    /// would be somebody else's. It goes on taking four bytes.
    ///
    /// **Cost**: constant an id of the user.
    pub fn remove(&mut self, user: UserIx) -> bool {
        if !self.is_known(user) {
            return false;
        }
        self.unlink(user);
        self.users.set(user as usize, 0);
        self.removed += 1;
        true
    }

    /// Writes the user's new records and puts them into the index. What can fail comes first.
    pub(super) fn write(
        &mut self,
        known: Option<UserIx>,
        profile: &ProfileIds,
        coming: &[Coming],
    ) -> Result<UserIx, Full> {
        let is_known = known.is_some();
        let user = match known {
            Some(user) => user,
            // The last numbers stand for other things.
            None => u32::try_from(self.users.len())
                .ok()
                .filter(|&user| user < u32::MAX - 16)
                .ok_or(Full)?,
        };
        let identified = coming
            .iter()
            .any(|id| id.part.kind == ProfileIdKind::External);
        let entries = self.entries(profile, coming)?;
        if is_known && self.is_unchanged(user, identified, &entries) {
            return Ok(user);
        }
        self.slots.reserve(coming.len(), &mut self.budget)?;
        self.users.reserve(&mut self.budget)?;
        for id in coming {
            if id.part.kind == ProfileIdKind::Device {
                self.share_device(id, profile.name(id.part), user)?;
            }
        }
        let first = self.write_records(user, identified, &entries)?;
        // From here on nothing fails.
        self.unlink(user);
        if !self.users.set(user as usize, first) {
            self.users.push(first);
        }
        self.link(user, identified, first, profile, coming);
        Ok(user)
    }

    fn entries<'a>(
        &mut self,
        profile: &'a ProfileIds,
        coming: &[Coming],
    ) -> Result<Vec<Entry<'a>>, Full> {
        let mut entries = Vec::new();
        entries.try_reserve(coming.len())?;
        for id in coming {
            let label = profile.label(id.part);
            let tag = self.tag_of(id.part.kind, label)?;
            let name = profile.name(id.part);
            entries.push(Entry { tag, label, name });
        }
        Ok(entries)
    }

    /// What an id is in a record.
    pub(super) fn tag_of(&mut self, kind: ProfileIdKind, label: &[u8]) -> Result<Tag, Full> {
        Ok(match kind {
            ProfileIdKind::External => Tag::EXTERNAL,
            ProfileIdKind::Deprecated => Tag::DEPRECATED,
            ProfileIdKind::Device => Tag::DEVICE,
            ProfileIdKind::Braze => Tag::BRAZE,
            ProfileIdKind::Alias => self.number_label(label)?,
        })
    }

    fn is_unchanged(&self, user: UserIx, identified: bool, entries: &[Entry<'_>]) -> bool {
        let mut old = self.records(user).flat_map(|(_, record)| record.ids());
        let same = entries.iter().all(|new| {
            old.next().is_some_and(|old| {
                old.tag == new.tag && old.name == new.name && self.label(old) == new.label
            })
        });
        same && old.next().is_none() && self.is_identified(user) == identified
    }

    /// Gives a device that another user has alone a record of its own, as yet with that owner only.
    fn share_device(&mut self, id: &Coming, device: &[u8], user: UserIx) -> Result<(), Full> {
        let Some(hit) = id.hit.filter(|hit| hit.user != SHARED && hit.user != user) else {
            return Ok(());
        };
        let mut owners = Owners::default();
        owners.add(hit.user, hit.identified);
        self.scratch.clear();
        owners.write(device, &mut self.scratch);
        let place = self.arena.push(&self.scratch, &mut self.budget)?;
        // Growing has moved the slots since the hit.
        if let Some(hit) = self.find(Space::Id(IdKind::Device), id.hash, &[], device) {
            self.slots.set(hit.slot, place);
        }
        Ok(())
    }

    fn write_records(
        &mut self,
        user: UserIx,
        identified: bool,
        entries: &[Entry<'_>],
    ) -> Result<u32, Full> {
        let mut place = 0;
        // The last comes first, so that each can name the next.
        for entries in entries.chunks(MAX_IDS).rev() {
            self.scratch.clear();
            let ids = entries.iter().copied();
            record::write(user, identified, place, ids, &mut self.scratch);
            place = self.arena.push(&self.scratch, &mut self.budget)?;
        }
        Ok(place)
    }

    /// Takes the user's records out of the index and wipes them, so that dropped ids are nowhere.
    fn unlink(&mut self, user: UserIx) {
        let mut next = self.users.get(user as usize).unwrap_or(0);
        while let Some((links, identified, after)) = self.links(next, user) {
            for link in links.iter() {
                if link.shared {
                    self.change_owners(link, |owners| owners.remove(user, identified));
                } else if let Some((slot, _)) = self.slots.find(link.tag, |at| at == link.place) {
                    self.slots.remove(slot);
                }
            }
            if let Some(bytes) = self.arena.at_mut(next).get_mut(..links.bytes) {
                bytes.fill(0);
            }
            self.dead += links.bytes;
            next = after;
        }
    }

    /// Puts the user's records, the first of which is at `place`, into the index.
    fn link(
        &mut self,
        user: UserIx,
        identified: bool,
        mut place: u32,
        profile: &ProfileIds,
        coming: &[Coming],
    ) {
        for ids in coming.chunks(MAX_IDS) {
            for id in ids {
                // Who had it before may be the user, and has it no more.
                let device = Space::Id(IdKind::Device);
                let had = id.hit.filter(|_| id.part.kind == ProfileIdKind::Device);
                let shared = had
                    .and_then(|_| self.find(device, id.hash, &[], profile.name(id.part)))
                    .filter(|hit| hit.user == SHARED);
                let link = Link {
                    tag: tag(id.hash),
                    place: shared.map_or(place, |hit| hit.place),
                    shared: shared.is_some(),
                };
                if link.shared {
                    self.change_owners(&link, |owners| owners.add(user, identified));
                } else {
                    self.slots.insert(link.tag, link.place);
                }
            }
            place = Record::read(self.arena.at(place)).map_or(0, |record| record.next);
        }
    }

    fn change_owners(&mut self, link: &Link, change: impl FnOnce(&mut Owners)) {
        let Some((mut owners, device)) = Owners::read(self.arena.at(link.place)) else {
            return;
        };
        let device_bytes = device.len();
        change(&mut owners);
        owners.overwrite(self.arena.at_mut(link.place));
        if owners.is_empty() {
            if let Some((slot, _)) = self.slots.find(link.tag, |at| at == link.place) {
                self.slots.remove(slot);
            }
            let bytes = Owners::bytes(device_bytes);
            if let Some(bytes) = self.arena.at_mut(link.place).get_mut(..bytes) {
                bytes.fill(0);
            }
            self.dead += bytes;
        }
    }

    /// Where the index leads, or is to lead, for each id of the user's record at `place`; whether
    /// the record is an identified user's; and the place of the next.
    fn links(&self, place: u32, user: UserIx) -> Option<(Links, bool, u32)> {
        if place == 0 {
            return None;
        }
        let bytes = self.arena.at(place);
        let record = Record::read(bytes).filter(|record| record.user == user)?;
        let mut links = Links::default();
        let mut ids = record.ids();
        for entry in ids.by_ref() {
            let (kind, label) = self.kind_and_label(entry);
            let hash = self.hash(kind, label, entry.name);
            let shared = (kind == ProfileIdKind::Device)
                .then(|| self.find(Space::of(kind), hash, label, entry.name))
                .flatten()
                .filter(|hit| hit.user == SHARED);
            links.push(Link {
                tag: tag(hash),
                place: shared.map_or(place, |hit| hit.place),
                shared: shared.is_some(),
            });
        }
        links.bytes = bytes.len() - ids.rest().len();
        // See `records`: a chain that does not fall has no end.
        let next = if record.next < place { record.next } else { 0 };
        Some((links, record.identified, next))
    }
}

/// Where the index leads for one id: to its user's record, or to that of a shared device.
#[derive(Clone, Copy, Default)]
struct Link {
    tag: u32,
    place: u32,
    shared: bool,
}

/// The links of one record, without memory that would have to be asked for.
struct Links {
    links: [Link; 64],
    len: usize,
    /// Of the record.
    bytes: usize,
}

impl Default for Links {
    fn default() -> Links {
        Links {
            links: [Link::default(); 64],
            len: 0,
            bytes: 0,
        }
    }
}

impl Links {
    fn push(&mut self, link: Link) {
        // INVARIANT: a record's head counts up to 63.
        if let Some(free) = self.links.get_mut(self.len) {
            *free = link;
            self.len += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().take(self.len)
    }
}
