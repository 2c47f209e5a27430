//! Making a directory anew from its own ids: without the records that nobody has any more, or
//! under other hashes.

use super::{Directory, Full, UserIx, who};
use crate::hash::Seed;
use crate::identity::{ProfileIdKind, ProfileIds};

/// Bytes of records that nobody has, up to which it is not worth the trouble.
const DEAD: usize = 1 << 20;

impl Directory {
    /// Frees the memory of records that nobody has any more, once they are most of it. Where there
    /// is too little memory for both at once, all stays as it is.
    pub(super) fn tidy(&mut self) {
        if self.dead > DEAD && self.dead > self.arena.bytes() / 2 {
            self.tidy_now();
        }
    }

    /// The same, however few they are. Answers whether that has made room.
    #[cold]
    pub(crate) fn tidy_now(&mut self) -> bool {
        if self.dead == 0 {
            return false;
        }
        let used = self.budget.used;
        let tidied = self.rebuilt(self.seed.clone()).ok();
        let tidied = tidied.filter(|tidied| tidied.budget.used <= used);
        tidied.map(|tidied| *self = tidied).is_some()
    }

    /// The same users with the same numbers, their ids hashed under `seed`.
    ///
    /// **Cost**: as putting every user, and the memory of both at once.
    #[cold]
    pub(super) fn rebuilt(&self, seed: Seed) -> Result<Directory, Full> {
        let mut new = Directory::new(seed);
        let mut ids = ProfileIds::default();
        for user in 0..self.users.len() as UserIx {
            if !self.is_known(user) {
                new.users.reserve(&mut new.budget)?;
                new.users.push(0);
                new.removed += 1;
                continue;
            }
            ids.clear();
            for id in self.ids(user) {
                ids.append(id.kind, id.label, id.name)?;
            }
            let mut coming = who::coming(&new, &ids, usize::MAX)?;
            // Bytes that somebody forged may give one id to two users: the first keeps it.
            coming.retain(|id| id.part.kind == ProfileIdKind::Device || id.hit.is_none());
            new.write(None, &ids, &coming)?;
        }
        // WHY not before: an index takes more for as long as it grows, and both are there by now.
        new.budget.max = self.budget.max;
        Ok(new)
    }
}
