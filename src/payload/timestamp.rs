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
/// the text is no such time or the date is in no calendar.
///
/// As ISO 8601 has them, the year 0000 is a leap year, and a second may be `:60`; whether there was a
/// leap second then is not looked up.
pub fn zone_of(text: &[u8]) -> Option<Zone> {
    let mut cursor = Cursor {
        rest: text,
        good: true,
    };
    let year = cursor.two() * 100 + cursor.two();
    let hyphens = cursor.take(b"-");
    let month = cursor.two();
    cursor.good &= !hyphens || cursor.take(b"-");
    let day = cursor.two();
    cursor.good &= (1..=days_in(year, month)).contains(&day);
    let mut zone = Zone::Unsaid;
    if !cursor.rest.is_empty() {
        cursor.good &= cursor.take(b"Tt ");
        let hour = cursor.two();
        let colons = cursor.take(b":");
        let minute = cursor.two();
        let mut second = 0;
        if if colons {
            cursor.take(b":")
        } else {
            cursor.is_at_digit()
        } {
            second = cursor.two();
            if cursor.take(b".,") {
                cursor.good &= cursor.is_at_digit();
                while cursor.is_at_digit() {
                    cursor.take(b"0123456789");
                }
            }
        }
        cursor.good &= hour <= 23 && minute <= 59 && second <= 60;
        // Before a numeric zone Braze's own samples have a space.
        let space = cursor.take(b" ");
        if cursor.take(b"Zz") {
            zone = Zone::Said;
        } else if cursor.take(b"+-") {
            zone = Zone::Said;
            cursor.good &= cursor.two() <= 23;
            if cursor.take(b":") || cursor.is_at_digit() {
                cursor.good &= cursor.two() <= 59;
            }
        } else {
            cursor.good &= !space;
        }
    }
    (cursor.good && cursor.rest.is_empty()).then_some(zone)
}

/// What is wrong with a `created_at`, if anything is.
pub(super) fn finding(text: &[u8]) -> Option<Finding> {
    match zone_of(text) {
        None => Some(Finding::error(Code::CreatedAtInvalid)),
        Some(Zone::Unsaid) => Some(Finding::warning(Code::CreatedAtZone)),
        Some(Zone::Said) => None,
    }
}

/// None in what is no month.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(if year.is_multiple_of(100) { 400 } else { 4 }) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// A walk through a text that goes on after a fault, and remembers it.
struct Cursor<'a> {
    rest: &'a [u8],
    good: bool,
}

impl Cursor<'_> {
    /// Passes one of these characters, if it is next.
    #[inline(never)]
    fn take(&mut self, characters: &[u8]) -> bool {
        let [first, rest @ ..] = self.rest else {
            return false;
        };
        // WHY: not `contains`, whose search for a byte is for longer texts, and large.
        let found = characters.iter().any(|character| character == first);
        if found {
            self.rest = rest;
        }
        found
    }

    fn is_at_digit(&self) -> bool {
        self.rest.first().is_some_and(u8::is_ascii_digit)
    }

    /// The number of two digits that is next.
    #[inline(never)]
    fn two(&mut self) -> u32 {
        let [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] = self.rest else {
            self.good = false;
            return 0;
        };
        self.rest = rest;
        u32::from(tens - b'0') * 10 + u32::from(ones - b'0')
    }
}
