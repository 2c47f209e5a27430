//! 96 bits that stand for an id, so that a diff need not keep it.
//!
//! **Why not the hash of [`crate::hash`], twice**: a diff trusts the digest and never looks at the
//! ids again, so two of them must be independent, and that cannot be had from one. Mixing a hash
//! once more adds nothing: equal hashes stay equal. Hashing again as another kind shares the seed
//! by which blocks are multiplied, and a block that meets a factor of zero is lost in both hashes
//! at once. So here is a hash whose chance of a collision is a theorem, and it is also the faster
//! one: 18 multiplications for an id of 36 bytes, where two foldhashes need 32 in wasm, which has
//! no multiplication of 64 bits into 128.
//!
//! The hash is MULTILINEAR-HM: with random 64-bit keys k, over 32-bit words w,
//! `k + Σ (k' + w) · (k'' + w')` modulo 2^64, of which the upper 32 bits are taken. Over the choice
//! of keys any two different ids agree with a chance of at most 2^-32. Three of them with keys of
//! their own make 2^-96. The length enters as a term of its own, so ids of different length are as
//! different as any.
//!
//! **Source**: D. Lemire, O. Kaser, "Strongly universal string hashing is fast", The Computer
//! Journal 57(11), 2014.
//!
//! The keys come from a secret seed by SHA-256, and ids longer than [`LONG`] get 96 bits of a
//! SHA-256 after the seed.

use crate::hash::sha256::{Digest as _, Sha256};

/// The bytes of the longest id that is hashed by multiplication.
pub(super) const LONG: usize = 256;

/// 96 bits that two different ids share with a chance of 2^-96.
// WHY: not three words of 32 bits: they pass through memory, written narrow and read wide, where
// these stay in registers. The whole diff took 70 ms with them and takes 60 so.
pub(super) type Digest = (u64, u32);

/// The keys of one block of 8 bytes, two for each of the three hashes.
type BlockKeys = [[u64; 2]; 3];

/// A choice of keys.
pub(super) struct Hasher {
    start: [u64; 3],
    length: [u64; 3],
    blocks: [BlockKeys; LONG / 8],
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
            start: [(); 3].map(|()| keys.next()),
            length: [(); 3].map(|()| keys.next()),
            blocks: [(); LONG / 8].map(|()| [(); 3].map(|()| [(); 2].map(|()| keys.next()))),
            seed,
        }
    }

    /// The digest of an id of at most [`LONG`] bytes.
    #[inline(always)]
    pub(super) fn short(&self, id: &[u8]) -> Digest {
        let length = id.len() as u64;
        let mut sums = self.start;
        for (sum, key) in sums.iter_mut().zip(&self.length) {
            *sum = sum.wrapping_add(key.wrapping_mul(length));
        }
        // All bytes but those of the last block, which ends with the id and may overlap the one
        // before it: at a given length that loses nothing.
        let (full, _) = id
            .split_last()
            .map_or(&[][..], |(_, head)| head)
            .as_chunks();
        let mut keys = self.blocks.iter();
        for (&block, keys) in full.iter().zip(&mut keys) {
            add_block(&mut sums, u64::from_le_bytes(block), keys);
        }
        let last = match id.last_chunk() {
            Some(&last) => u64::from_le_bytes(last),
            None => few(id),
        };
        if let Some(keys) = keys.next() {
            add_block(&mut sums, last, keys);
        }
        let [a, b, c] = sums;
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

#[inline(always)]
fn add_block(sums: &mut [u64; 3], block: u64, keys: &BlockKeys) {
    let (low, high) = (block & 0xFFFF_FFFF, block >> 32);
    for (sum, [first, second]) in sums.iter_mut().zip(keys) {
        let product = first
            .wrapping_add(low)
            .wrapping_mul(second.wrapping_add(high));
        *sum = sum.wrapping_add(product);
    }
}

/// Fewer than eight bytes as one block. At a given length different bytes give different blocks.
#[inline]
fn few(id: &[u8]) -> u64 {
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
