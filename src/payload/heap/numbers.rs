//! Which JSON numbers a webhook may hold.

/// The largest page number: what JavaScript, which keeps the page guard, counts exactly.
const MAX_PAGE: u64 = (1 << 53) - 1;

/// Is it a whole number from 0 to 9223372036854775807 in digits alone? The digits become a
/// cohort's id, so there must be only one way to write a number.
pub(super) fn is_plain_i64(text: &[u8]) -> Option<()> {
    let value = text.iter().try_fold(0i64, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    });
    value.map(|_| ())
}

/// The value of a JSON number that is a page's number, however it is written (`1.0` and `1e0` are
/// 1 to JSON); `None` if it is none.
pub(super) fn page_number(text: &[u8]) -> Option<u64> {
    let mut value = 0u64;
    // Zeros that count only if another digit follows.
    let mut zeros = 0u32;
    let mut power = 0i32;
    let mut in_fraction = false;
    let mut rest = text.iter();
    for &byte in rest.by_ref() {
        match byte {
            b'.' => in_fraction = true,
            b'0'..=b'9' => {
                power = power.saturating_sub(i32::from(in_fraction));
                zeros = zeros.saturating_add(1);
                if byte != b'0' {
                    let shifted = value.checked_mul(10u64.checked_pow(zeros)?)?;
                    value = shifted.checked_add(u64::from(byte - b'0'))?;
                    zeros = 0;
                }
            }
            b'e' | b'E' => break,
            _ => return None,
        }
    }
    let exponent = rest.as_slice();
    let negative = exponent.first() == Some(&b'-');
    let digits = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-"));
    let exponent = digits
        .unwrap_or(exponent)
        .iter()
        .fold(0i32, |value, &digit| {
            value
                .saturating_mul(10)
                .saturating_add(i32::from(digit.wrapping_sub(b'0')))
        });
    let power = power
        .saturating_add(zeros as i32)
        .saturating_add(if negative { -exponent } else { exponent });
    let value = value.checked_mul(10u64.checked_pow(u32::try_from(power).ok()?)?)?;
    (1..=MAX_PAGE).contains(&value).then_some(value)
}
