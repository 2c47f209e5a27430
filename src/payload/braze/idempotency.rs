//! A request's name: by it a repeat is known within one sync.
//!
//! SHA-256 over everything that makes the request what it is, each text after its length, so that
//! no two requests are written the same. The ids are sorted: lists are sets to Braze.
//!
//! It never spans syncs, since the sync's name is part of it: adding, removing and adding an id in
//! three syncs are three different requests.

use super::write::hex;
use crate::cohort::plan::{Mapping, Number, Part, Plan};
use crate::hash::sha256::{Digest, Sha256};
use alloc::collections::BinaryHeap;
use alloc::string::String;

/// Changes whenever what is hashed does.
const VERSION: &str = "kohort/1";

/// What a key is made from, as far as all requests of a plan share it.
pub(super) struct Key(Sha256);

impl Key {
    pub(super) fn new(kind: &str, partner: &str, cohort_id: &str, plan: &Plan<'_>) -> Key {
        let mut key = Key(Sha256::new());
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
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        // No text is longer than 4 GB: offsets have 32 bits.
        self.0.update((text.len() as u32).to_le_bytes());
        self.0.update(text);
    }

    /// The key of a name request.
    pub(super) fn of_name(mut self, name: &str, created_at: &str) -> String {
        self.text(name.as_bytes());
        self.text(created_at.as_bytes());
        self.finish()
    }

    /// The key of the users request for a part with this number.
    pub(super) fn of_users(
        mut self,
        number: usize,
        mapping: Mapping<'_>,
        plan: &Plan<'_>,
        part: &Part<'_>,
    ) -> String {
        self.number(number as u64);
        self.text(mapping.kind().field().as_bytes());
        self.text(mapping.label().as_bytes());
        self.ids(part.adds(), plan);
        self.ids(part.removes(), plan);
        self.finish()
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

    fn finish(self) -> String {
        hex(&self.0.finalize())
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
