//! A request's name: by it a repeat is known within one sync.
//!
//! SHA-256 over everything that makes the request what it is, each text after its length, so that
//! no two requests are written the same. The ids are sorted: lists are sets to Braze.
//!
//! It never spans syncs, since the sync's name is part of it: adding, removing and adding an id in
//! three syncs are three different requests.

use super::write::{Body, hex};
use crate::cohort::plan::{Mapping, Number, Part, Plan};
use crate::hash::sha256::{Digest, Sha256};
use crate::problem::Code;
use alloc::collections::BinaryHeap;
use alloc::string::String;
use alloc::vec::Vec;

/// Changes whenever what is hashed does.
const VERSION: &str = "kohort/1";

/// What a key is made from, in the making.
///
/// WHY written down first, and hashed then: a host that is quicker at it can do that.
pub(super) struct Key(Body);

/// The key of a request, of which this is the material.
pub fn key(material: &[u8]) -> String {
    hex(&Sha256::digest(material))
}

impl Key {
    pub(super) fn new(kind: &str, partner: &str, cohort_id: &str, plan: &Plan<'_>) -> Key {
        let mut key = Key(Body::default());
        for field in [VERSION, partner, cohort_id, kind] {
            key.text(field.as_bytes());
        }
        key.number(u64::from(plan.sync().is_some()));
        key.text(plan.sync().unwrap_or("").as_bytes());
        key.number(plan.page_numbers().len() as u64);
        for &page in plan.page_numbers() {
            key.number(page);
        }
        key
    }

    #[inline(never)]
    fn number(&mut self, number: u64) {
        self.0.raw(&number.to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        // No text is longer than 4 GB: offsets have 32 bits.
        self.0.raw(&(text.len() as u32).to_le_bytes());
        self.0.raw(text);
    }

    /// That of a name request.
    ///
    /// **Errors**: `limit.memory`.
    pub(super) fn of_name(mut self, name: &str, created_at: &str) -> Result<Vec<u8>, Code> {
        self.text(name.as_bytes());
        self.text(created_at.as_bytes());
        self.0.finish()
    }

    /// That of the users request for a part with this number.
    ///
    /// **Errors**: `limit.memory`.
    pub(super) fn of_users(
        mut self,
        number: usize,
        mapping: Mapping<'_>,
        plan: &Plan<'_>,
        part: &Part<'_>,
    ) -> Result<Vec<u8>, Code> {
        self.number(number as u64);
        self.text(mapping.kind().field().as_bytes());
        self.text(mapping.label().as_bytes());
        self.ids(part.adds(), plan);
        self.ids(part.removes(), plan);
        self.0.finish()
    }

    #[inline(never)]
    fn ids(&mut self, numbers: &[Number], plan: &Plan<'_>) {
        // A heap sorts in a tenth of the code that a sort of the standard library takes.
        let ids: BinaryHeap<(u64, &[u8])> = numbers
            .iter()
            .map(|&number| (beginning(plan.id(number)), plan.id(number)))
            .collect();
        self.number(ids.len() as u64);
        for (_, id) in ids.into_sorted_vec() {
            self.text(id);
        }
    }
}

/// The first bytes of an id as a number of the same order: it decides most comparisons.
fn beginning(id: &[u8]) -> u64 {
    let mut first = [0; 8];
    for (place, &byte) in first.iter_mut().zip(id) {
        *place = byte;
    }
    u64::from_be_bytes(first)
}
