//! 96 bits that stand for an id, so that a diff need not keep it.
//!
//! **Why not the hash of [`crate::hash`], twice**: a diff trusts the digest and never looks at the
//! ids again, so two of them must be independent, and that cannot be had from one. Mixing a hash
//! once more adds nothing: equal hashes stay equal. Hashing again as another kind shares the seed
//! by which blocks are multiplied, and a block that meets a factor of zero is lost in both hashes
//! at once. So here is a hash whose chance of a collision is a theorem, and it is also the faster
//! one: vector instructions multiply 32 bits by 32, where wasm has no multiplication of 64 bits into
//! 128.
//!
//! The hash is NH: with random keys k, over words w of 32 bits, `Σ (k + w) · (k' + w')` modulo 2^64,
//! sums within modulo 2^32. Over the choice of keys two different ids of one length agree with a
//! chance of at most 2^-32. Of its 64 bits, and of the length, 32 remain by MULTILINEAR, `a + b · low +
//! c · high + d · length` modulo 2^64, of which the upper half is taken: what differs agrees
//! with a chance of at most 2^-32 once more. Three of both with keys of their own make 2^-93.
//!
//! **Source**: J. Black, S. Halevi, H. Krawczyk, T. Krovetz, P. Rogaway, "UMAC: fast and secure message
//! authentication", CRYPTO 1999; D. Lemire, O. Kaser, "Strongly universal string hashing is
//! fast", The Computer Journal 57(11), 2014.
//!
//! Before it stood MULTILINEAR-HM alone, with keys of 64 bits: 18 multiplications for an id of 36 bytes,
//! and no vector instruction for them.
//!
//! The keys come from a secret seed by SHA-256, and ids longer than [`LONG`] get 96 bits of a
//! SHA-256 after the seed.

use crate::hash::sha256::{Digest as _, Sha256};

/// The bytes of the longest id that is hashed by multiplication.
pub(super) const LONG: usize = 256;

/// 96 bits that two different ids share with a chance of 2^-93.
// WHY: not three words of 32 bits: they pass through memory, written narrow and read wide, where
// these stay in registers: the whole diff took a sixth longer with them, when this was MULTILINEAR-HM.
pub(super) type Digest = (u64, u32);

/// The keys of one block of 16 bytes, for each of the three hashes.
type BlockKeys = [[u32; 4]; 3];

/// A choice of keys.
pub(super) struct Hasher {
    blocks: [BlockKeys; LONG / 16],
    /// For each hash what follows the sums: start, low half, high half, length.
    ends: [[u64; 4]; 3],
    seed: [u8; 32],
}

impl Hasher {
    pub(super) fn new(seed: [u8; 32]) -> Hasher {
        let mut keys = Keys {
            seed,
            next: 0,
            ready: [0; 4],
        };
        Hasher {
            ends: [(); 3].map(|()| [(); 4].map(|()| keys.next())),
            blocks: [(); LONG / 16]
                .map(|()| [(); 3].map(|()| [(); 4].map(|()| keys.next() as u32))),
            seed,
        }
    }

    /// The digest of an id of at most [`LONG`] bytes.
    #[inline(always)]
    pub(super) fn short(&self, id: &[u8]) -> Digest {
        // All bytes but those of the last block, which ends with the id and may overlap the one
        // before it: at a given length that loses nothing.
        let (full, _) = id
            .split_last()
            .map_or(&[][..], |(_, head)| head)
            .as_chunks();
        let mut sums = Sums::default();
        let mut keys = self.blocks.iter();
        for (block, keys) in full.iter().zip(&mut keys) {
            sums.add(load(block), keys);
        }
        if let Some(keys) = keys.next() {
            let last = id.last_chunk().map_or_else(|| few(id), load);
            sums.add(last, keys);
        }
        let length = id.len() as u64;
        let end = |sum: u64, &[start, low, high, of_length]: &[u64; 4]| {
            start
                .wrapping_add(low.wrapping_mul(sum & 0xFFFF_FFFF))
                .wrapping_add(high.wrapping_mul(sum >> 32))
                .wrapping_add(of_length.wrapping_mul(length))
        };
        let ([a, b, c], [of_a, of_b, of_c]) = (sums.all(), &self.ends);
        let (a, b, c) = (end(a, of_a), end(b, of_b), end(c, of_c));
        (a & !0xFFFF_FFFF | b >> 32, (c >> 32) as u32)
    }

    /// The digest of an id that is longer than [`LONG`]: to be given its bytes in pieces.
    pub(super) fn long(&self) -> Sha256 {
        Sha256::new_with_prefix(self.seed)
    }

    /// The digest of an id of any length.
    #[inline(always)]
    pub(super) fn digest(&self, id: &[u8]) -> Digest {
        if id.len() <= LONG {
            self.short(id)
        } else {
            self.digest_long(id)
        }
    }

    #[cold]
    #[inline(never)]
    fn digest_long(&self, id: &[u8]) -> Digest {
        finish_long(self.long().chain_update(id))
    }
}

/// Of its 256 bits 96.
#[cold]
#[inline(never)]
pub(super) fn finish_long(hash: Sha256) -> Digest {
    let hash = hash.finalize();
    let first = hash.first_chunk().copied().map_or(0, u64::from_le_bytes);
    let last = hash.last_chunk().copied().map_or(0, u32::from_le_bytes);
    (first, last)
}

/// Fewer than 16 bytes as one block. At a given length different bytes give different blocks.
#[inline]
fn few(id: &[u8]) -> Block {
    let (low, high) = match (id.first_chunk(), id.last_chunk()) {
        (Some(&first), Some(&last)) => (u64::from_le_bytes(first), u64::from_le_bytes(last)),
        _ => (fewer(id), 0),
    };
    pair(low, high)
}

/// Fewer than eight bytes.
fn fewer(id: &[u8]) -> u64 {
    match (id.first_chunk(), id.last_chunk(), id) {
        (Some(&first), Some(&last), _) => {
            u64::from(u32::from_le_bytes(first)) | u64::from(u32::from_le_bytes(last)) << 32
        }
        (_, _, &[a, ref rest @ ..]) => match *rest {
            [] => u64::from(a),
            [b] => u64::from(a) | u64::from(b) << 8,
            [b, .., c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
        },
        _ => 0,
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use plain::{Block, Sums, load, pair};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd128::{Block, Sums, load, pair};

/// The twin without vector instructions.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod plain {
    use super::BlockKeys;

    /// Four words.
    pub(super) type Block = [u32; 4];

    #[inline]
    pub(super) fn load(bytes: &[u8; 16]) -> Block {
        let both = u128::from_le_bytes(*bytes);
        pair(both as u64, (both >> 64) as u64)
    }

    #[inline]
    pub(super) fn pair(low: u64, high: u64) -> Block {
        [
            low as u32,
            (low >> 32) as u32,
            high as u32,
            (high >> 32) as u32,
        ]
    }

    #[derive(Default)]
    pub(super) struct Sums([u64; 3]);

    impl Sums {
        #[inline]
        pub(super) fn add(&mut self, [a, b, c, d]: Block, keys: &BlockKeys) {
            let product = |x: u32, y: u32| u64::from(x) * u64::from(y);
            for (sum, &[e, f, g, h]) in self.0.iter_mut().zip(keys) {
                *sum = sum
                    .wrapping_add(product(a.wrapping_add(e), c.wrapping_add(g)))
                    .wrapping_add(product(b.wrapping_add(f), d.wrapping_add(h)));
            }
        }

        #[inline]
        pub(super) fn all(self) -> [u64; 3] {
            self.0
        }
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[expect(unsafe_code, reason = "a vector load of 16 bytes has no safe form")]
mod simd128 {
    use super::BlockKeys;
    use core::arch::wasm32::*;

    pub(super) type Block = v128;

    #[inline(always)]
    pub(super) fn load(bytes: &[u8; 16]) -> Block {
        // SAFETY: the 16 bytes are those of the array; the load needs no alignment.
        unsafe { v128_load(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    fn load_keys(keys: &[u32; 4]) -> v128 {
        // SAFETY: as above.
        unsafe { v128_load(keys.as_ptr().cast()) }
    }

    #[inline(always)]
    pub(super) fn pair(low: u64, high: u64) -> Block {
        u64x2(low, high)
    }

    /// Two sums for each hash, which are added in the end.
    pub(super) struct Sums([v128; 3]);

    impl Default for Sums {
        #[inline(always)]
        fn default() -> Sums {
            Sums([u64x2_splat(0); 3])
        }
    }

    impl Sums {
        #[inline(always)]
        pub(super) fn add(&mut self, block: Block, keys: &BlockKeys) {
            let [a, b, c] = self.0;
            let [of_a, of_b, of_c] = keys;
            let step = |sum, keys| {
                let words = i32x4_add(block, load_keys(keys));
                let others = i64x2_shuffle::<1, 1>(words, words);
                i64x2_add(sum, u64x2_extmul_low_u32x4(words, others))
            };
            self.0 = [step(a, of_a), step(b, of_b), step(c, of_c)];
        }

        #[inline(always)]
        pub(super) fn all(self) -> [u64; 3] {
            self.0
                .map(|sum| u64x2_extract_lane::<0>(sum).wrapping_add(u64x2_extract_lane::<1>(sum)))
        }
    }
}

/// Random numbers from a seed.
struct Keys {
    seed: [u8; 32],
    next: usize,
    ready: [u64; 4],
}

impl Keys {
    fn next(&mut self) -> u64 {
        let at = self.next % self.ready.len();
        if at == 0 {
            // Four bytes after the seed; an id that is hashed after it is longer.
            let number = (self.next as u32).to_le_bytes();
            let hash = Sha256::new_with_prefix(self.seed).chain_update(number);
            let hash = hash.finalize();
            for (word, bytes) in self.ready.iter_mut().zip(hash.as_chunks().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        }
        self.next += 1;
        self.ready.get(at).copied().unwrap_or(0)
    }
}
