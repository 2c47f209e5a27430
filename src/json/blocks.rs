//! Copies of short texts, such as ids, by whole blocks.
//!
//! WHY: in wasm a copy whose length is not known beforehand is a call out of the module, which for an
//! id takes longer than the copy.

use alloc::vec::Vec;

/// Bytes that are copied at once: the room that an output has to have beyond what is appended.
pub(crate) const BLOCK: usize = 16;

/// Appends the text from `start` to before `end`.
// Tried besides: out of line (62 bytes less of the edge module, and a plan takes a seventh longer).
#[inline(always)]
pub(crate) fn append(out: &mut Vec<u8>, text: &[u8], start: usize, end: usize) {
    let from = out.len();
    let len = end.saturating_sub(start);
    let blocks = len.div_ceil(BLOCK) * BLOCK;
    match text.get(start..start + blocks) {
        Some(blocks) if out.capacity() - from >= len + BLOCK => {
            for block in blocks.as_chunks::<BLOCK>().0 {
                out.extend_from_slice(block);
            }
            // What was copied beyond the end.
            out.truncate(from + len);
        }
        _ => out.extend_from_slice(text.get(start..end).unwrap_or(&[])),
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, append};
    use std::vec::Vec;

    #[test]
    fn every_part_of_a_text_is_appended_as_it_stands() {
        let text: Vec<u8> = (0..70).collect();
        for start in 0..text.len() {
            for end in start..=text.len() {
                // With room for blocks, and with none.
                for room in [0, end - start, end - start + BLOCK] {
                    let mut out = Vec::with_capacity(1 + room);
                    out.push(255);
                    append(&mut out, &text, start, end);
                    assert_eq!(out.split_first(), Some((&255, &text[start..end])));
                }
            }
        }
    }
}
