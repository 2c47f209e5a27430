//! A string of the input: where it stands, and its characters when they are asked for.

use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// A string between its quotes, not decoded. 31 bits of place, so 8 bytes in all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Text {
    start: u32,
    /// Length in the upper 30 bits, then "holds bytes that are not ASCII", then "holds escapes".
    len_and_flags: u32,
}

const HIGH: u32 = 0b10;
const ESCAPED: u32 = 0b01;

impl Text {
    /// Stands for a value that should have been a string and was none. It is not plain, so that
    /// what takes plain texts quickly never takes it for an empty one.
    pub const MISSING: Text = Text {
        start: u32::MAX,
        len_and_flags: ESCAPED,
    };

    /// Is this [`Text::MISSING`]?
    #[inline(always)]
    pub fn is_missing(self) -> bool {
        self.start == u32::MAX
    }

    /// A string from `start` to before `end`.
    // INVARIANT: a body is at most `HARD_BODY_BYTES`, so place and length fit.
    #[inline(always)]
    pub(crate) fn new(start: usize, end: usize, high: bool, escaped: bool) -> Text {
        let flags = if high { HIGH } else { 0 } | if escaped { ESCAPED } else { 0 };
        Text {
            start: start as u32,
            len_and_flags: ((end - start) as u32) << 2 | flags,
        }
    }

    /// Is it written as it reads, in ASCII without escapes?
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        self.len_and_flags & (HIGH | ESCAPED) == 0
    }

    /// Does it hold escapes, so that it does not read as it is written?
    #[inline(always)]
    pub fn is_escaped(self) -> bool {
        self.len_and_flags & ESCAPED != 0
    }

    /// Is nothing between the quotes?
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        self.raw_len() == 0
    }

    /// Bytes between the quotes.
    #[inline(always)]
    pub fn raw_len(self) -> usize {
        (self.len_and_flags >> 2) as usize
    }

    /// The place between the quotes.
    #[inline(always)]
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.start as usize + self.raw_len())
    }

    /// The bytes between the quotes, as written.
    #[inline(always)]
    pub fn raw(self, bytes: &[u8]) -> &[u8] {
        let span = self.span();
        bytes.get(span.start..span.end).unwrap_or(&[])
    }

    /// The bytes that the string reads as. Half surrogates become the replacement character;
    /// invalid UTF-8 is left as it is. [`Text::check`] has noted both.
    ///
    /// **Cost**: allocates only when there is an escape.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let raw = self.raw(bytes);
        if !self.is_escaped() {
            return Cow::Borrowed(raw);
        }
        let mut out = Vec::with_capacity(raw.len());
        decode_into(raw, &mut out);
        Cow::Owned(out)
    }

    /// Notes invalid UTF-8 and half surrogates.
    #[inline]
    pub fn check(self, bytes: &[u8], path: &Path<'_>, problems: &mut Problems) {
        if !self.is_plain() {
            self.check_cold(bytes, path, problems);
        }
    }

    #[cold]
    #[inline(never)]
    fn check_cold(self, bytes: &[u8], path: &Path<'_>, problems: &mut Problems) {
        let raw = self.raw(bytes);
        let start = self.span().start;
        if self.len_and_flags & HIGH != 0
            && let Err(error) = core::str::from_utf8(raw)
        {
            let at = error.valid_up_to();
            let tail = raw.get(at..).unwrap_or(&[]);
            // A surrogate written as three bytes is what a lone half in a JavaScript string
            // becomes on its way in here.
            let (code, len) = match tail {
                [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => (Code::JsonSurrogate, 3),
                _ => (Code::JsonUtf8, error.error_len().unwrap_or(tail.len())),
            };
            problems.push(
                Finding::error(code),
                path,
                Span::new(start + at, start + at + len),
            );
        }
        if self.is_escaped()
            && let Some((at, end)) = lone_surrogate(raw)
        {
            let span = Span::new(start + at, start + end);
            problems.push(Finding::error(Code::JsonSurrogate), path, span);
        }
    }
}

/// A text that was found to be UTF-8; an empty one where it is none after all.
#[inline(never)]
pub(crate) fn owned(bytes: &[u8]) -> String {
    core::str::from_utf8(bytes).unwrap_or("").into()
}

/// What the escape at `at` stands for and how long it is: of two that make a pair of surrogates the
/// character, of half a pair its value. `None` where JSON has no such escape.
#[inline]
pub(super) fn escape(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let code = match *bytes.get(at + 1)? {
        b'u' => {
            let high = unit(bytes, at)?;
            if high & 0xFC00 == 0xD800
                && let Some(low) = unit(bytes, at + 6)
                && low & 0xFC00 == 0xDC00
            {
                return Some((0x1_0000 + ((high & 0x3FF) << 10 | low & 0x3FF), 12));
            }
            return Some((high, 6));
        }
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => 0x0A,
        b'r' => 0x0D,
        b't' => 0x09,
        letter @ (b'"' | b'\\' | b'/') => u32::from(letter),
        _ => return None,
    };
    Some((code, 2))
}

/// The value of the `\uXXXX` at `at`.
// Tried besides, over bodies of which every name is escaped: digit by digit, with a branch each (0.8
// times as fast for the whole check).
#[inline(always)]
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let &[b'\\', b'u', a, b, c, d] = bytes.get(at..)?.first_chunk()? else {
        return None;
    };
    // All four digits at once, a byte each. Where a byte is no digit, its uppermost bit comes out
    // set; no sum carries into the next byte, as none has that bit before.
    let digits = u32::from_le_bytes([a, b, c, d]);
    let low = digits & 0x7F7F_7F7F;
    let decimal = low ^ 0x3030_3030;
    let letter = (low | 0x2020_2020) ^ 0x6060_6060;
    let not_decimal = decimal + 0x7676_7676;
    let not_letter = (letter + 0x7979_7979) | !(letter + 0x7F7F_7F7F);
    if (digits | not_decimal & not_letter) & 0x8080_8080 != 0 {
        return None;
    }
    let values = (digits & 0x0F0F_0F0F) + 9 * (digits >> 6 & 0x0101_0101);
    let pairs = (values << 4 | values >> 8) & 0x00FF_00FF;
    Some((pairs & 0xFF) << 8 | pairs >> 16)
}

/// Is it half of a pair?
pub(super) const fn is_surrogate(code: u32) -> bool {
    code & 0xFFFF_F800 == 0xD800
}

/// The first escape that is half of a surrogate pair.
fn lone_surrogate(raw: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        at += match (byte, escape(raw, at)) {
            (b'\\', Some((code, _))) if is_surrogate(code) => return Some((at, at + 6)),
            (b'\\', Some((_, len))) => len,
            _ => 1,
        };
    }
    None
}

/// Appends a character in UTF-8; the replacement character for what is none.
#[inline]
pub(super) fn push_char(out: &mut Vec<u8>, code: u32) {
    if code < 0x80 {
        return out.push(code as u8);
    }
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

fn decode_into(raw: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        if byte == b'\\'
            && let Some((code, len)) = escape(raw, at)
        {
            push_char(out, code);
            at += len;
        } else {
            out.push(byte);
            at += 1;
        }
    }
}
