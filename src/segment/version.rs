//! Versions, such as `1.2.3`.

use core::cmp::Ordering;

/// The parts of a version, without zeros in front; `None` for another text. They are digits and no numbers of some
/// size, since build numbers and dates are parts, too, and none is too large.
fn parts(text: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let parts = || text.split(|&byte| byte == b'.');
    let is_number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts().all(is_number).then(|| {
        parts().map(|part| {
            let zeros = part.iter().take_while(|&&digit| digit == b'0').count();
            part.get(zeros..).unwrap_or_default()
        })
    })
}

pub(super) fn is_version(text: &[u8]) -> bool {
    parts(text).is_some()
}

/// Versions part by part as numbers, of which a missing one is 0; `None` if one is no version.
pub(super) fn compare(one: &[u8], other: &[u8]) -> Option<Ordering> {
    let (mut one, mut other) = (parts(one)?, parts(other)?);
    loop {
        let (left, right) = match (one.next(), other.next()) {
            (None, None) => return Some(Ordering::Equal),
            (left, right) => (left.unwrap_or_default(), right.unwrap_or_default()),
        };
        // Of two numbers the longer is greater.
        let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
        if order.is_ne() {
            return Some(order);
        }
    }
}
