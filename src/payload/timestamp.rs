//! Is a text a point in time as ISO 8601 writes it?
//!
//! Own code, since it is a check of a payload and nothing more: no library of times fits into a
//! tenth of the edge module. `tests/timestamp.rs` holds it against one on the host.

use crate::problem::{Code, Finding};

/// Does the text say its time zone?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Zone {
    /// `Z` or an offset.
    Said,
    /// A local time, or a date alone.
    Unsaid,
}

/// Takes `YYYY-MM-DD`, optionally followed by `T` or a space, `hh:mm`, `:ss`, a fraction with
/// point or comma, and `Z`, `±hh`, `±hhmm` or `±hh:mm`; dates also without hyphens
/// (`YYYYMMDD`), times without colons (`hhmmss`). Answers whether a zone is said, `None` if
/// the text is no such time or the date is in no calendar. A leap second (`:60`) is taken.
pub fn zone_of(text: &[u8]) -> Option<Zone> {
    let mut cursor = Cursor { rest: text };
    let year = cursor.digits(4)?;
    let extended = cursor.take(b'-');
    let month = cursor.digits(2)?;
    if extended && !cursor.take(b'-') {
        return None;
    }
    let day = cursor.digits(2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    if cursor.rest.is_empty() {
        return Some(Zone::Unsaid);
    }
    if !(cursor.take(b'T') || cursor.take(b't') || cursor.take(b' ')) {
        return None;
    }
    let hour = cursor.digits(2)?;
    let colons = cursor.take(b':');
    let minute = cursor.digits(2)?;
    let mut second = 0;
    if if colons {
        cursor.take(b':')
    } else {
        cursor.begins_with_digit()
    } {
        second = cursor.digits(2)?;
        if cursor.take(b'.') || cursor.take(b',') {
            cursor.digits(1)?;
            while cursor.begins_with_digit() {
                cursor.digits(1)?;
            }
        }
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Before a numeric zone Braze's own samples have a space.
    cursor.take(b' ');
    if cursor.rest.is_empty() {
        return (text.last() != Some(&b' ')).then_some(Zone::Unsaid);
    }
    if cursor.take(b'Z') || cursor.take(b'z') {
        return cursor.rest.is_empty().then_some(Zone::Said);
    }
    if !(cursor.take(b'+') || cursor.take(b'-')) {
        return None;
    }
    let hours = cursor.digits(2)?;
    let minutes = if cursor.take(b':') || cursor.begins_with_digit() {
        cursor.digits(2)?
    } else {
        0
    };
    (cursor.rest.is_empty() && hours <= 23 && minutes <= 59).then_some(Zone::Said)
}

/// What is wrong with a `created_at`, if anything is.
pub(super) fn finding(text: &[u8]) -> Option<Finding> {
    match zone_of(text) {
        None => Some(Finding::error(Code::CreatedAtInvalid)),
        Some(Zone::Unsaid) => Some(Finding::warning(Code::CreatedAtZone)),
        Some(Zone::Said) => None,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn take(&mut self, byte: u8) -> bool {
        match self.rest {
            [first, rest @ ..] if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn begins_with_digit(&self) -> bool {
        self.rest.first().is_some_and(u8::is_ascii_digit)
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        digits.iter().try_fold(0, |value, digit| {
            digit
                .is_ascii_digit()
                .then(|| value * 10 + u32::from(digit - b'0'))
        })
    }
}
