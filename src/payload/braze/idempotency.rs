//! A request's name: by it a repeat is known within one sync.
//!
//! SHA-256 over everything that makes the request what it is, each text after its length, so that
//! no two requests are written the same. The ids are sorted: lists are sets to Braze.
//!
//! It never spans syncs, since the sync's name is part of it: adding, removing and adding an id in
//! three syncs are three different requests.

use super::write::hex;
use crate::cohort::plan::{Mapping, Number, Part, Plan};
use alloc::collections::BinaryHeap;
use alloc::string::String;
use sha2::{Digest, Sha256};

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

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &[u8]) {
        self.number(text.len() as u64);
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
        for numbers in [part.adds, part.removes] {
            self.number(numbers.len() as u64);
            // A heap sorts in a tenth of the code that a sort of the standard library takes.
            let ids: BinaryHeap<&[u8]> = numbers.iter().map(|&id: &Number| plan.id(id)).collect();
            for id in ids.into_sorted_vec() {
                self.text(id);
            }
        }
        self.finish()
    }

    fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}
