//! One sort for all places that are sorted seldom.

use core::cmp::Ordering;

/// Sorts places by what `compare` says of them, in no order where they are equal.
///
/// WHY: each sort of the library's that is made for a comparison of its own takes some 8 KB of a module; called by
/// its address one serves all.
///
/// **Cost**: n log n calls.
pub fn sort(places: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    places.sort_unstable_by(|one, other| compare(*one, *other));
}
