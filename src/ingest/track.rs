//! Bodies of `/users/track`: changes to profiles, objects of attributes, events and purchases.
//!
//! Of each object all or nothing is applied; a bad one is a problem, and the rest is applied.
//!
//! **Source**: Braze, "Track users", "User attributes object", "Event object", "Purchase object".

use super::as_of::AsOf;
use super::track_object::Object;
use super::track_pieces::{TakeObject, TrackPieces, What};
use super::tree::{Grow, Tree, owned};
use crate::hash::Seed;
use crate::identity::directory::{Full, Refusal};
use crate::identity::{Directory, ProfileIdKind, ProfileIds, UserIx};
use crate::json::Stopped;
use crate::limits::MAX_PROFILE_IDS;
use crate::path::Path;
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::{Draft, Namespace, Profiles, Scope};
use alloc::vec::Vec;

/// What is changed.
pub struct Store<'a> {
    /// Who is known.
    pub directory: &'a mut Directory,
    /// What is known of them.
    pub profiles: &'a mut Profiles,
    /// The change at hand.
    pub draft: &'a mut Draft,
    /// Until when their exports reach.
    pub as_of: &'a mut AsOf,
    /// Bytes that all may take together.
    pub max_memory_bytes: usize,
}

/// A reader of bodies in pieces.
pub struct TrackReader {
    pieces: TrackPieces,
    seed: Seed,
    loaded: Loaded,
}

impl TrackReader {
    /// A reader before its first piece; `seed` guards the look-up of repeated keys.
    pub fn new(seed: Seed) -> TrackReader {
        TrackReader {
            pieces: TrackPieces::default(),
            seed,
            loaded: Loaded::default(),
        }
    }

    /// Refuses an object of more than this many bytes.
    pub fn set_max_line_bytes(&mut self, max: usize) {
        self.pieces.set_max_line_bytes(max);
    }

    /// How many objects became what so far. They add up to the objects met.
    pub fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Applies the objects that end in this piece.
    ///
    /// **Errors**: `track.*`, `profile.*` and `json.*` in `problems`; [`Stopped`] when memory runs out.
    ///
    /// **Cost**: one pass over the bytes, and of each user what is known of the attributes that
    /// change, of those that are lists or objects all.
    pub fn push(
        &mut self,
        piece: &[u8],
        store: &mut Store<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, seed, mut taker) = self.parts(store);
        pieces.push(piece, seed, &mut taker, problems)
    }

    /// Ends the reading, and fills in what the problems lack.
    ///
    /// **Errors**: as [`TrackReader::push`].
    pub fn finish(
        &mut self,
        store: &mut Store<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, seed, mut taker) = self.parts(store);
        pieces.finish(seed, &mut taker, problems)
    }

    fn parts<'a, 'b>(
        &'a mut self,
        store: &'a mut Store<'b>,
    ) -> (&'a mut TrackPieces, &'a Seed, Taker<'a, 'b>) {
        let taker = Taker {
            seed: &self.seed,
            loaded: &mut self.loaded,
            store,
        };
        (&mut self.pieces, &self.seed, taker)
    }
}

struct Taker<'a, 'b> {
    seed: &'a Seed,
    loaded: &'a mut Loaded,
    store: &'a mut Store<'b>,
}

/// What an object did.
pub(super) enum Done {
    New,
    Updated,
    Covered,
}

/// Why an object was not applied.
pub(super) enum NotDone {
    /// What is wrong is noted.
    Noted,
    Full,
}

impl From<Full> for NotDone {
    fn from(_: Full) -> NotDone {
        NotDone::Full
    }
}

impl TakeObject for Taker<'_, '_> {
    fn take_object(
        &mut self,
        what: What,
        bytes: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let object = Object::read(bytes, self.seed, path, problems);
        match object.and_then(|object| object.apply(what, self.store, path, problems)) {
            Ok(Done::New) => self.loaded.loaded += 1,
            Ok(Done::Updated) => self.loaded.updated += 1,
            Ok(Done::Covered) => self.loaded.covered += 1,
            Err(NotDone::Noted) => self.reject(),
            Err(NotDone::Full) => {
                self.reject();
                let span = Span::new(0, bytes.len());
                problems.push(Finding::error(Code::LimitMemory), path, span);
                return Err(Stopped);
            }
        }
        Ok(())
    }

    fn reject(&mut self) {
        self.loaded.rejected += 1;
    }
}

impl Store<'_> {
    /// What is known of an attribute of a user, who may be nobody yet.
    pub(super) fn value(
        &mut self,
        user: Option<UserIx>,
        namespace: Namespace,
        name: &[u8],
    ) -> Result<Option<Tree>, Full> {
        let attribute = self.profiles.find(namespace, name)?;
        let Some((user, attribute)) = user.zip(attribute) else {
            return Ok(None);
        };
        let mut grow = Grow::default();
        let device = |number: u32| {
            let devices = self.directory.ids(user);
            let mut devices = devices.filter(|id| id.kind == ProfileIdKind::Device);
            owned(devices.nth(number as usize).map_or(&[], |id| id.name))
        };
        self.profiles
            .value(user, attribute, &mut |item| grow.take(item, device));
        grow.finish()
    }

    /// Applies the draft to a user, known or new, who gets these ids besides those there are.
    ///
    /// **Errors**: what keeps it from being applied; nothing has changed.
    pub(super) fn put(
        &mut self,
        user: Option<UserIx>,
        ids: &mut ProfileIds,
    ) -> Result<(), Refusal> {
        let max = self.max_memory_bytes.saturating_sub(self.as_of.bytes());
        let left = max.saturating_sub(self.profiles.memory_bytes());
        self.directory.set_max_memory_bytes(left);
        let left = max.saturating_sub(self.directory.memory_bytes());
        self.profiles.set_max_memory_bytes(left);
        if let Some(user) = user.filter(|_| ids.is_empty()) {
            self.profiles.number_unknown(self.draft)?;
            let reserved = self.profiles.reserve(self.draft, user, Scope::Change)?;
            reserved.commit();
            return Ok(());
        }
        let mut profiles = Some(&mut *self.profiles);
        let mut reserved = None;
        let draft = &mut *self.draft;
        let put = self.directory.change_when_ready(user, ids, &mut |user| {
            if let Some(profiles) = profiles.take() {
                profiles.number_unknown(draft)?;
                reserved = Some(profiles.reserve(draft, user, Scope::Change)?);
            }
            Ok(())
        })?;
        if put.is_new {
            // Nothing is known of a user of whom there was no export.
            self.as_of.set(put.user, 0);
        }
        if let Some(reserved) = reserved {
            reserved.commit();
        }
        Ok(())
    }

    /// The user's devices, as objects that say no more than their ids.
    pub(super) fn bare_devices(&self, user: UserIx) -> Result<Vec<Tree>, Full> {
        let mut devices = Vec::new();
        let ids = self.directory.ids(user);
        for id in ids.filter(|id| id.kind == ProfileIdKind::Device) {
            let mut fields = Vec::new();
            super::tree::push(
                &mut fields,
                (owned(b"device_id")?, Tree::Text(owned(id.name)?)),
            )?;
            super::tree::push(&mut devices, Tree::Object(fields))?;
        }
        Ok(devices)
    }
}

/// The problem of ids that cannot be put.
pub(super) fn refused(
    refusal: Refusal,
    path: &Path<'_>,
    span: Span,
    problems: &mut Problems,
) -> NotDone {
    if refusal == Refusal::Memory {
        return NotDone::Full;
    }
    let finding = Finding::error(refusal.code()).numbers(MAX_PROFILE_IDS as u32, 0);
    problems.push(finding, path, span);
    NotDone::Noted
}
