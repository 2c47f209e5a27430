//! A column of single values that were worked out of profiles, kept as those of attributes are.

use super::column::Column;
use super::{Profiles, Scalar, Stretch};
use crate::hash::Seed;
use crate::identity::UserIx;
use crate::identity::directory::{Budget, Full};

/// Values of users, who come rising.
///
/// `Debug` is not offered, since values are people's.
pub struct Derived {
    column: Column,
    seed: Seed,
    budget: Budget,
}

impl Profiles {
    /// A column without values, which takes so many bytes at most.
    pub fn derived(&self, max_bytes: usize) -> Derived {
        let budget = Budget {
            used: 0,
            max: max_bytes,
        };
        Derived {
            column: Column::default(),
            seed: self.seed.clone(),
            budget,
        }
    }
}

impl Derived {
    /// Appends the value of a user behind all others.
    ///
    /// **Errors**: [`Full`].
    #[inline]
    pub fn push(&mut self, user: UserIx, value: Scalar<'_>) -> Result<(), Full> {
        let prepared = self
            .column
            .prepare_new(user, value, &self.seed, &mut self.budget);
        let (kind, number) = prepared?;
        self.column.put_new(user, kind, number);
        Ok(())
    }

    /// The value of a user, if there is one.
    pub fn get(&self, user: UserIx) -> Option<Scalar<'_>> {
        self.column.get(user)
    }

    /// The values of the users of a block.
    pub fn stretches(&self, block: u16) -> impl Iterator<Item = Stretch<'_>> {
        self.column.stretches(block, &self.seed)
    }

    /// Bytes of memory taken.
    pub fn bytes(&self) -> usize {
        self.budget.used
    }
}
