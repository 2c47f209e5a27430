//! Which format is it? Told by what comes first.

use super::csv;
use crate::json::{BOM, Nesting};

/// What profiles come as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Profiles as Braze exports them: one a line, a JSON array, or answers of `/users/export/ids`.
    Export,
    /// Bodies of `/users/track`.
    Track,
    /// CSV as Braze's user import takes it.
    Csv,
}

/// What a source turned out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Export,
    Track,
    /// With this delimiter.
    Csv(u8),
    /// Nothing that is read: UTF-16, another format than was said, or a text whose first row has so
    /// many fields, of which none names a column.
    Utf16,
    NotAsSaid(&'static str),
    Unknown(u32),
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

/// Bytes within which a source shows what it is. Ours to choose: a body may be larger than memory.
pub(super) const MOST: usize = 1 << 20;

/// Bytes within which the first row of a CSV ends, or is judged by its beginning.
const ROW: usize = 1 << 16;

/// What a source is that begins so, `None` as long as that is not told; `is_end` where no more comes.
// INVARIANT: what is told of a beginning is told of all that begins with it.
pub(super) fn tell(bytes: &[u8], said: Option<Format>, is_end: bool) -> Option<Told> {
    let bytes = bytes.get(..MOST).unwrap_or(bytes);
    let is_end = is_end || bytes.len() == MOST;
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes);
    // A mark of byte order, or two letters of UTF-16.
    if text.len() < 4 && !is_end {
        return None;
    }
    if is_utf16(bytes) {
        return Some(Told::Utf16);
    }
    match text.trim_ascii_start().first() {
        None if !is_end => None,
        Some(b'{' | b'[') => records(text, said, is_end),
        first => rows(text, said, is_end || first.is_none()),
    }
}

/// A body is an object without an id that has one of the three arrays.
fn records(text: &[u8], said: Option<Format>, is_end: bool) -> Option<Told> {
    let mut cursor = Cursor { rest: text };
    let mut has_array = false;
    // A body may have an id beside its arrays.
    let looks_on = said == Some(Format::Track);
    let is_profile = cursor.record(looks_on, &mut has_array);
    if is_profile.is_none() && !is_end {
        return None;
    }
    let is_profile = is_profile == Some(true);
    Some(match said {
        None if has_array && !is_profile => Told::Track,
        None => Told::Export,
        Some(Format::Export | Format::Csv) if has_array && !is_profile => Told::NotAsSaid("track"),
        Some(Format::Track | Format::Csv) if is_profile && !has_array => Told::NotAsSaid("export"),
        Some(Format::Export) => Told::Export,
        Some(Format::Track) => Told::Track,
        Some(Format::Csv) => return rows(text, said, is_end),
    })
}

/// A CSV names in its first row a column that Braze knows, if it is not said to be one. What is neither
/// that nor has a line of JSON is nothing that is read.
fn rows(text: &[u8], said: Option<Format>, is_end: bool) -> Option<Told> {
    let (row, is_whole) = first_row(text);
    let is_end = is_end || text.len() >= ROW;
    if !is_whole && !is_end {
        return None;
    }
    let (delimiter, is_known, fields) = csv::sniff(row);
    let mut lines = text.split(|byte| matches!(byte, b'\r' | b'\n'));
    Some(match said {
        Some(Format::Csv) => Told::Csv(delimiter),
        None if is_known => Told::Csv(delimiter),
        Some(_) if is_known => Told::NotAsSaid("csv"),
        _ if text.trim_ascii().is_empty()
            || lines.any(|line| matches!(line.trim_ascii_start(), [b'{' | b'[', ..])) =>
        {
            match said {
                Some(Format::Track) => Told::Track,
                _ => Told::Export,
            }
        }
        _ if !is_end => return None,
        _ => Told::Unknown(fields),
    })
}

/// The first row that is not blank, or what has come of it, and whether it is whole.
fn first_row(text: &[u8]) -> (&[u8], bool) {
    let text = text.get(..text.len().min(ROW)).unwrap_or(&[]);
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let blank = text.iter().take_while(|byte| is_end(byte)).count();
    let text = text.get(blank..).unwrap_or(&[]);
    let mut quoted = false;
    let end = text.iter().position(|byte| {
        quoted ^= *byte == b'"';
        !quoted && is_end(byte)
    });
    (
        text.get(..end.unwrap_or(text.len())).unwrap_or(&[]),
        end.is_some(),
    )
}

/// Is it UTF-16, by its mark of byte order or since every other byte is zero, as of ASCII?
fn is_utf16(text: &[u8]) -> bool {
    match text {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [a, b, c, d, ..] => {
            let zeros = [*a == 0, *b == 0, *c == 0, *d == 0];
            zeros == [false, true, false, true] || zeros == [true, false, true, false]
        }
        _ => false,
    }
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

    /// Reads keys of the first record, up to one that says that it is a profile, or if it looks on, up to
    /// an array of a body; false at the end of the record or where it cannot go on, `None` where there
    /// is no more.
    fn record(&mut self, looks_on: bool, has_array: &mut bool) -> Option<bool> {
        if self.peek()? == b'[' {
            self.next()?;
            self.peek()?;
        }
        let mut is_profile = false;
        if self.next()? != b'{' {
            return Some(false);
        }
        loop {
            if self.peek()? != b'"' {
                return Some(is_profile);
            }
            let text = self.rest;
            self.pass_string()?;
            let key = text.get(1..text.len() - self.rest.len() - 1)?;
            is_profile |= OF_EXPORTS.contains(&key);
            if is_profile && !looks_on {
                return Some(true);
            }
            if self.peek()? != b':' {
                return Some(is_profile);
            }
            self.next()?;
            *has_array |= self.peek()? == b'[' && OF_BODIES.contains(&key);
            if *has_array && looks_on {
                return Some(is_profile);
            }
            self.pass_value()?;
            if self.peek()? != b',' {
                return Some(is_profile);
            }
            self.next()?;
        }
    }

    fn pass_string(&mut self) -> Option<()> {
        let mut nesting = Nesting::default();
        loop {
            nesting.pass(self.next()?);
            if !nesting.is_in_string() {
                return Some(());
            }
        }
    }

    fn pass_value(&mut self) -> Option<()> {
        let mut nesting = Nesting::default();
        loop {
            let byte = *self.rest.first()?;
            if nesting.is_outside() && matches!(byte, b',' | b'}' | b']') {
                return Some(());
            }
            nesting.pass(byte);
            self.next()?;
        }
    }
}
