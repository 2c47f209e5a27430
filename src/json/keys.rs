//! The keys of one object that the schema does not know, for finding one that comes twice.

use super::Text;
use crate::hash::{Seed, SeedSource, Table};
use alloc::vec::Vec;

/// Keys up to this many are compared one by one; a payload rarely has even one.
const FEW: usize = 8;

/// A set of keys of one text. Nothing is allocated before the first.
#[derive(Default)]
pub(super) struct KeySet {
    keys: Vec<Text>,
    table: Option<Table>,
}

impl KeySet {
    /// Adds a key; false if it was there, however it was written.
    ///
    /// **Cost**: constant, also for keys chosen to collide, since the seed is secret.
    pub(super) fn insert(&mut self, seed: &dyn SeedSource, key: Text, bytes: &[u8]) -> bool {
        let known = if self.keys.len() < FEW {
            self.keys
                .iter()
                .any(|&other| reads_alike(other, key, bytes))
        } else {
            self.insert_of_many(seed.seed(), key, bytes)
        };
        if !known {
            self.keys.push(key);
        }
        !known
    }

    fn insert_of_many(&mut self, seed: &Seed, key: Text, bytes: &[u8]) -> bool {
        let keys = &*self.keys;
        let enter = |table: &mut Table, index: usize, key: Text| {
            let same = |other: u32| {
                let other = keys.get(other as usize);
                other.is_some_and(|&other| reads_alike(other, key, bytes))
            };
            table
                .insert(seed.hash(&key.decode(bytes)), index as u32, same)
                .is_some()
        };
        if !self.table.as_ref().is_some_and(Table::has_room) {
            // One of all keys with as much room again.
            let mut table = Table::default();
            table.reset(2 * keys.len());
            for (index, &key) in keys.iter().enumerate() {
                enter(&mut table, index, key);
            }
            self.table = Some(table);
        }
        let table = self.table.as_mut();
        table.is_some_and(|table| enter(table, keys.len(), key))
    }
}

fn reads_alike(one: Text, other: Text, bytes: &[u8]) -> bool {
    one.decode(bytes) == other.decode(bytes)
}
