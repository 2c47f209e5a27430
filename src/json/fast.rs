//! A cursor that takes what nearly every client writes, and nothing else.
//!
//! It knows no paths and notes no problems: whatever is unusual is `None` or an early end, and is
//! left to the [`Reader`], which knows everything. White space, escapes and every character are
//! usual; a key out of the schema, half a surrogate pair or a fault of grammar is not.
//!
//! Tried besides for the lists of ids, over bodies of 42 KB: bits of all quotes of 64 bytes at a
//! time, and walking the bits (0.85 times as fast), 48 bytes of each string at once (0.8 times), and
//! guessing an id's end from the one before (1.02 times, not worth its code).

use super::text::{escape, is_surrogate, push_char};
use super::{Items, Reader, Text, scan};
use alloc::vec::Vec;

/// A text of 8 to 16 bytes, as two words that cover it.
// WHY: a comparison of slices is a call and a loop over bytes in wasm; this is four instructions.
pub(crate) struct Words {
    len: usize,
    head: u64,
    tail: u64,
}

impl Words {
    /// These words.
    pub(crate) const fn new(text: &str) -> Words {
        let text = text.as_bytes();
        assert!(
            text.len() >= 8 && text.len() <= 16,
            "two words must cover it"
        );
        Words {
            len: text.len(),
            head: word(text, 0),
            tail: word(text, text.len() - 8),
        }
    }

    /// Is it this text?
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn is(&self, text: &[u8]) -> bool {
        text.len() == self.len && self.begin(text)
    }

    /// Does the text begin with them?
    #[inline(always)]
    fn begin(&self, text: &[u8]) -> bool {
        let Some(text) = text.get(..self.len) else {
            return false;
        };
        match (text.first_chunk(), text.last_chunk()) {
            (Some(&head), Some(&tail)) => {
                (u64::from_le_bytes(head) ^ self.head) | (u64::from_le_bytes(tail) ^ self.tail) == 0
            }
            _ => false,
        }
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "only while compiling; a function for constants cannot iterate"
)]
const fn word(text: &[u8], from: usize) -> u64 {
    let mut word = 0;
    let mut at = 8;
    while at > 0 {
        at -= 1;
        word = word << 8 | text[from + at] as u64;
    }
    word
}

/// What [`Fast::member`] answers behind an object.
pub(crate) const END: usize = 32;

/// A cursor over a JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Fast<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Fast<'a> {
    /// A cursor at the text's first byte.
    pub(crate) fn new(bytes: &'a [u8]) -> Fast<'a> {
        Fast { bytes, at: 0 }
    }

    /// The whole text.
    #[inline(always)]
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// What follows the cursor.
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    /// The place of the cursor.
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Passes so many bytes, which were looked at.
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn advance(&mut self, len: usize) {
        self.at += len;
    }

    /// The first byte of what follows white space, with the cursor before it.
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte > b' ' => Some(byte),
            _ => {
                self.at = scan::space_stop(self.bytes, self.at);
                self.bytes.get(self.at).copied()
            }
        }
    }

    /// Passes a byte, and white space before it; false, with the cursor where it was, if another
    /// byte stands there.
    #[inline(always)]
    pub(crate) fn pass(&mut self, byte: u8) -> bool {
        match self.bytes.get(self.at) {
            Some(&found) if found == byte => {
                self.at += 1;
                true
            }
            Some(&found) if found > b' ' => false,
            _ => self.pass_spaced(byte),
        }
    }

    #[inline(never)]
    fn pass_spaced(&mut self, byte: u8) -> bool {
        let at = scan::space_stop(self.bytes, self.at);
        let found = self.bytes.get(at) == Some(&byte);
        if found {
            self.at = at + 1;
        }
        found
    }

    /// Is nothing left but white space?
    pub(crate) fn is_done(&self) -> bool {
        scan::space_stop(self.bytes, self.at) == self.bytes.len()
    }

    /// Goes to the value of the next of an object's members and answers the index of its key, or
    /// [`END`] behind the object's end; `None` where the key is none of `keys`, which are written with
    /// the quote behind them, or comes again, and where an object has no member. `seen` has a bit for
    /// each key that was there; at first it has none, and the cursor is before the object.
    #[inline(never)]
    pub(crate) fn member(&mut self, keys: &[Words], seen: &mut u32) -> Option<usize> {
        let mut before = b'{';
        if *seen != 0 {
            if self.pass(b'}') {
                return Some(END);
            }
            before = b',';
        }
        if !self.pass(before) || !self.pass(b'"') {
            return None;
        }
        let rest = self.bytes.get(self.at..)?;
        // Keys mostly come in the schema's order, so the first that was not there is tried first.
        let first = seen.trailing_ones() as usize;
        let fits = |&(_, key): &(usize, &Words)| key.begin(rest);
        let mut keys = keys.iter().enumerate();
        let (index, key) = match keys.clone().skip(first).find(fits) {
            Some(found) => found,
            None => keys.find(fits)?,
        };
        let bit = 1 << index;
        self.at += key.len;
        if *seen & bit != 0 || !self.pass(b':') {
            return None;
        }
        *seen |= bit;
        Some(index)
    }

    /// Passes what stands before a string, its quote included, and the string, where it is in ASCII
    /// without escapes; `None` where anything else stands, and then the cursor may be anywhere.
    #[inline(always)]
    pub(crate) fn text_after(&mut self, before: &Words) -> Option<Text> {
        if !before.begin(self.bytes.get(self.at..)?) {
            return None;
        }
        let start = self.at + before.len;
        let end = scan::ascii_stop(self.bytes, start);
        self.at = end + 1;
        (self.bytes.get(end) == Some(&b'"')).then(|| Text::new(start, end, false, false))
    }

    /// Passes a byte.
    #[inline(always)]
    pub(crate) fn pass_at_once(&mut self, byte: u8) -> bool {
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Passes `true` or `false`.
    #[inline(always)]
    pub(crate) fn flag(&mut self) -> Option<bool> {
        let at = scan::space_stop(self.bytes, self.at);
        let rest = self.bytes.get(at..)?;
        let (len, value) = match (rest.first_chunk(), rest.first_chunk()) {
            (Some(b"true"), _) => (4, true),
            (_, Some(b"false")) => (5, false),
            _ => return None,
        };
        self.at = at + len;
        Some(value)
    }

    /// Passes a string in ASCII without escapes; `None`, with the cursor where it was, where another
    /// value stands.
    #[cfg(feature = "std")]
    #[inline(always)]
    pub(crate) fn plain_text(&mut self) -> Option<&'a [u8]> {
        let start = self.at + 1;
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let end = scan::ascii_stop(self.bytes, start);
        if self.bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.bytes.get(start..end)
    }

    /// Passes a string. Where it holds escapes, what it reads as is left in `decoded`.
    #[inline(never)]
    pub(crate) fn text(&mut self, decoded: &mut Vec<u8>) -> Option<Text> {
        if !self.pass(b'"') {
            return None;
        }
        let start = self.at;
        let stop = scan::ascii_stop(self.bytes, start);
        let text = if self.bytes.get(stop) == Some(&b'"') {
            Text::new(start, stop, false, false)
        } else {
            odd_text(self.bytes, start, stop, decoded)?
        };
        self.at = start + text.raw_len() + 1;
        Some(text)
    }

    /// Takes elements of an array for as long as they are strings of 1 to `max_len` bytes, and hands
    /// each with what it reads as to `take`. The cursor is behind the bracket if `first`, else behind
    /// an element, and in the end behind the last element that was taken.
    // WHY: nearly every id passes through this loop, and it is where a check spends its time.
    #[inline(always)]
    pub(crate) fn strings(
        &mut self,
        first: bool,
        max_len: usize,
        decoded: &mut Vec<u8>,
        mut take: impl FnMut(Text, &[u8]),
    ) {
        let bytes = self.bytes;
        let mut quote = self.at;
        if !first {
            if !self.pass(b',') {
                return;
            }
            // Behind the element again, where it stays unless another one is taken.
            core::mem::swap(&mut self.at, &mut quote);
        }
        loop {
            if bytes.get(quote) != Some(&b'"') {
                quote = scan::space_stop(bytes, quote);
                if bytes.get(quote) != Some(&b'"') {
                    return;
                }
            }
            let start = quote + 1;
            let end = scan::ascii_stop(bytes, start);
            let mut text = Text::new(start, end, false, false);
            let mut reads = text.raw(bytes);
            if bytes.get(end) != Some(&b'"') {
                let Some(odd) = odd_text(bytes, start, end, decoded) else {
                    return;
                };
                text = odd;
                reads = if odd.is_escaped() {
                    decoded
                } else {
                    odd.raw(bytes)
                };
            }
            if reads.len().wrapping_sub(1) >= max_len {
                return;
            }
            take(text, reads);
            let end = start + text.raw_len();
            self.at = end + 1;
            quote = end + 1;
            if bytes.get(quote) != Some(&b',') {
                quote = scan::space_stop(bytes, quote);
                if bytes.get(quote) != Some(&b',') {
                    return;
                }
            }
            quote += 1;
        }
    }
}

/// The string from `start`, which is plain up to `at`. Where it holds escapes, what it reads as is
/// left in `decoded`.
// Escapes are decoded here once, each by a few instructions, and runs between them are copied.
#[inline(never)]
fn odd_text(bytes: &[u8], start: usize, mut at: usize, decoded: &mut Vec<u8>) -> Option<Text> {
    let (mut high, mut escaped, mut run) = (false, false, start);
    decoded.clear();
    loop {
        match *bytes.get(at)? {
            b'"' => break,
            b'\\' => {
                escaped = true;
                if run < at {
                    decoded.extend_from_slice(bytes.get(run..at)?);
                }
                let (code, len) = escape(bytes, at)?;
                if is_surrogate(code) {
                    return None;
                }
                push_char(decoded, code);
                at += len;
                run = at;
            }
            0x80.. => {
                high = true;
                at += utf8_len(bytes, at)?;
            }
            _ => return None,
        }
        if matches!(bytes.get(at), Some(0x20..0x80)) {
            at = scan::ascii_stop(bytes, at);
        }
    }
    if escaped {
        decoded.extend_from_slice(bytes.get(run..at)?);
    }
    Some(Text::new(start, at, high, escaped))
}

/// The length of the character at `at`, which is not ASCII; `None` where it is not UTF-8.
// Tried besides: `core::str::from_utf8` over the whole string (0.6 times as fast over bodies of
// names in five alphabets, whose strings are short).
#[inline(always)]
fn utf8_len(bytes: &[u8], at: usize) -> Option<usize> {
    // Behind a string stand at least a quote and two brackets.
    let word = u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?);
    if word & 0xC0E0 == 0x80C0 {
        return (word & 0x1E != 0).then_some(2);
    }
    if word & 0x00C0_C0F0 == 0x0080_80E0 {
        let high = (word & 0xF) << 12 | word >> 2 & 0xFC0;
        return (high >= 0x800 && high & 0xF800 != 0xD800).then_some(3);
    }
    let code = (word & 0x7) << 18 | (word & 0x3F00) << 4;
    (word & 0xC0C0_C0F8 == 0x8080_80F0 && (0x1_0000..0x11_0000).contains(&code)).then_some(4)
}

impl<'a> Reader<'a> {
    /// A fast cursor where this one stands.
    pub(crate) fn fast(&self) -> Fast<'a> {
        Fast {
            bytes: self.bytes,
            at: self.at,
        }
    }

    /// Goes to where the fast cursor stands, which has taken some of an array's elements.
    pub(crate) fn took(&mut self, fast: &Fast<'a>, items: &mut Items, count: u32) {
        self.at = fast.at;
        items.next += count;
    }

    /// Is an object allowed where the cursor stands?
    pub(crate) fn may_enter(&self) -> bool {
        self.depth < self.max_depth
    }
}
