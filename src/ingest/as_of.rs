//! Until when the exports reach from which users were loaded.
//!
//! Ours, as Braze does not say up to when an export counts: what happened up to the moment at which
//! it was made is in its summaries, also in the last minutes before, in which it may not be (inferred
//! from "consistent within 10 to 100 ms").

use crate::identity::UserIx;
use crate::identity::directory::Full;
use alloc::vec::Vec;

/// Of each user, the moment at which the export was made that it came from.
///
/// **Cost**: two bytes a user, and none where no load says when its export was made.
#[derive(Debug, Default)]
pub struct AsOf {
    /// The moments, by their numbers from 1 on.
    moments: Vec<i64>,
    /// The number of each user's, 0 for none. As long as it needs to be.
    users: Vec<u16>,
}

impl AsOf {
    /// The number of a moment, in milliseconds since 1970; 0 of none.
    ///
    /// **Errors**: [`Full`], also beyond 65,535 different moments.
    pub fn number(&mut self, moment: Option<i64>) -> Result<u16, Full> {
        let Some(moment) = moment else {
            return Ok(0);
        };
        let known = self.moments.iter().rposition(|&known| known == moment);
        let at = known.unwrap_or(self.moments.len());
        let number = u16::try_from(at + 1).map_err(|_| Full)?;
        if known.is_none() {
            self.moments.try_reserve(1)?;
            self.moments.push(moment);
        }
        Ok(number)
    }

    /// Makes room for a user's number.
    ///
    /// **Errors**: [`Full`].
    pub fn reserve(&mut self, user: UserIx, number: u16) -> Result<(), Full> {
        let missing = (user as usize + 1).saturating_sub(self.users.len());
        if number != 0 && missing > 0 {
            self.users.try_reserve(missing)?;
        }
        Ok(())
    }

    /// Notes a user's number, for which there is room.
    pub fn set(&mut self, user: UserIx, number: u16) {
        let user = user as usize;
        if number != 0 && self.users.len() <= user && self.users.capacity() > user {
            self.users.resize(user + 1, 0);
        }
        if let Some(at) = self.users.get_mut(user) {
            *at = number;
        }
    }

    /// Was what happened then known to the export that the user came from?
    pub fn covers(&self, user: UserIx, moment: i64) -> bool {
        let number = self.users.get(user as usize).copied().unwrap_or(0);
        let at = usize::from(number).checked_sub(1);
        let as_of = at.and_then(|at| self.moments.get(at));
        as_of.is_some_and(|&as_of| moment <= as_of)
    }

    /// Bytes taken.
    pub fn bytes(&self) -> usize {
        self.users.capacity() * size_of::<u16>() + self.moments.capacity() * size_of::<i64>()
    }
}
