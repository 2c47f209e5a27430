//! Random bits from the host, drawn at the first call that hashes: workerd refuses them while a
//! module is loaded.

use crate::hash::Seed;
#[cfg(any(feature = "edge", feature = "full"))]
use crate::hash::SeedSource;
#[cfg(any(feature = "edge", feature = "full"))]
use core::cell::OnceCell;

/// A fresh seed. Where the host has no source of randomness, which no supported one lacks, the
/// hashing is not guarded against flooding.
pub(super) fn seed() -> Seed {
    Seed::new(getrandom::u64().unwrap_or(NOT_RANDOM))
}

const NOT_RANDOM: u64 = 0x9E37_79B9_7F4A_7C15;

/// A seed that is drawn when it is first needed, which for most callers is never: in Node the first
/// random bits take milliseconds.
#[cfg(any(feature = "edge", feature = "full"))]
#[derive(Default)]
pub(super) struct LateSeed(OnceCell<Seed>);

#[cfg(any(feature = "edge", feature = "full"))]
impl SeedSource for LateSeed {
    // WHY: not by `get_or_init`, whose panic would be the only one of its kind in the edge module.
    fn seed(&self) -> &Seed {
        static UNSEEDED: Seed = Seed::new(NOT_RANDOM);
        if let Some(seed) = self.0.get() {
            return seed;
        }
        // Nobody else can have set it meanwhile.
        let _ = self.0.set(seed());
        self.0.get().unwrap_or(&UNSEEDED)
    }
}
