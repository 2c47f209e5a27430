//! Looking up the ids of a request, many at a time.

#![expect(
    clippy::indexing_slicing,
    reason = "a batch's arrays are as long as the batch at most"
)]

use super::record::{Owners, SHARED};
use super::slots::tag;
use super::{Directory, Found, Hit, Space};
use crate::identity::{Bare, Id, IdKind};

/// Look-ups side by side. Each pass reads one place of memory for all of them, and the reads of a
/// pass do not wait for one another, as those of one look-up after the other would.
pub const BATCH: usize = 64;

impl Directory {
    /// Looks up ids of one kind, at most [`BATCH`], each with its hash: see
    /// [`crate::identity::hash_ids`]. What is empty is nobody's id, so the answer to it is
    /// [`Found::Unknown`].
    ///
    /// With `identified_only` an alias of an anonymous user finds nobody.
    ///
    /// **Cost**: constant an id.
    ///
    /// **Source**: Braze, "Cohort import": identified users match by external id or alias,
    /// anonymous ones by device id. That an anonymous user matches by alias too, and that one
    /// device of several anonymous users matches none, is our decision.
    pub fn look_up(
        &self,
        kind: IdKind,
        ids: &[Bare<'_>],
        hashes: &[u64],
        identified_only: bool,
        mut take: impl FnMut(Found),
    ) {
        let hashes = &hashes[..hashes.len().min(BATCH)];
        let mut places = [0u32; BATCH];
        self.slots.touch(hashes.iter().map(|&hash| tag(hash)));
        for (place, &hash) in places.iter_mut().zip(hashes) {
            *place = self.slots.candidate(tag(hash));
        }
        self.touch(&places[..hashes.len()]);
        for ((&[name, label], &hash), &place) in ids.iter().zip(hashes).zip(&places) {
            take(if place == 0 {
                Found::Unknown
            } else {
                self.answer(kind, name, label, hash, place, identified_only)
            });
        }
    }

    /// Reads each record's beginning, so that it is near when it is compared.
    #[inline(never)]
    fn touch(&self, places: &[u32]) {
        let mut sum = 0u8;
        for &place in places {
            let bytes = self.arena.at(place);
            // Two lines of the cache hold most records.
            sum ^= bytes.first().copied().unwrap_or(0) ^ bytes.get(64).copied().unwrap_or(0);
        }
        core::hint::black_box(sum);
    }

    #[inline(always)]
    fn answer(
        &self,
        kind: IdKind,
        name: &[u8],
        label: &[u8],
        hash: u64,
        place: u32,
        identified_only: bool,
    ) -> Found {
        let hit = self
            .hit_at(place, Space::Id(kind), label, name)
            .or_else(|| self.search(kind, name, label, hash));
        match hit {
            Some(hit) => self.found(hit, kind, identified_only),
            None => Found::Unknown,
        }
    }

    /// The first entry with the hash's tag was another id's.
    #[cold]
    #[inline(never)]
    fn search(&self, kind: IdKind, name: &[u8], label: &[u8], hash: u64) -> Option<Hit> {
        self.find(Space::Id(kind), hash, label, name)
    }

    /// What the owner of an id makes of a look-up.
    #[inline(always)]
    pub(super) fn found(&self, hit: Hit, kind: IdKind, identified_only: bool) -> Found {
        if hit.user == SHARED {
            return self.found_shared(hit.place);
        }
        match kind {
            IdKind::Device if hit.identified => Found::DeviceOfIdentified,
            IdKind::Alias if identified_only && !hit.identified => Found::Unknown,
            _ => Found::User(hit.user),
        }
    }

    #[cold]
    #[inline(never)]
    fn found_shared(&self, place: u32) -> Found {
        match Owners::read(self.arena.at(place)) {
            Some((owners, _)) if owners.anonymous == 1 && self.is_user(owners.combined) => {
                Found::User(owners.combined)
            }
            Some((owners, _)) if owners.anonymous == 0 => Found::DeviceOfIdentified,
            _ => Found::DeviceAmbiguous,
        }
    }

    /// Looks up one id.
    pub fn find_id(&self, id: &Id<'_>, identified_only: bool) -> Found {
        let hash = match id.kind {
            IdKind::Alias => crate::identity::alias_hash(&self.seed, &id.name, &id.label),
            kind => crate::identity::id_hash(&self.seed, kind, &id.name),
        };
        match self.search(id.kind, &id.name, &id.label, hash) {
            Some(hit) => self.found(hit, id.kind, identified_only),
            None => Found::Unknown,
        }
    }
}
