//! Hashing of ids and keys, seeded so that nobody can choose texts that collide.
//!
//! **Why foldhash**: small (under 1 KB), kept up by its author, made for 32-bit multiplies as well, and
//! the fastest of those we tried on ids of 36 bytes in wasm. Its results differ between targets and
//! versions, so nothing that is stored relies on them without a check.
//!
//! **Why siphasher** in the edge module and that of vendors: there whole texts are hashed only where a plan looks for ids
//! that it met, an object has many unknown keys, or somebody attacks, and it is 2 KB smaller. It is
//! kept up by its author (MIT or Apache-2.0), and is what Rust's own `HashMap` uses.
//!
//! Beside it the [`Table`] from hashes to numbers, and a look at texts that needs no seed.

mod sample;
pub mod sha256;
mod table;

pub(crate) use sample::sample;
pub use table::Table;

#[cfg(any(feature = "edge", feature = "vendors"))]
use siphasher::sip::SipHasher13;
#[cfg(not(any(feature = "edge", feature = "vendors")))]
use {
    core::hash::Hasher,
    foldhash::{SharedSeed, fast::FoldHasher},
};

/// A secret start for hashing. Draw it from the operating system once per instance.
#[derive(Clone)]
pub struct Seed {
    own: u64,
    #[cfg(not(any(feature = "edge", feature = "vendors")))]
    shared: SharedSeed,
}

/// Where a seed comes from: one that is there, or one that is drawn when it is first needed.
pub trait SeedSource {
    /// The seed, the same each time.
    fn seed(&self) -> &Seed;
}

impl SeedSource for Seed {
    fn seed(&self) -> &Seed {
        self
    }
}

impl core::fmt::Debug for Seed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// A seed from random bits.
    pub const fn new(bits: u64) -> Seed {
        Seed {
            own: bits,
            #[cfg(not(any(feature = "edge", feature = "vendors")))]
            shared: SharedSeed::from_u64(bits.rotate_left(32)),
        }
    }

    /// The random bits, for storing what was hashed under them.
    pub(crate) const fn bits(&self) -> u64 {
        self.own
    }

    /// The hash of a text.
    // WHY: out of line, since nothing that hashes one text a time waits for it.
    #[inline(never)]
    pub fn hash(&self, text: &[u8]) -> u64 {
        self.hash_as(0, text)
    }

    /// The hash of a text as one of several kinds, which are independent of each other.
    #[cfg(not(any(feature = "edge", feature = "vendors")))]
    #[inline]
    pub fn hash_as(&self, kind: u64, text: &[u8]) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own ^ kind, &self.shared);
        hasher.write(text);
        hasher.finish()
    }

    /// The same, in fewer bytes of code.
    #[cfg(any(feature = "edge", feature = "vendors"))]
    #[inline(never)]
    pub fn hash_as(&self, kind: u64, text: &[u8]) -> u64 {
        SipHasher13::new_with_keys(self.own, !self.own.rotate_left(32) ^ kind).hash(text)
    }
}
