//! Numbers as most are written, read while they are passed.

use super::Fast;

/// Digits of a whole number that a double holds exactly, whatever they are.
const EXACT_DIGITS: usize = 15;

/// The powers of ten up to there; each is exact as a double.
static POWERS: [f64; EXACT_DIGITS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A number as it was written.
#[derive(Clone, Copy)]
pub(crate) enum Number {
    /// A whole number of at most 15 digits, divided by 10 to the power of `scale`; never -0.
    Decimal { whole: i64, scale: u8 },
    /// Any other.
    Double(f64),
}

impl Number {
    /// Its double.
    // Both sides of the division are exact, and a division rounds correctly: the double is the one that
    // `str::parse` finds.
    #[inline]
    pub(crate) fn value(self) -> f64 {
        match self {
            Number::Decimal { whole, scale } => {
                whole as f64 / POWERS.get(usize::from(scale)).unwrap_or(&1.0)
            }
            Number::Double(value) => value,
        }
    }
}

impl Fast<'_> {
    /// Passes a number; `None` where it is none, and where it has an exponent.
    #[inline(always)]
    pub(crate) fn number(&mut self) -> Option<Number> {
        let rest = self.rest();
        let negative = rest.first() == Some(&b'-');
        let first = usize::from(negative);
        let mut whole = 0;
        let mut at = digits(rest, first, &mut whole);
        let mut count = at - first;
        if count == 0 || count > 1 && rest.get(first) == Some(&b'0') {
            return None;
        }
        let mut scale = 0;
        if rest.get(at) == Some(&b'.') {
            let end = digits(rest, at + 1, &mut whole);
            scale = end - at - 1;
            if scale == 0 {
                return None;
            }
            count += scale;
            at = end;
        }
        if let Some(b'e' | b'E') = rest.get(at) {
            return None;
        }
        self.advance(at);
        if count > EXACT_DIGITS {
            return long(rest.get(..at)?).map(Number::Double);
        }
        Some(match (whole as i64, negative) {
            (0, true) => Number::Double(-0.0),
            (whole, _) => Number::Decimal {
                whole: if negative { -whole } else { whole },
                scale: scale as u8,
            },
        })
    }
}

/// Where the digits from `at` on end; they are added to `whole`, which may wrap.
#[inline(always)]
fn digits(text: &[u8], mut at: usize, whole: &mut u64) -> usize {
    while let Some(&digit @ b'0'..=b'9') = text.get(at) {
        *whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    at
}

#[cold]
#[inline(never)]
fn long(text: &[u8]) -> Option<f64> {
    let text = core::str::from_utf8(text).ok()?;
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use crate::json::Fast;

    #[test]
    fn a_number_is_the_double_that_the_standard_library_reads() {
        for text in [
            "0",
            "-0",
            "7",
            "10.50",
            "-3.25",
            "123456.78",
            "0.1",
            "999999999999999",
            "0.000000000000001",
            "9007199254740993",
            "41.84157636433568",
            "-87.83520818508256",
            "1234567890123456789012",
            "1.7",
            "123456789.012345",
        ] {
            let mut fast = Fast::new(text.as_bytes());
            let expected: f64 = text.parse().unwrap_or(f64::NAN);
            let number = fast.number().map(|number| number.value().to_bits());
            assert_eq!(number, Some(expected.to_bits()), "{text}");
            assert_eq!(fast.offset(), text.len());
        }
    }

    #[test]
    fn what_is_no_number_or_has_an_exponent_is_left_to_the_reader() {
        for text in ["", "-", "01", "-01", "1.", ".5", "1e3", "1.5E2", "+1", "x"] {
            assert!(Fast::new(text.as_bytes()).number().is_none(), "{text}");
        }
    }
}
