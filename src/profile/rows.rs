//! What a user has apart from the columns: a row of bytes for each who has any.

use super::arena::Arena;
use super::room;
use crate::identity::UserIx;
use crate::identity::directory::{Budget, Full};
use alloc::vec::Vec;

/// Users whose places lie together.
const TOGETHER: usize = 1 << 12;
/// Bytes of rows that nobody has, up to which it is not worth the trouble.
const DEAD: usize = 1 << 16;

/// The rows.
#[derive(Default)]
pub(super) struct Rows {
    arena: Arena,
    /// The place of each user's row, 0 for none. Each list is as long as it needs to be.
    places: Vec<Vec<u32>>,
    /// Bytes of rows that users have.
    live: usize,
    /// Bytes of rows that no user has any more.
    dead: usize,
}

/// What a row takes, its length included.
fn size_of_row(row: &[u8]) -> usize {
    let bits = usize::BITS - row.len().leading_zeros();
    row.len() + (bits as usize).div_ceil(7).max(1)
}

impl Rows {
    fn place(&self, user: UserIx) -> u32 {
        let user = user as usize;
        let places = self.places.get(user / TOGETHER);
        let place = places.and_then(|places| places.get(user % TOGETHER));
        place.copied().unwrap_or(0)
    }

    /// The row of a user; an empty one if there is none.
    pub(super) fn get(&self, user: UserIx) -> &[u8] {
        match self.place(user) {
            0 => &[],
            place => self.arena.at(place),
        }
    }

    /// Behind the last user who may have a row.
    pub(super) fn end(&self) -> usize {
        self.places.len() * TOGETHER
    }

    /// The rows of so many users from this one on, whose number begins a list of places.
    pub(super) fn from(
        &self,
        first: UserIx,
        users: usize,
    ) -> impl Iterator<Item = (&[u8], UserIx)> {
        let places = self.places.iter().zip((0..).step_by(TOGETHER));
        let places = places.skip(first as usize / TOGETHER);
        places.take(users / TOGETHER).flat_map(|(places, first)| {
            let rows = places.iter().zip(first..).filter(|(place, _)| **place != 0);
            rows.map(|(&place, user)| (self.arena.at(place), user))
        })
    }

    /// Makes room for a row of so many bytes.
    pub(super) fn reserve(
        &mut self,
        user: UserIx,
        len: usize,
        budget: &mut Budget,
    ) -> Result<(), Full> {
        self.tidy(budget);
        if len == 0 {
            return Ok(());
        }
        let user = user as usize;
        let missing = (user / TOGETHER + 1).saturating_sub(self.places.len());
        room::more(&mut self.places, missing, budget)?;
        if missing > 0 {
            self.places.resize_with(user / TOGETHER + 1, Vec::new);
        }
        if let Some(places) = self.places.get_mut(user / TOGETHER) {
            let needed = user % TOGETHER + 1;
            if needed > places.capacity() {
                let wanted = (needed + needed / 2).min(TOGETHER);
                room::at_least(places, wanted, budget)?;
            }
        }
        self.arena.reserve(len, budget)
    }

    /// Writes a row, for which there is room. An empty one is none.
    pub(super) fn put(&mut self, user: UserIx, row: &[u8]) {
        let size = match self.get(user) {
            [] => 0,
            old => size_of_row(old),
        };
        self.live -= size;
        self.dead += size;
        let place = if row.is_empty() {
            0
        } else {
            self.live += size_of_row(row);
            self.arena.push(row)
        };
        let user = user as usize;
        if let Some(places) = self.places.get_mut(user / TOGETHER) {
            // Nobody beyond the end has a row.
            if places.len() <= user % TOGETHER && place != 0 {
                places.resize(user % TOGETHER + 1, 0);
            }
            if let Some(at) = places.get_mut(user % TOGETHER) {
                *at = place;
            }
        }
    }

    /// Frees the memory of rows that nobody has any more, once they are most of it. Where there is
    /// too little memory for both at once, all stays as it is.
    fn tidy(&mut self, budget: &mut Budget) {
        if self.dead > DEAD && self.dead > self.live {
            self.tidy_now(budget);
        }
    }

    /// The same, however few they are. Answers whether that has made room.
    pub(super) fn tidy_now(&mut self, budget: &mut Budget) -> bool {
        if self.dead == 0 {
            return false;
        }
        let before = budget.used;
        let mut new = Arena::default();
        if self.copy(&mut new, budget).is_err() {
            budget.used = before;
            return false;
        }
        budget.give_back(self.arena.bytes());
        self.arena = new;
        self.dead = 0;
        true
    }

    /// Copies the rows of all users, and then, when nothing can fail any more, notes their places.
    #[cold]
    fn copy(&mut self, new: &mut Arena, budget: &mut Budget) -> Result<(), Full> {
        let mut moved: Vec<Vec<u32>> = Vec::new();
        room::at_least(&mut moved, self.places.len(), budget)?;
        for places in &self.places {
            let mut to = Vec::new();
            room::at_least(&mut to, places.capacity(), budget)?;
            for &place in places {
                let row = if place == 0 {
                    &[]
                } else {
                    self.arena.at(place)
                };
                to.push(if row.is_empty() {
                    0
                } else {
                    new.reserve(row.len(), budget)?;
                    new.push(row)
                });
            }
            moved.push(to);
        }
        // Of few rows the last segment may be less full than it was.
        if new.bytes() > self.arena.bytes() {
            return Err(Full);
        }
        let places = core::mem::replace(&mut self.places, moved);
        budget.give_back(room::bytes_of(&places));
        budget.give_back(places.iter().map(room::bytes_of).sum());
        Ok(())
    }

    /// Bytes taken.
    pub(super) fn bytes(&self) -> usize {
        let places = self.places.iter().map(room::bytes_of).sum::<usize>();
        self.arena.bytes() + room::bytes_of(&self.places) + places
    }
}
