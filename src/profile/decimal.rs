//! Numbers that people wrote with few decimals, as whole numbers.

/// Most decimals; what has more stays a double.
pub(super) const MAX_SCALE: u8 = 9;

/// Whole numbers up to here are exact as doubles.
const EXACT: i64 = 1 << 53;

/// 10 to the power of `scale`. Exact as a double.
pub(super) fn power(scale: u8) -> i64 {
    10_i64.pow(u32::from(scale.min(MAX_SCALE)))
}

/// The number times 10 to the power of `scale`, if that is whole and divides back to the very same
/// double.
///
// INVARIANT: both sides of the division are exact, and a division rounds correctly. So the same
// fraction under a greater scale, as long as it is `is_exact`, is the same double.
pub(super) fn scaled(number: f64, scale: u8) -> Option<i64> {
    let product = number * power(scale) as f64;
    // Beyond what is exact, also where it is no number at all, the comparison below fails.
    let half = if product < 0.0 { -0.5 } else { 0.5 };
    [product as i64, (product + half) as i64]
        .into_iter()
        .find(|&whole| is_exact(whole) && same(unscaled(whole, scale), number))
}

/// The way back.
pub(super) fn unscaled(whole: i64, scale: u8) -> f64 {
    if scale == 0 {
        return whole as f64;
    }
    whole as f64 / power(scale) as f64
}

/// The double of a number of at most 15 digits, as many of which may be decimals.
// Both sides of the division are exact, and a division rounds correctly.
pub(super) fn double(whole: i64, scale: u8) -> f64 {
    if scale <= MAX_SCALE {
        return unscaled(whole, scale);
    }
    whole as f64 / 10_i64.pow(u32::from(scale.min(15))) as f64
}

/// Are numbers between these bounds kept as decimals? Beyond 32 bits a double takes no more.
pub(super) fn fits((low, high): (i64, i64)) -> bool {
    high.wrapping_sub(low) as u64 <= u64::from(u32::MAX)
}

/// The same number with no zero at the end of its decimals.
#[inline]
pub(super) fn shortest(mut whole: i64, mut scale: u8) -> (i64, u8) {
    while scale > 0 && whole % 10 == 0 {
        whole /= 10;
        scale -= 1;
    }
    (whole, scale)
}

/// Is it within what a double holds exactly?
pub(super) fn is_exact(whole: i64) -> bool {
    (-EXACT..=EXACT).contains(&whole)
}

/// The same bits: -0 is not 0.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}
