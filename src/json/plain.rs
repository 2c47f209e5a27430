//! Elements as nearly every client writes them, taken in loops that do nothing else.
//!
//! Whatever is unusual ends a loop before it, and is left to the reader that knows everything.
//! Tried besides, over bodies of 42 KB: bits of all quotes of 64 bytes at a time, and walking the
//! bits (0.85 times as fast), 48 bytes of each string at once (0.8 times), and guessing an id's end
//! from the one before (1.02 times, not worth its code).

use super::{Items, Reader, Text, scan};

impl Reader<'_> {
    /// Takes elements of the array for as long as they are strings of 1 to `max_len` bytes without
    /// escapes, and hands each with its bytes to `take`. What comes then is for
    /// [`Reader::next_item`].
    ///
    /// WHY: nearly every id is written like this, and this loop is where a check spends its time.
    #[inline(always)]
    pub fn plain_strings(
        &mut self,
        items: &mut Items,
        max_len: usize,
        mut take: impl FnMut(Text, &[u8]),
    ) {
        let bytes = self.bytes;
        // INVARIANT: `self.at` is after the last element taken, or after the opening bracket.
        let mut quote = self.at;
        if items.next > 0 {
            if self.byte() != Some(b',') {
                return;
            }
            quote += 1;
        }
        let mut taken = items.next;
        let mut at = self.at;
        loop {
            if bytes.get(quote) != Some(&b'"') {
                quote = self.after_space(quote);
                if bytes.get(quote) != Some(&b'"') {
                    break;
                }
            }
            let start = quote + 1;
            let mut end = scan::ascii_stop(bytes, start);
            let mut high = false;
            if bytes.get(end) != Some(&b'"') {
                let Some(found) = self.end_of_utf8(start, end) else {
                    break;
                };
                end = found;
                high = true;
            }
            if (end - start).wrapping_sub(1) >= max_len {
                break;
            }
            let text = Text::new(start, end, high, false);
            take(text, text.raw(bytes));
            taken += 1;
            at = end + 1;
            if bytes.get(at) != Some(&b',') {
                break;
            }
            quote = at + 1;
        }
        self.at = at;
        items.next = taken;
    }

    /// The first place from `at` on that is not white space.
    #[inline(never)]
    fn after_space(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or(&[]).iter();
        at + rest
            .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
            .count()
    }

    /// The end of the string from `start` that is not in ASCII from `at` on, if it is valid UTF-8
    /// without escapes.
    #[inline(never)]
    fn end_of_utf8(&self, start: usize, at: usize) -> Option<usize> {
        let (end, _) = scan::string_stop(self.bytes, at);
        let good = self.bytes.get(end) == Some(&b'"')
            && core::str::from_utf8(self.bytes.get(start..end)?).is_ok();
        good.then_some(end)
    }

    /// Takes an object of strings such as `{"first":"…","second":"…"}`, written without white space
    /// and with plain strings of 1 to `max_len` bytes, where it stands at the cursor after a comma
    /// (or as the first element); `None`, with the cursor where it was, where anything else stands.
    /// `before` is what stands before each string, its quote included.
    #[inline(always)]
    pub fn plain_object<const N: usize>(
        &mut self,
        items: &mut Items,
        before: [&[u8]; N],
        max_len: usize,
    ) -> Option<[Text; N]> {
        let mut at = self.at;
        if items.next > 0 {
            if self.byte() != Some(b',') {
                return None;
            }
            at += 1;
        }
        let mut texts = [Text::MISSING; N];
        for (text, before) in texts.iter_mut().zip(before) {
            if !self.bytes.get(at..)?.starts_with(before) {
                return None;
            }
            let start = at + before.len();
            let end = scan::ascii_stop(self.bytes, start);
            if self.bytes.get(end) != Some(&b'"') || (end - start).wrapping_sub(1) >= max_len {
                return None;
            }
            *text = Text::new(start, end, false, false);
            at = end + 1;
        }
        if self.bytes.get(at) != Some(&b'}') || self.depth >= self.max_depth {
            return None;
        }
        self.at = at + 1;
        items.next += 1;
        Some(texts)
    }
}
