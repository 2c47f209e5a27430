//! Which JSON numbers stand for ids and pages.

/// The largest page number: what JavaScript, which keeps the page guard, counts exactly.
const MAX_PAGE: u64 = (1 << 53) - 1;

/// Is this JSON number a whole one from 0 to 9223372036854775807 in digits alone? The digits become
/// a cohort's id, so there must be only one way to write a number.
pub(super) fn is_plain_id(text: &[u8]) -> bool {
    let mut value = 0u64;
    for &byte in text {
        let digit = u64::from(byte.wrapping_sub(b'0'));
        // As large as it may be, ten times as much still fits.
        if digit > 9 || value > MAX_ID / 10 {
            return false;
        }
        value = value * 10 + digit;
    }
    value <= MAX_ID
}

const MAX_ID: u64 = i64::MAX as u64;

/// The value of a JSON number that is a page's number, however it is written (`1.0` and `1e0` are
/// 1 to JSON); `None` if it is none.
pub(super) fn page_number(text: &[u8]) -> Option<u64> {
    let mut value = 0;
    // Zeros that count only if another digit follows.
    let mut zeros = 0i32;
    let mut power = 0i32;
    let mut fraction = 0;
    let mut rest = text.iter();
    for &byte in rest.by_ref() {
        match byte {
            b'.' => fraction = 1,
            b'0'..=b'9' => {
                power -= fraction;
                zeros += 1;
                if byte != b'0' {
                    value = shifted(value, zeros)? + u64::from(byte - b'0');
                    zeros = 0;
                }
            }
            b'e' | b'E' => break,
            _ => return None,
        }
    }
    let mut exponent = 0i32;
    let mut sign = 1;
    for &byte in rest {
        match byte {
            b'-' => sign = -1,
            b'+' => {}
            // No text is as long as this many digits.
            digit => exponent = (exponent * 10 + i32::from(digit & 0xF)).min(1 << 27),
        }
    }
    let value = shifted(value, power + zeros + sign * exponent)?;
    (1..=MAX_PAGE).contains(&value).then_some(value)
}

/// The value with so many zeros behind it; `None` where that is beyond [`MAX_PAGE`], or no whole
/// number.
fn shifted(mut value: u64, zeros: i32) -> Option<u64> {
    if value == 0 {
        return Some(0);
    }
    if zeros < 0 {
        return None;
    }
    for _ in 0..zeros {
        value *= 10;
        if value > MAX_PAGE {
            return None;
        }
    }
    Some(value)
}
