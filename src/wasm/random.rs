//! Random bits from the host, drawn at the first call that hashes: workerd refuses them while a
//! module is loaded.

use crate::hash::Seed;

/// A fresh seed. Where the host has no source of randomness, which no supported one lacks, the
/// hashing is not guarded against flooding.
pub(super) fn seed() -> Seed {
    Seed::new(getrandom::u64().unwrap_or(0x9E37_79B9_7F4A_7C15))
}
