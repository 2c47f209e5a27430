//! Names of attributes, and their numbers.

use super::dictionary::Dictionary;
use super::{AttributeIx, room};
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use crate::limits::MAX_ATTRIBUTES;
use alloc::vec::Vec;

/// Whose name it is: a custom attribute may be called as one of Braze's own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Namespace {
    /// A field of Braze's own profile, such as `country`.
    Default,
    /// A custom attribute.
    Custom,
}

/// The names.
pub(super) struct Names {
    /// How many there may be.
    pub(super) most: usize,
    /// A byte for the namespace, and the name.
    names: Dictionary,
    scratch: Vec<u8>,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            most: MAX_ATTRIBUTES,
            names: Dictionary::default(),
            scratch: Vec::new(),
        }
    }
}

impl Names {
    /// The attribute of this name, numbered here if it is new.
    pub(super) fn number(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        seed: &Seed,
        budget: &mut Budget,
    ) -> Result<AttributeIx, Full> {
        self.write_key(namespace, name, budget)?;
        if self.names.len() >= self.most && self.names.find(&self.scratch, seed).is_none() {
            return Err(Full);
        }
        let number = self.names.number(&self.scratch, seed, budget)?;
        Ok(AttributeIx(number))
    }

    /// The attribute of this name, if there is one.
    pub(super) fn find(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        seed: &Seed,
        budget: &mut Budget,
    ) -> Result<Option<AttributeIx>, Full> {
        self.write_key(namespace, name, budget)?;
        Ok(self.names.find(&self.scratch, seed).map(AttributeIx))
    }

    /// The same of a key that was written before: a byte for the namespace, and the name.
    pub(super) fn look_up(&self, key: &[u8], seed: &Seed) -> Option<AttributeIx> {
        self.names.find(key, seed).map(AttributeIx)
    }

    fn write_key(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        budget: &mut Budget,
    ) -> Result<(), Full> {
        self.scratch.clear();
        room::more(&mut self.scratch, name.len() + 1, budget)?;
        self.scratch.push(namespace as u8);
        self.scratch.extend_from_slice(name);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn get(&self, attribute: AttributeIx) -> Option<(Namespace, &[u8])> {
        let (&namespace, name) = self.names.get(attribute.0).split_first()?;
        let namespace = if namespace == Namespace::Default as u8 {
            Namespace::Default
        } else {
            Namespace::Custom
        };
        Some((namespace, name))
    }

    pub(super) fn bytes(&self) -> usize {
        self.names.bytes() + room::bytes_of(&self.scratch)
    }
}
