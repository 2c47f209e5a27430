//! Where profiles and changes go, of whatever format: a directory and a store, which take each wholly or not at all.

use super::as_of::AsOf;
use super::{Coordinates, Quick};
use crate::identity::directory::{Full, Put, Refusal};
use crate::identity::{Directory, ProfileIds, UserIx};
use crate::profile::{AttributeIx, Draft, Namespace, Profiles, Scope};

/// Takes profiles into a directory and a store: of each all or nothing.
pub struct Intake<'a> {
    /// Who is known.
    pub directory: &'a mut Directory,
    /// What is known of them.
    pub profiles: &'a mut Profiles,
    /// The profile at hand.
    pub draft: &'a mut Draft,
    /// What the profiles before have taught.
    pub quick: &'a mut Quick,
    /// How coordinates are read.
    pub coordinates: Coordinates,
    /// Bytes that both may take together.
    pub max_memory_bytes: usize,
    /// Until when the exports reach from which users came.
    pub as_of: &'a mut AsOf,
    /// The number there of when this export was made.
    pub made_at: u16,
    /// Has memory run out for the profile at hand?
    pub(super) is_full: bool,
    /// Do the devices say no more than their ids, and is there no push token? Then the directory
    /// says all, and a user takes no bytes for them.
    pub(super) has_bare_devices: bool,
    pub(super) has_push_tokens: bool,
}

impl<'a> Intake<'a> {
    /// Takes profiles into these, by way of the draft.
    pub fn new(
        directory: &'a mut Directory,
        profiles: &'a mut Profiles,
        draft: &'a mut Draft,
        quick: &'a mut Quick,
        as_of: &'a mut AsOf,
        coordinates: Coordinates,
        max_memory_bytes: usize,
    ) -> Intake<'a> {
        Intake {
            directory,
            profiles,
            draft,
            quick,
            coordinates,
            max_memory_bytes,
            as_of,
            made_at: 0,
            is_full: false,
            has_bare_devices: false,
            has_push_tokens: false,
        }
    }
}

/// What a draft is.
#[derive(Clone, Copy)]
pub(super) enum As {
    /// The profile of whoever has the ids.
    Profile,
    /// A change to this user, or to somebody new.
    Change(Option<UserIx>),
}

impl Intake<'_> {
    /// Lets go of what nobody has any more. Answers whether there was any.
    #[cold]
    fn make_room(&mut self) -> bool {
        // Both, since they share what there is.
        let has_room = self.directory.tidy_now() | self.profiles.tidy();
        let others = self.directory.memory_bytes() + self.as_of.bytes();
        let left = self.max_memory_bytes.saturating_sub(others);
        self.profiles.set_max_memory_bytes(left);
        has_room
    }

    /// The attribute of a name, for the draft.
    pub(super) fn number(
        &mut self,
        namespace: Namespace,
        name: &[u8],
    ) -> Result<AttributeIx, Full> {
        let number = self.draft.attribute(self.profiles, namespace, name);
        if number.is_err() && self.make_room() {
            return self.draft.attribute(self.profiles, namespace, name);
        }
        number
    }

    /// Takes the draft over, and the ids with it.
    pub(super) fn put(&mut self, ids: &mut ProfileIds, what: As) -> Result<Put, Refusal> {
        if let Some(most) = self.profiles.too_many_names(self.draft)? {
            return Err(Refusal::TooManyAttributes(most));
        }
        let put = self.take(ids, what);
        if put == Err(Refusal::Memory) && self.make_room() {
            return self.take(ids, what);
        }
        put
    }

    /// What one takes the other cannot have.
    pub(super) fn share_memory(&mut self) {
        let max = self.max_memory_bytes.saturating_sub(self.as_of.bytes());
        let left = max.saturating_sub(self.profiles.memory_bytes());
        self.directory.set_max_memory_bytes(left);
        let left = max.saturating_sub(self.directory.memory_bytes());
        self.profiles.set_max_memory_bytes(left);
    }

    fn take(&mut self, ids: &mut ProfileIds, what: As) -> Result<Put, Refusal> {
        self.share_memory();
        let (scope, made_at) = match what {
            As::Profile => (Scope::Profile, self.made_at),
            // Of somebody new there was no export.
            As::Change(_) => (Scope::Change, 0),
        };
        let mut profiles = Some(&mut *self.profiles);
        let mut reserved = None;
        let draft = &mut *self.draft;
        let as_of = &mut *self.as_of;
        let ready = &mut |user| {
            let mut before = as_of.bytes();
            as_of.reserve(user, made_at)?;
            let mut now = as_of.bytes();
            if let Some(profiles) = profiles.take() {
                before += profiles.memory_bytes();
                // Only of a profile that is taken names are kept.
                profiles.number_unknown(draft)?;
                let made = profiles.reserve(draft, user, scope)?;
                now += made.memory_bytes();
                reserved = Some(made);
            }
            Ok(now.saturating_sub(before))
        };
        let put = match what {
            As::Profile => self.directory.put_when_ready(ids, ready),
            As::Change(user) => self.directory.change_when_ready(user, ids, ready),
        }?;
        if let Some(reserved) = reserved {
            reserved.commit();
        }
        self.share_memory();
        if put.is_new || matches!(what, As::Profile) {
            self.as_of.set(put.user, made_at);
        }
        Ok(put)
    }
}
