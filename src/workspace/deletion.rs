//! Deleting users, and who is left.

use super::Workspace;
use crate::cohort::membership::Members;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use crate::problem::Code;

impl Workspace {
    /// Deletes a user: its ids, its profile and its place in every cohort. False if there is no such
    /// user. Loaded again it is a new user, in no cohort; see [`Directory::remove`].
    ///
    /// **Errors**: `limit.memory`, with nothing changed: see [`Profiles::remove`].
    ///
    /// **Cost**: in the user's ids and values, and in the cohorts.
    ///
    /// [`Directory::remove`]: crate::identity::Directory::remove
    /// [`Profiles::remove`]: crate::profile::Profiles::remove
    pub fn delete(&mut self, user: UserIx) -> Result<bool, Code> {
        if !self.directory.is_known(user) {
            return Ok(false);
        }
        // First, as the only one that can fail.
        let mut removed = self.remove_profile(user);
        if removed.is_err() && (self.directory.tidy_now() | self.profiles.tidy()) {
            removed = self.remove_profile(user);
        }
        removed.map_err(|_| Code::LimitMemory)?;
        self.directory.remove(user);
        self.cohorts.remove_user(user);
        // Neither the hole nor whoever comes later has what an export covered.
        self.as_of.set(user, 0);
        self.profiles_changed();
        Ok(true)
    }

    fn remove_profile(&mut self, user: UserIx) -> Result<(), Full> {
        let others = self.directory.memory_bytes() + self.as_of.bytes();
        let left = self.max_memory_bytes.saturating_sub(others);
        self.profiles.set_max_memory_bytes(left);
        self.profiles.remove(user)
    }

    /// The users there are: all numbers below [`Directory::len`](crate::identity::Directory::len)
    /// but those of deleted ones.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: in the users, deleted ones among them.
    pub fn live_users(&self) -> Result<Members, Code> {
        let mut live = Members::default();
        live.reserve(self.directory.len())?;
        for user in 0..self.directory.len() as UserIx {
            if self.directory.is_known(user) {
                live.insert(user);
            }
        }
        Ok(live)
    }
}
