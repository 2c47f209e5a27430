//! Hashing of ids and keys, seeded so that nobody can choose texts that collide.
//!
//! **Why foldhash**: small (under 1 KB), kept up by its author, made for 32-bit multiplies as well, and
//! the fastest of those we tried on ids of 36 bytes in wasm. Its results differ between targets and
//! versions, so nothing that is stored relies on them without a check.
//!
//! **Why siphasher** in the edge module: there whole texts are hashed only where a plan has conflicts
//! to find, an object has many unknown keys, or somebody attacks, and it is 2 KB smaller. It is kept
//! up by its author (MIT or Apache-2.0), and is what Rust's own `HashMap` uses.

#![expect(
    clippy::indexing_slicing,
    reason = "a slot index is masked to the table's length, a power of two"
)]

pub mod sha256;

use alloc::vec::Vec;
#[cfg(feature = "edge")]
use siphasher::sip::SipHasher13;
#[cfg(not(feature = "edge"))]
use {
    core::hash::Hasher,
    foldhash::{SharedSeed, fast::FoldHasher},
};

/// A secret start for hashing. Draw it from the operating system once per instance.
#[derive(Clone)]
pub struct Seed {
    own: u64,
    #[cfg(not(feature = "edge"))]
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
            #[cfg(not(feature = "edge"))]
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
    #[cfg(not(feature = "edge"))]
    #[inline]
    pub fn hash_as(&self, kind: u64, text: &[u8]) -> u64 {
        let mut hasher = FoldHasher::with_seed(self.own ^ kind, &self.shared);
        hasher.write(text);
        hasher.finish()
    }

    /// The same, in fewer bytes of code.
    #[cfg(feature = "edge")]
    #[inline(never)]
    pub fn hash_as(&self, kind: u64, text: &[u8]) -> u64 {
        SipHasher13::new_with_keys(self.own, !self.own.rotate_left(32) ^ kind).hash(text)
    }
}

/// A quick look at a text: at its length, and at its first, middle and last eight bytes. `start` is
/// the kind of text, or the look at what belongs to it.
///
/// It is half the cost of a hash and as good for texts that nobody chose. It has no secret, so that
/// a first check waits for no random bits, which take Node milliseconds; texts that look alike are
/// easily made. Who uses it must count the steps ([`Table::insert_all`]) and fall back on a hash.
// Tried besides, over bodies of 42 KB: foldhash over the same bytes (0.93 times as fast for the whole
// check), whole texts by foldhash (0.8 times).
#[inline(always)]
pub(crate) fn sample(start: u32, text: &[u8]) -> u32 {
    let middle = (text.len() / 2).wrapping_sub(4);
    let (first, middle, last) = match (
        text.first_chunk(),
        text.get(middle..).and_then(<[u8]>::first_chunk),
        text.last_chunk(),
    ) {
        (Some(&first), Some(&middle), Some(&last)) => (
            u64::from_le_bytes(first),
            u64::from_le_bytes(middle),
            u64::from_le_bytes(last),
        ),
        _ => (short(text), 0, 0),
    };
    // Odd numbers without a pattern: digits of the golden ratio and of the root of 3. Only the upper
    // bits of a product depend on all bits of what was multiplied, so they are folded onto the lower
    // ones each time: ids mostly differ in their last bytes, which are the uppermost here.
    let start = u64::from(start) ^ (text.len() as u64) << 32;
    let mixed = fold(
        first ^ middle.rotate_left(27) ^ start,
        0x9E37_79B9_7F4A_7C15,
    );
    let mixed = fold(mixed ^ last, 0xBB67_AE85_84CA_A73B);
    // 0 is left for what is no text.
    (fold(mixed, 0x9E37_79B9_7F4A_7C15) as u32).max(1)
}

#[inline(always)]
const fn fold(word: u64, factor: u64) -> u64 {
    let product = word.wrapping_mul(factor);
    product ^ product >> 32
}

/// Up to seven bytes in one number.
#[inline(never)]
fn short(text: &[u8]) -> u64 {
    text.iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// An index from hashes to numbers, with open addressing and at most a quarter full. It keeps
/// neither texts nor whole hashes: the caller compares.
#[derive(Default)]
pub struct Table {
    /// In the lower bits a number plus one, in the upper ones bits of its hash; 0 is free.
    slots: Vec<u32>,
    used: usize,
}

fn slots_for(count: usize) -> usize {
    count
        .saturating_mul(4)
        .checked_next_power_of_two()
        .unwrap_or(usize::MAX)
        .max(16)
}

impl Table {
    /// Empties the table and makes room for `count` numbers.
    pub fn reset(&mut self, count: usize) {
        let wanted = slots_for(count);
        self.used = 0;
        if wanted > self.slots.len() {
            self.slots.clear();
            self.slots.resize(wanted, 0);
        } else {
            // A large table left by an earlier call is cut, so that emptying stays cheap.
            self.slots.truncate(wanted);
            self.slots.fill(0);
        }
    }

    /// As [`Table::reset`], for counts that come from the input: `None` if there is too little
    /// memory, and the table is empty then.
    pub fn try_reset(&mut self, count: usize) -> Option<()> {
        self.slots.clear();
        self.slots.try_reserve_exact(slots_for(count)).ok()?;
        self.reset(count);
        Some(())
    }

    /// Is there room for one number more?
    pub fn has_room(&self) -> bool {
        (self.used + 1) * 4 <= self.slots.len()
    }

    /// Enters `number` under `hash`, unless a number is there for which `same` holds: then that
    /// number is the answer.
    // INVARIANT: numbers are below a quarter of the slots, so a number plus one fits below the
    // bits of the hash, and a free slot is always met.
    #[inline(always)]
    pub fn insert(
        &mut self,
        hash: u64,
        number: u32,
        mut same: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let numbers = (mask >> 1) as u32;
        let slot = (hash as u32 & !numbers) | (number + 1);
        let mut at = (hash >> 32) as usize;
        loop {
            let there = self.slots[at & mask];
            if there == 0 {
                self.slots[at & mask] = slot;
                self.used += 1;
                return None;
            }
            if (there ^ slot) & !numbers == 0 {
                let other = (there & numbers).wrapping_sub(1);
                if same(other) {
                    return Some(other);
                }
            }
            at += 1;
        }
    }

    /// Enters the numbers from 0 on, each under its hash, unless that is 0 or `same`, called with a
    /// number that is there and the new one, holds. The table was emptied with room for all. `None` as soon as more
    /// than `patience` slots were passed over in vain: about a fifth of the entries are, unless hashes
    /// were chosen to collide.
    // WHY: not by `insert`, which has to look for the slots in memory again for each number: half the
    // time.
    #[inline(always)]
    pub(crate) fn insert_all(
        &mut self,
        hashes: &[u32],
        mut patience: usize,
        mut same: impl FnMut(u32, u32) -> bool,
    ) -> Option<()> {
        let slots = &mut *self.slots;
        let mask = slots.len() - 1;
        let numbers = (mask >> 1) as u32;
        for (number, &hash) in (0..).zip(hashes) {
            if hash == 0 {
                continue;
            }
            // The place is from the lower bits, and the table keeps the upper ones.
            let slot = (hash & !numbers) | (number + 1);
            let mut at = hash as usize;
            loop {
                let place = slots.get_mut(at & mask)?;
                if *place == 0 {
                    *place = slot;
                    break;
                }
                if (*place ^ slot) & !numbers == 0
                    && same((*place & numbers).wrapping_sub(1), number)
                {
                    break;
                }
                patience = patience.checked_sub(1)?;
                at += 1;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use crate::hash::{Table, sample};
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn ids_as_people_make_them_take_few_steps() {
        let digits =
            |n: u64| 10_000_000_000 + n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 80_000_000_000;
        let makers: [&dyn Fn(u64) -> String; 7] = [
            &|n| format!("{n}"),
            &|n| format!("{n:08}"),
            &|n| format!("user-{n}"),
            &|n| format!("user-{n:06}@example.com"),
            &|n| format!("{n:04}-customer"),
            &|n| format!("{}", digits(n)),
            &|n| format!("{:016x}{:016x}", digits(n), digits(n ^ 77)),
        ];
        for make in makers {
            let looks: Vec<u32> = (0..1000).map(|n| sample(1, make(n).as_bytes())).collect();
            let mut table = Table::default();
            table.reset(looks.len());
            let mut steps = 0;
            while table.insert_all(&looks, steps, |_, _| false).is_none() {
                steps += 10;
                table.reset(looks.len());
            }
            assert!(steps <= 300, "{}: {steps}", make(7));
        }
    }
}
