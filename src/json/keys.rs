//! The keys of one object that the schema does not know, for finding one that comes twice.

#![expect(
    clippy::indexing_slicing,
    reason = "ends are kept rising and within the text"
)]

use crate::hash::{Seed, SeedSource, Table};
use alloc::vec::Vec;

/// Keys up to this many are compared one by one; a payload rarely has even one.
const FEW: usize = 8;

/// A set of keys. Nothing is allocated before the first.
pub(super) struct KeySet {
    text: Vec<u8>,
    ends: Vec<u32>,
    table: Option<Table>,
}

impl KeySet {
    pub(super) const fn new() -> KeySet {
        KeySet {
            text: Vec::new(),
            ends: Vec::new(),
            table: None,
        }
    }

    /// Adds a key; false if it was there.
    ///
    /// **Cost**: constant, also for keys chosen to collide, since the seed is secret.
    pub(super) fn insert(&mut self, seed: &dyn SeedSource, key: &[u8]) -> bool {
        if self.ends.len() < FEW {
            if (0..self.ends.len()).any(|index| self.key(index) == key) {
                return false;
            }
            self.push(key);
            return true;
        }
        let index = self.ends.len() as u32;
        let seed = seed.seed();
        let mut table = match self.table.take() {
            Some(table) if table.has_room() => table,
            _ => self.index(seed),
        };
        let known = table.insert(seed.hash(key), index, |other| {
            self.key(other as usize) == key
        });
        self.table = Some(table);
        if known.is_some() {
            return false;
        }
        self.push(key);
        true
    }

    /// A table of all keys with as much room again.
    fn index(&self, seed: &Seed) -> Table {
        let mut table = Table::default();
        table.reset(2 * self.ends.len());
        for index in 0..self.ends.len() {
            table.insert(seed.hash(self.key(index)), index as u32, |_| false);
        }
        table
    }

    fn push(&mut self, key: &[u8]) {
        self.text.extend_from_slice(key);
        self.ends.push(self.text.len() as u32);
    }

    fn key(&self, index: usize) -> &[u8] {
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        &self.text[start..self.ends[index] as usize]
    }
}
