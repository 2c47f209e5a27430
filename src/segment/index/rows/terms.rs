//! Different values, and who has each: an inverted index.
//!
//! Of each 65,536 users those with a value are bits or positions, whatever suits. A value is known by its
//! packed bytes: where the same text lies in rows in two ways it is two values, of which each is asked about.

use crate::hash::Seed;
use crate::identity::directory::{Budget, Full};
use crate::profile::{BLOCK_WORDS, Dictionary, Packed, Profiles};
use crate::segment::seen::Seen;
use alloc::vec::Vec;

/// Who has a list, of which elements are told; or, of values of rows, who has a row.
pub(super) const LIST: u32 = 0;
/// Who has a list without elements.
pub(super) const EMPTY: u32 = 1;
/// Who has an object.
pub(super) const OBJECT: u32 = 2;
/// Who has a value that stands for another one, and is to be asked apart.
pub(super) const APART: u32 = 3;
/// The first number of a value.
const FIRST: u32 = 4;

/// Users of a block from whom on those with a value are bits, which take as much as so many positions.
///
/// Tried natively with a hundred tags of which each of a million users has five, in bytes a user, and in ms for
/// one tag and for fifty of them: positions alone 10.1, 0.77 and 2.7; bits from 2,048 on 12.6, 0.09 and 0.30.
/// With 4,096 the benchmark's users took two bytes less each (kept): what is asked again is a set anyway.
const BITS: u32 = 4096;

/// The values.
#[derive(Default)]
pub(super) struct Terms {
    values: Dictionary,
    blocks: Vec<Block>,
    bytes: usize,
}

/// Who has which value among 65,536 users.
#[derive(Default)]
struct Block {
    /// The values that somebody has, rising.
    terms: Vec<u32>,
    /// For each, where its positions end. Those that are bits have none.
    ends: Vec<u32>,
    positions: Vec<u16>,
    /// The indexes of those that are bits, rising.
    dense: Vec<u32>,
    /// The bits of each of those.
    words: Vec<u64>,
}

impl Terms {
    /// The values for which something holds.
    pub(super) fn matching(
        &self,
        profiles: &Profiles,
        holds: impl Fn(Seen<'_>) -> bool,
    ) -> Result<Vec<u32>, Full> {
        let mut list = Vec::new();
        for (term, bytes) in self.values() {
            if holds(Seen::from(Some(profiles.packed(bytes).tree()))) {
                list.try_reserve(1)?;
                list.push(term);
            }
        }
        Ok(list)
    }

    /// The numbers of all values, each with its packed bytes.
    fn values(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..self.values.len() as u32).map(|number| (FIRST + number, self.values.get(number)))
    }

    /// Adds who has one of these values, whose numbers rise.
    ///
    /// **Cost**: of each a pass over a block's bits, or over the positions of who has it.
    pub(super) fn add(&self, block: u16, terms: &[u32], words: &mut [u64]) {
        if let Some(block) = self.blocks.get(usize::from(block)) {
            for &term in terms {
                block.each(term, |at, bits| {
                    if let Some(word) = words.get_mut(at) {
                        *word |= bits;
                    }
                });
            }
        }
    }

    /// Takes away who has this value.
    pub(super) fn remove(&self, block: u16, term: u32, words: &mut [u64]) {
        if let Some(block) = self.blocks.get(usize::from(block)) {
            block.each(term, |at, bits| {
                if let Some(word) = words.get_mut(at) {
                    *word &= !bits;
                }
            });
        }
    }

    /// Bytes of memory taken.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.values.bytes()
    }
}

impl Block {
    fn index(&self, term: u32) -> Option<usize> {
        // Where everybody's values are among few, each stands at its number.
        let at = term as usize;
        if self.terms.get(at) == Some(&term) {
            return Some(at);
        }
        self.terms.binary_search(&term).ok()
    }

    /// Calls with words and bits in them that stand for who has a value.
    #[inline]
    fn each(&self, term: u32, mut each: impl FnMut(usize, u64)) {
        let Some(index) = self.index(term) else {
            return;
        };
        let end = self.ends.get(index).copied().unwrap_or(0);
        let before = index.checked_sub(1).and_then(|at| self.ends.get(at));
        let start = before.copied().unwrap_or(0);
        if start < end {
            let positions = self.positions.get(start as usize..end as usize);
            for &position in positions.unwrap_or(&[]) {
                each(usize::from(position) / 64, 1 << (position % 64));
            }
        } else if let Ok(rank) = self.dense.binary_search(&(index as u32)) {
            let from = rank * BLOCK_WORDS;
            let words = self.words.get(from..from + BLOCK_WORDS).unwrap_or(&[]);
            for (at, &word) in words.iter().enumerate() {
                each(at, word);
            }
        }
    }

    fn bytes(&self) -> usize {
        (self.terms.capacity() + self.ends.capacity() + self.dense.capacity()) * 4
            + self.positions.capacity() * 2
            + self.words.capacity() * 8
    }
}

/// Who has which value, as it is gone through user by user.
pub(super) struct Builder {
    terms: Terms,
    budget: Budget,
    seed: Seed,
    /// The numbers of values that are shared texts, by their numbers as such; 0 for none yet.
    of_shared: Vec<u32>,
    /// Of the block at hand.
    found: Vec<(u32, u16)>,
    counts: Vec<u32>,
    sorted: Vec<u16>,
}

impl Builder {
    /// Takes so many bytes at most for the values themselves.
    pub(super) fn new(seed: &Seed, max_bytes: usize) -> Builder {
        Builder {
            terms: Terms::default(),
            budget: Budget {
                used: 0,
                max: max_bytes,
            },
            seed: seed.clone(),
            of_shared: Vec::new(),
            found: Vec::new(),
            counts: Vec::new(),
            sorted: Vec::new(),
        }
    }

    /// A user of the block at hand, no less than those before, has this.
    #[inline]
    pub(super) fn mark(&mut self, term: u32, user: u16) -> Result<(), Full> {
        if self.found.len() == self.found.capacity() {
            let more = self.found.capacity().max(1 << 12);
            self.found.try_reserve_exact(more)?;
        }
        self.found.push((term, user));
        Ok(())
    }

    /// The number of a value.
    #[inline]
    pub(super) fn term(&mut self, value: Packed<'_>) -> Result<u32, Full> {
        let shared = value.shared_number().map(|number| number as usize);
        if let Some(shared) = shared {
            let term = self.of_shared.get(shared).copied().unwrap_or(0);
            if term != 0 {
                return Ok(term);
            }
        }
        let values = &mut self.terms.values;
        let number = values.number(value.bytes(), &self.seed, &mut self.budget)?;
        let term = number.checked_add(FIRST).ok_or(Full)?;
        if let Some(shared) = shared {
            if shared >= self.of_shared.len() {
                let wanted = (shared + 1).next_power_of_two();
                self.of_shared
                    .try_reserve_exact(wanted - self.of_shared.len())?;
                self.of_shared.resize(wanted, 0);
            }
            if let Some(at) = self.of_shared.get_mut(shared) {
                *at = term;
            }
        }
        Ok(term)
    }

    /// Ends a block, which is the next one.
    ///
    /// **Cost**: in what was found, and in how many values there are.
    pub(super) fn end_block(&mut self) -> Result<(), Full> {
        let mut block = Block::default();
        if !self.found.is_empty() {
            self.sort()?;
            self.write(&mut block)?;
        }
        self.found.clear();
        self.terms.blocks.try_reserve(1)?;
        self.terms.bytes += block.bytes() + size_of::<Block>();
        self.terms.blocks.push(block);
        Ok(())
    }

    /// Leaves the users of each value side by side in `sorted`, and in `counts` where each value's end.
    fn sort(&mut self) -> Result<(), Full> {
        let terms = FIRST as usize + self.terms.values.len();
        self.counts.clear();
        self.counts.try_reserve(terms)?;
        self.counts.resize(terms, 0);
        for &(term, _) in &self.found {
            if let Some(count) = self.counts.get_mut(term as usize) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut self.counts {
            // Where the value's users begin, which moves to where they end.
            sum += core::mem::replace(count, sum);
        }
        self.sorted.clear();
        self.sorted.try_reserve(self.found.len())?;
        self.sorted.resize(self.found.len(), 0);
        for &(term, user) in &self.found {
            if let Some(place) = self.counts.get_mut(term as usize) {
                if let Some(at) = self.sorted.get_mut(*place as usize) {
                    *at = user;
                }
                *place += 1;
            }
        }
        Ok(())
    }

    fn write(&self, block: &mut Block) -> Result<(), Full> {
        let users = || {
            let mut start = 0;
            self.counts.iter().zip(0..).filter_map(move |(&end, term)| {
                let users = self.sorted.get(start as usize..end as usize)?;
                start = end;
                (!users.is_empty()).then_some((term, users))
            })
        };
        let (mut terms, mut positions, mut dense) = (0, 0, 0);
        for (_, users) in users() {
            terms += 1;
            if users.len() < BITS as usize {
                // An element that comes twice in a list is found twice.
                positions += 1 + users
                    .windows(2)
                    .filter(|two| two.first() != two.last())
                    .count();
            } else {
                dense += 1;
            }
        }
        block.terms.try_reserve_exact(terms)?;
        block.ends.try_reserve_exact(terms)?;
        block.positions.try_reserve_exact(positions)?;
        block.dense.try_reserve_exact(dense)?;
        block.words.try_reserve_exact(dense * BLOCK_WORDS)?;
        for (term, users) in users() {
            if users.len() < BITS as usize {
                let mut last = None;
                for &user in users {
                    if last != Some(user) {
                        block.positions.push(user);
                    }
                    last = Some(user);
                }
            } else {
                block.dense.push(block.terms.len() as u32);
                let from = block.words.len();
                block.words.resize(from + BLOCK_WORDS, 0);
                let words = block.words.get_mut(from..).unwrap_or(&mut []);
                for &user in users {
                    if let Some(word) = words.get_mut(usize::from(user) / 64) {
                        *word |= 1 << (user % 64);
                    }
                }
            }
            block.terms.push(term);
            block.ends.push(block.positions.len() as u32);
        }
        Ok(())
    }

    /// Bytes of memory that the index takes so far.
    pub(super) fn bytes(&self) -> usize {
        self.terms.bytes()
    }

    /// What was found.
    pub(super) fn end(self) -> Terms {
        self.terms
    }
}
