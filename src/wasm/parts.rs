//! Several texts that came in one piece, and lists of ids.

use crate::cohort::id_list::{IdList, RefusedList};
use crate::problem::Code;
use alloc::vec::Vec;

/// Takes texts that were written one after another, each by its length.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    /// The next part; `None` where its length says that it is not there.
    pub(super) fn next(&mut self, len: u32) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(len as usize)?;
        self.0 = rest;
        Some(part)
    }
}

/// A list as JavaScript writes it: its offsets in four bytes each, then its bytes.
pub(super) fn read_list(input: &[u8], offsets_len: u32) -> Result<IdList, RefusedList> {
    let refuse = |_| RefusedList {
        code: Code::LimitMemory,
        index: 0,
    };
    let (offset_bytes, text) = input
        .split_at_checked(offsets_len as usize)
        .unwrap_or((&[], input));
    let mut offsets = Vec::new();
    offsets
        .try_reserve_exact(offset_bytes.len() / 4)
        .map_err(refuse)?;
    let (words, _) = offset_bytes.as_chunks();
    offsets.extend(words.iter().map(|&word| u32::from_le_bytes(word)));
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(text.len()).map_err(refuse)?;
    bytes.extend_from_slice(text);
    IdList::from_parts(bytes, offsets)
}
