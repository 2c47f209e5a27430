//! Slots of the index that lie in one line of the cache.

#![cfg_attr(
    target_arch = "wasm32",
    expect(clippy::indexing_slicing, reason = "eight slots are two vectors")
)]

/// Slots that lie in one line of the cache, and are looked at together.
pub(super) const BUCKET: usize = 8;

/// Slots side by side: 32 bits of the hash, and a record's place; a slot with place 0 is free.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Bucket {
    pub(super) tags: [u32; BUCKET],
    pub(super) places: [u32; BUCKET],
}

impl Bucket {
    /// Which slots have the tag, a bit each, and their places combined by or: where one slot has
    /// it, that one's place. A free slot may have the tag, and has place 0.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    #[inline(always)]
    pub(super) fn same(&self, tag: u32) -> (u32, u32) {
        use core::arch::wasm32::*;
        // Loaded as two vectors each.
        let four = |[a, b, c, d]: [u32; 4]| u32x4(a, b, c, d);
        let tag = u32x4_splat(tag);
        let (tags, places) = (self.tags.as_chunks::<4>().0, self.places.as_chunks::<4>().0);
        let same = [i32x4_eq(four(tags[0]), tag), i32x4_eq(four(tags[1]), tag)];
        let places = v128_or(
            v128_and(same[0], four(places[0])),
            v128_and(same[1], four(places[1])),
        );
        let bits = i32x4_bitmask(same[0]) | i32x4_bitmask(same[1]) << 4;
        let place = u32x4_extract_lane::<0>(places)
            | u32x4_extract_lane::<1>(places)
            | u32x4_extract_lane::<2>(places)
            | u32x4_extract_lane::<3>(places);
        (u32::from(bits), place)
    }

    /// The twin without vectors.
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    #[inline(always)]
    pub(super) fn same(&self, tag: u32) -> (u32, u32) {
        let (mut same, mut place) = (0, 0);
        for (at, (&other, &there)) in self.tags.iter().zip(&self.places).enumerate() {
            let is_same = u32::from(other == tag);
            same |= is_same << at;
            place |= is_same.wrapping_neg() & there;
        }
        (same, place)
    }

    /// The slots in use, each with its tag in the upper half.
    pub(super) fn slots(self) -> impl Iterator<Item = u64> {
        let slots = self.tags.into_iter().zip(self.places);
        let slots = slots.map(|(tag, place)| u64::from(tag) << 32 | u64::from(place));
        slots.filter(|&slot| slot as u32 != 0)
    }
}
