//! Changes to a profile, by `/users/track` or CSV: what is known is read, changed in the draft, and put
//! back.

use super::intake::{As, Intake};
use super::tree::{Grow, Tree, owned, push, put_by_key};
use crate::identity::directory::{Full, Put, Refusal};
use crate::identity::{ProfileIdKind, ProfileIds, UserIx};
use crate::profile::Namespace;
use alloc::vec::Vec;

/// The list of a user's subscription groups, each an object of its id and its state.
///
/// **Source**: Braze, "User attributes object". Its exports have none.
const GROUPS: &[u8] = b"subscription_groups";
pub(super) const GROUP_ID: &[u8] = b"subscription_group_id";
pub(super) const GROUP_STATE: &[u8] = b"subscription_state";

/// Is it a state in which a user can be to a group?
pub(super) fn is_group_state(state: &[u8]) -> bool {
    matches!(state, b"subscribed" | b"unsubscribed")
}

impl Intake<'_> {
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

    /// Writes a value into the draft.
    pub(super) fn set(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        value: &Tree,
    ) -> Result<(), Full> {
        let attribute = self.number(namespace, name)?;
        value.write(attribute, self.draft)
    }

    /// Sets a list of objects to what it is and these, one for each value of `key`.
    pub(super) fn set_list(
        &mut self,
        name: &[u8],
        now: Option<Tree>,
        new: Vec<Tree>,
        key: &[u8],
    ) -> Result<(), Full> {
        let mut list = match now {
            Some(Tree::List(items)) => items,
            _ => Vec::new(),
        };
        put_by_key(&mut list, new, key)?;
        self.set(Namespace::Default, name, &Tree::List(list))
    }

    /// Sets states of groups, `None` to forget all: others stay.
    pub(super) fn set_groups(
        &mut self,
        user: Option<UserIx>,
        groups: Option<Vec<Tree>>,
    ) -> Result<(), Full> {
        let Some(groups) = groups else {
            return self.set(Namespace::Default, GROUPS, &Tree::Null);
        };
        let now = self.value(user, Namespace::Default, GROUPS)?;
        self.set_list(GROUPS, now, groups, GROUP_ID)
    }

    /// The user's devices, as objects that say no more than their ids.
    pub(super) fn bare_devices(&self, user: UserIx) -> Result<Vec<Tree>, Full> {
        let mut devices = Vec::new();
        let ids = self.directory.ids(user);
        for id in ids.filter(|id| id.kind == ProfileIdKind::Device) {
            let mut fields = Vec::new();
            push(
                &mut fields,
                (owned(b"device_id")?, Tree::Text(owned(id.name)?)),
            )?;
            push(&mut devices, Tree::Object(fields))?;
        }
        Ok(devices)
    }

    /// Applies the draft to a user, known or new, who gets these ids besides those there are.
    ///
    /// **Errors**: what keeps it from being applied; nothing has changed.
    pub(super) fn change(
        &mut self,
        user: Option<UserIx>,
        ids: &mut ProfileIds,
    ) -> Result<Put, Refusal> {
        self.put(ids, As::Change(user))
    }
}
