//! Taking a profile: who it is, what becomes of the ids known before, and the change itself.

use super::record::{self, Entry, MAX_IDS, Owners, Record, SHARED, Tag};
use super::slots::tag;
use super::{Directory, Found, Full, Hit, Space, UserIx};
use crate::hash::Table;
use crate::identity::profile_ids::Part;
use crate::identity::{IdKind, ProfileIdKind, ProfileIds};
use crate::problem::Code;
use alloc::vec::Vec;

/// What a profile became.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Put {
    /// Its user.
    pub user: UserIx,
    /// Was the user unknown before?
    pub is_new: bool,
    /// Aliases that were left out, since they belong to another user.
    pub taken_aliases: u32,
}

/// Why a profile was not taken; nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No id by which anything could match it.
    NoId,
    /// Its only ids are aliases of other users.
    AliasTaken,
    /// Its ids lead to two users.
    IdsDisagree,
    /// More than [`crate::limits::MAX_PROFILE_IDS`].
    TooManyIds,
    /// Memory ran out.
    Memory,
}

impl Refusal {
    /// Its problem.
    pub const fn code(self) -> Code {
        match self {
            Refusal::NoId => Code::ProfileNoId,
            Refusal::AliasTaken => Code::ProfileAliasTaken,
            Refusal::IdsDisagree => Code::ProfileIdsDisagree,
            Refusal::TooManyIds => Code::ProfileIdCount,
            Refusal::Memory => Code::LimitMemory,
        }
    }
}

impl From<Full> for Refusal {
    fn from(_: Full) -> Refusal {
        Refusal::Memory
    }
}

/// An id of the profile on its way in.
pub(super) struct Coming {
    pub(super) part: Part,
    hash: u64,
    pub(super) hit: Option<Hit>,
}

impl Directory {
    /// Takes a profile: a new user, or the newer state of one that is known.
    ///
    /// A profile is known by its strongest id: by external id, deprecated ids and `braze_id`;
    /// without an external id also by its aliases, where an anonymous user has them; with device
    /// ids alone by these, where a single user with nothing else has them.
    ///
    /// Of a known user aliases and devices are what the newer profile says, none if it says none.
    /// The external id and `braze_id` stay where it says none, since a user never loses them, and
    /// so do the deprecated ids unless it says that it lists them.
    ///
    /// **Errors**: [`Refusal`], with nothing changed.
    ///
    /// **Cost**: constant an id of the profile and of the known user.
    pub fn put(&mut self, profile: &mut ProfileIds) -> Result<Put, Refusal> {
        if profile.is_full {
            return Err(Refusal::Memory);
        }
        if profile.is_over {
            return Err(Refusal::TooManyIds);
        }
        if profile.is_empty() {
            return Err(Refusal::NoId);
        }
        self.tidy();
        let mut coming = self.coming(profile)?;
        let known = self.who(profile, &coming)?;
        let is_mine = |hit: Hit| Some(hit.user) == known;
        let before = coming.len();
        coming.retain(|id| id.part.kind != ProfileIdKind::Alias || id.hit.is_none_or(is_mine));
        let taken_aliases = (before - coming.len()) as u32;
        if coming.is_empty() {
            return Err(Refusal::AliasTaken);
        }
        if let Some(user) = known {
            self.keep(user, profile, &mut coming)?;
        }
        let user = match known {
            Some(user) => user,
            // The last numbers stand for other things.
            None => u32::try_from(self.users.len())
                .ok()
                .filter(|&user| user < u32::MAX - 16)
                .ok_or(Refusal::Memory)?,
        };
        self.write(user, known.is_some(), profile, &coming)?;
        Ok(Put {
            user,
            is_new: known.is_none(),
            taken_aliases,
        })
    }

    /// The profile's ids, each once, and who has them now.
    pub(super) fn coming(&self, profile: &ProfileIds) -> Result<Vec<Coming>, Full> {
        let mut coming: Vec<Coming> = Vec::new();
        coming.try_reserve(profile.parts.len() + 4)?;
        let mut seen = Table::default();
        seen.reset(profile.parts.len());
        // External ids first: a deprecated one that says the same again is left out.
        let (external, others): (Vec<Part>, Vec<Part>) = profile
            .parts
            .iter()
            .copied()
            .partition(|part| part.kind == ProfileIdKind::External);
        for part in external.into_iter().chain(others) {
            let (label, name) = (profile.label(part), profile.name(part));
            let hash = self.hash(part.kind, label, name);
            let space = Space::of(part.kind);
            let known = seen.insert(hash, coming.len() as u32, |other| {
                coming.get(other as usize).is_some_and(|other| {
                    Space::of(other.part.kind) == space
                        && profile.name(other.part) == name
                        && profile.label(other.part) == label
                })
            });
            if known.is_none() {
                let hit = self.find(space, hash, label, name);
                coming.push(Coming { part, hash, hit });
            }
        }
        Ok(coming)
    }

    /// The known user that the profile is of.
    fn who(&self, profile: &ProfileIds, coming: &[Coming]) -> Result<Option<UserIx>, Refusal> {
        let is_identified = profile.has(ProfileIdKind::External);
        let strong = coming
            .iter()
            .filter(|id| !matches!(id.part.kind, ProfileIdKind::Alias | ProfileIdKind::Device));
        let known = one_user(strong.filter_map(|id| Some(id.hit?.user)))?;
        if known.is_some() || is_identified || profile.has(ProfileIdKind::Deprecated) {
            return Ok(known);
        }
        let has_braze_id = profile.has(ProfileIdKind::Braze);
        let hits = coming.iter().filter_map(|id| Some((id.part.kind, id.hit?)));
        if has_braze_id || profile.has(ProfileIdKind::Alias) {
            return one_user(hits.filter_map(|(kind, hit)| {
                let is_same = kind == ProfileIdKind::Alias
                    && !hit.identified
                    && !(has_braze_id && self.has_kind(hit.user, &[ProfileIdKind::Braze]));
                is_same.then_some(hit.user)
            }));
        }
        one_user(hits.filter_map(|(_, hit)| {
            match self.found(hit, IdKind::Device, false) {
                Found::User(user) => Some(user),
                _ => None,
            }
            .filter(|&user| !self.has_kind(user, &[ProfileIdKind::Braze, ProfileIdKind::Alias]))
        }))
    }

    fn has_kind(&self, user: UserIx, kinds: &[ProfileIdKind]) -> bool {
        self.ids(user).any(|id| kinds.contains(&id.kind))
    }

    /// Adds to the profile what its user keeps.
    fn keep(
        &self,
        user: UserIx,
        profile: &mut ProfileIds,
        coming: &mut Vec<Coming>,
    ) -> Result<(), Refusal> {
        // An external id that the user has as a deprecated one already is that still: the profile
        // is older than the rename.
        let mut is_old = false;
        for id in coming.iter_mut() {
            if id.part.kind == ProfileIdKind::External
                && id.hit.is_some_and(|hit| hit.tag == Tag::DEPRECATED)
                && !profile.says_deprecated
            {
                id.part.kind = ProfileIdKind::Deprecated;
                is_old = true;
            }
        }
        let keeps = [
            (
                ProfileIdKind::External,
                is_old || !profile.has(ProfileIdKind::External),
            ),
            (ProfileIdKind::Deprecated, !profile.says_deprecated),
            (ProfileIdKind::Braze, !profile.has(ProfileIdKind::Braze)),
        ];
        for id in self.ids(user) {
            if !keeps.contains(&(id.kind, true)) {
                continue;
            }
            let hash = self.hash(id.kind, id.label, id.name);
            let hit = self.find(Space::of(id.kind), hash, id.label, id.name);
            let there = coming.iter_mut().find(|other| {
                other.hash == hash
                    && Space::of(other.part.kind) == Space::of(id.kind)
                    && profile.name(other.part) == id.name
            });
            if let Some(there) = there {
                // Also if the profile calls it deprecated: it has no other.
                if id.kind == ProfileIdKind::External {
                    there.part.kind = id.kind;
                }
                continue;
            }
            profile.append(id.kind, id.label, id.name)?;
            if let Some(&part) = profile.parts.last() {
                coming.push(Coming { part, hash, hit });
            }
        }
        Ok(())
    }

    /// Writes the user's new records and puts them into the index. What can fail comes first.
    pub(super) fn write(
        &mut self,
        user: UserIx,
        is_known: bool,
        profile: &ProfileIds,
        coming: &[Coming],
    ) -> Result<(), Full> {
        let identified = coming
            .iter()
            .any(|id| id.part.kind == ProfileIdKind::External);
        let entries = self.entries(profile, coming)?;
        if is_known && self.is_unchanged(user, identified, &entries) {
            return Ok(());
        }
        self.slots.reserve(coming.len(), &mut self.budget)?;
        if self.users.len() == self.users.capacity() {
            let more = self.users.len().max(64);
            self.budget.take(more * 4)?;
            self.users.try_reserve_exact(more)?;
        }
        for id in coming {
            if id.part.kind == ProfileIdKind::Device {
                self.share_device(id, profile.name(id.part), user)?;
            }
        }
        let first = self.write_records(user, identified, &entries)?;
        // From here on nothing fails.
        self.unlink(user);
        match self.users.get_mut(user as usize) {
            Some(place) => *place = first,
            None => self.users.push(first),
        }
        self.link(user);
        Ok(())
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
            let tag = match id.part.kind {
                ProfileIdKind::External => Tag::EXTERNAL,
                ProfileIdKind::Deprecated => Tag::DEPRECATED,
                ProfileIdKind::Device => Tag::DEVICE,
                ProfileIdKind::Braze => Tag::BRAZE,
                ProfileIdKind::Alias => self.number_label(label)?,
            };
            let name = profile.name(id.part);
            entries.push(Entry { tag, label, name });
        }
        Ok(entries)
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
        let mut next = self.users.get(user as usize).copied().unwrap_or(0);
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

    /// Puts the user's records into the index.
    fn link(&mut self, user: UserIx) {
        let mut next = self.users.get(user as usize).copied().unwrap_or(0);
        while let Some((links, identified, after)) = self.links(next, user) {
            for link in links.iter() {
                if link.shared {
                    self.change_owners(link, |owners| owners.add(user, identified));
                } else {
                    self.slots.insert(link.tag, link.place);
                }
            }
            next = after;
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

/// The only user among these, if there is any.
fn one_user(mut users: impl Iterator<Item = UserIx>) -> Result<Option<UserIx>, Refusal> {
    let Some(first) = users.next() else {
        return Ok(None);
    };
    if users.any(|user| user != first) {
        return Err(Refusal::IdsDisagree);
    }
    Ok(Some(first))
}
