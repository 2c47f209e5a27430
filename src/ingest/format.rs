//! Which format is it? Told by the first record.

use crate::identity::directory::Full;
use alloc::vec::Vec;

/// What profiles come as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Profiles as Braze exports them.
    Export,
    /// Bodies of `/users/track`.
    Track,
}

/// Keys of a profile, or of an answer with several, that no body has.
const OF_EXPORTS: [&[u8]; 7] = [
    b"external_id",
    b"braze_id",
    b"user_aliases",
    b"devices",
    b"push_tokens",
    b"deprecated_external_ids",
    b"users",
];
const OF_BODIES: [&[u8]; 3] = [b"attributes", b"events", b"purchases"];

/// Bytes in which a profile has shown an id. Ours to choose: a body may be larger than memory.
const ENOUGH: usize = 1 << 20;

/// The beginning of the input, as long as it is not known what it is.
///
/// `Debug` is not offered, since it holds profiles.
#[derive(Default)]
pub struct Sniff {
    pending: Vec<u8>,
    /// How much there has to be before it is looked at again.
    next: usize,
}

impl Sniff {
    /// Adds a piece, at the end none, and answers the format once it is known: what is pending is to
    /// be read then, with the piece behind it unless that is where it ends.
    ///
    /// **Errors**: [`Full`].
    pub fn push(&mut self, piece: Option<&[u8]>) -> Result<Option<Format>, Full> {
        let is_end = piece.is_none();
        if let Some(piece) = piece {
            if self.pending.is_empty()
                && let Some(format) = format_of(piece, false)
            {
                return Ok(Some(format));
            }
            self.pending.try_reserve(piece.len())?;
            self.pending.extend_from_slice(piece);
        }
        let len = self.pending.len();
        if len < self.next && !is_end {
            return Ok(None);
        }
        self.next = len + len / 2;
        Ok(format_of(&self.pending, is_end))
    }

    /// What is pending.
    pub fn take(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.pending)
    }
}

/// The format, once enough of the first record is there: a body is an object without an id that has
/// one of the three arrays.
fn format_of(bytes: &[u8], is_end: bool) -> Option<Format> {
    let mut cursor = Cursor { rest: bytes };
    let mut has_array = false;
    let ended = cursor.record(&mut has_array);
    if ended.is_none() && !is_end && bytes.len() < ENOUGH {
        return None;
    }
    Some(match ended {
        Some(true) => Format::Export,
        _ if has_array => Format::Track,
        _ => Format::Export,
    })
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn next(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// The next byte that is no white space, which stays next.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    /// Reads keys of the first record: true where one says that it is a profile, false at the end of
    /// the record or where it cannot go on; `None` where there is no more.
    fn record(&mut self, has_array: &mut bool) -> Option<bool> {
        self.rest = self.rest.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(self.rest);
        if self.peek()? == b'[' {
            self.next()?;
            self.peek()?;
        }
        if self.next()? != b'{' {
            return Some(false);
        }
        loop {
            if self.peek()? != b'"' {
                return Some(false);
            }
            let text = self.rest;
            self.pass_string()?;
            let key = text.get(1..text.len() - self.rest.len() - 1)?;
            if OF_EXPORTS.contains(&key) {
                return Some(true);
            }
            if self.peek()? != b':' {
                return Some(false);
            }
            self.next()?;
            *has_array |= self.peek()? == b'[' && OF_BODIES.contains(&key);
            self.pass_value()?;
            if self.peek()? != b',' {
                return Some(false);
            }
            self.next()?;
        }
    }

    fn pass_string(&mut self) -> Option<()> {
        self.next()?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => drop(self.next()?),
                _ => {}
            }
        }
    }

    fn pass_value(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match *self.rest.first()? {
                b'"' => {
                    self.pass_string()?;
                    continue;
                }
                b',' | b'}' | b']' if depth == 0 => return Some(()),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.next()?;
        }
    }
}
