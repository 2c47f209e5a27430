//! Keys as they are written, known by comparing words.

use alloc::vec::Vec;

/// Bytes of a text, zeros behind a shorter one.
pub(super) type Words = [u64; 3];

/// A key between its quotes, and the colon.
pub(super) struct Written {
    all: Vec<u8>,
    /// Its first 24 bytes, and which bits of them count.
    words: Words,
    masks: Words,
}

impl Written {
    /// As this key is written; `None` where memory has run out.
    pub(super) fn new(key: &[u8]) -> Option<Written> {
        let mut all = Vec::new();
        all.try_reserve_exact(key.len() + 3).ok()?;
        all.push(b'"');
        all.extend_from_slice(key);
        all.extend_from_slice(b"\":");
        let counts = [0xFF; 24];
        Some(Written {
            words: words(&all),
            masks: words(counts.get(..all.len()).unwrap_or(&counts)),
            all,
        })
    }

    /// Does a text, whose words these are, begin with it?
    #[inline(always)]
    pub(super) fn begins(&self, text: &[u8], words: Words) -> bool {
        let [a, b, c] = words;
        let differs = (a & self.masks[0] ^ self.words[0])
            | (b & self.masks[1] ^ self.words[1])
            | (c & self.masks[2] ^ self.words[2]);
        differs == 0 && (self.all.len() <= 24 || text.starts_with(&self.all))
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The key between its quotes.
    pub(super) fn quoted(&self) -> &[u8] {
        self.all.split_last().map_or(&[], |(_, key)| key)
    }

    /// The key.
    #[inline(always)]
    pub(super) fn key(&self) -> &[u8] {
        self.all.get(1..self.all.len() - 2).unwrap_or(&[])
    }
}

#[inline(always)]
pub(super) fn words(text: &[u8]) -> Words {
    match text.first_chunk::<24>() {
        Some(bytes) => three(bytes),
        None => short_words(text),
    }
}

#[inline(never)]
fn short_words(text: &[u8]) -> Words {
    let mut bytes = [0; 24];
    for (to, from) in bytes.iter_mut().zip(text) {
        *to = *from;
    }
    three(&bytes)
}

#[inline(always)]
fn three(bytes: &[u8; 24]) -> Words {
    let mut words = [0; 3];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    words
}

/// The key that begins at the first byte, with the quote behind it, if it is in ASCII without escapes.
pub(super) fn plain(text: &[u8]) -> Option<&[u8]> {
    let is_plain = |byte: &u8| (0x20..0x80).contains(byte) && !matches!(byte, b'"' | b'\\');
    let end = text.iter().position(|byte| !is_plain(byte))?;
    text.get(..=end).filter(|key| key.ends_with(b"\""))
}
