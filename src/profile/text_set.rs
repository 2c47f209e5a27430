//! Different texts, within so many bytes.

use super::dictionary::Dictionary;
use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};

/// A set of texts, in the order in which they came. None is taken out.
///
/// `Debug` is not offered, since texts are people's.
pub(crate) struct TextSet {
    texts: Dictionary,
    seed: Seed,
    budget: Budget,
}

impl TextSet {
    /// None yet, and at most so many bytes of them.
    pub(crate) fn new(seed: Seed, max_bytes: usize) -> TextSet {
        TextSet {
            texts: Dictionary::default(),
            seed,
            budget: Budget {
                used: 0,
                max: max_bytes,
            },
        }
    }

    /// Takes in a text that may be there.
    ///
    /// **Cost**: one look-up.
    pub(crate) fn insert(&mut self, text: &[u8]) -> Result<(), Full> {
        self.texts.number(text, &self.seed, &mut self.budget)?;
        Ok(())
    }

    /// Is it there?
    ///
    /// **Cost**: one look-up.
    pub(crate) fn has(&self, text: &[u8]) -> bool {
        self.texts.find(text, &self.seed).is_some()
    }

    /// All texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.texts.len() as u32).map(|number| self.texts.get(number))
    }
}
