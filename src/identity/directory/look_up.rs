//! Looking up the ids of a request, many at a time.

#![expect(
    clippy::indexing_slicing,
    reason = "a batch's arrays are as long as the batch at most"
)]

use super::record::{Owners, SHARED};
use super::slots::{ODD, tag};
use super::{Directory, Found, Hit, Space, UserId, UserIx};
use crate::identity::{Bare, Id, IdKind};
use core::ops::BitXor;

/// Look-ups side by side. Each pass reads one place of memory for all of them, and the reads of a
/// pass do not wait for one another, as those of one look-up after the other would.
pub const BATCH: usize = 128;

/// Bytes of a record, one in each line of the cache that is read of it: three ids of 36 bytes each
/// end within three lines, and an external id, which comes first, within two.
const LINES: &[usize] = &[0, 64, 118];
const LINES_OF_FIRST: &[usize] = &[0, 43];

/// Reads all these, so that they are near when they are needed.
///
/// WHY a loop that does nothing else: a read that waits for memory holds up what comes after it,
/// so as many reads wait together as fit between the first and the last of what the processor has
/// in hand.
#[inline(never)]
pub(super) fn touch<T: Copy + Default + BitXor<Output = T>>(lines: &[&T]) {
    let sum = lines.iter().fold(T::default(), |sum, &&line| sum ^ line);
    core::hint::black_box(sum);
}

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
        self.slots.touch(hashes);
        let lines = match kind {
            IdKind::External => LINES_OF_FIRST,
            IdKind::Device | IdKind::Alias => LINES,
        };
        self.candidates(hashes, lines, &mut places);
        for ((&[name, label], &hash), &place) in ids.iter().zip(hashes).zip(&places) {
            take(if place == 0 {
                Found::Unknown
            } else {
                self.answer(kind, name, label, hash, place, identified_only)
            });
        }
    }

    /// The place of the record that each id is in, if it is in any, and that record brought near.
    #[inline(never)]
    fn candidates(&self, hashes: &[u64], lines: &[usize], places: &mut [u32; BATCH]) {
        let (mut odd, mut odds) = ([0u8; BATCH], 0);
        for (at, (place, &hash)) in places.iter_mut().zip(hashes).enumerate() {
            *place = self.slots.candidate(tag(hash));
            // WHY no branch: one in a dozen is odd, and which one nobody can foresee.
            odd[odds] = at as u8;
            odds += usize::from(*place == ODD);
        }
        // Reading them at once would hold up those that come after.
        let next = odd[..odds].iter().fold(0, |sum, &at| {
            sum ^ self.slots.touch_next(tag(hashes[usize::from(at)]))
        });
        core::hint::black_box(next);
        for &at in &odd[..odds] {
            let at = usize::from(at);
            places[at] = self.slots.candidate_further_on(tag(hashes[at]));
        }
        let mut read = [&0u8; LINES.len() * BATCH];
        let mut count = 0;
        for &place in &places[..hashes.len()] {
            let bytes = self.arena.at(place);
            for &at in lines {
                read[count] = bytes.get(at).unwrap_or(&0);
                count += 1;
            }
        }
        touch(&read[..count]);
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

    /// The user who has this id, by whatever it is to them: also an identified user's device. `None`
    /// for a device of several users, unless a single one of them is anonymous.
    ///
    /// **Cost**: constant.
    pub fn user(&self, id: &UserId<'_>) -> Option<UserIx> {
        let hash = self.hash(id.kind, id.label, id.name);
        let hit = self.find(Space::of(id.kind), hash, id.label, id.name)?;
        if hit.user != SHARED {
            return Some(hit.user);
        }
        match self.found_shared(hit.place) {
            Found::User(user) => Some(user),
            _ => None,
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
