//! What a diff keeps of an id, 16 bytes, dealt out by its digest so that each share fits the
//! processor's cache when it is looked at.

use super::digest::Digest;
use alloc::vec::Vec;

/// Shares into which the ids are dealt.
pub(super) const SHARES: usize = 256;

/// Entries of a block, all of one share. A small diff touches a block for each of its ids.
const BLOCK: usize = 128;

/// Entries that are allocated at once: 256 KB, so that wasm memory grows in few steps, and small
/// ones.
const SLAB: usize = 16_384;

/// An id: what stands for it, and its place in its list.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    first: u64,
    /// The last 32 bits of the digest, and in the upper half the place.
    second: u64,
}

impl Entry {
    #[inline(always)]
    pub(super) fn new((first, last): Digest, index: u32) -> Entry {
        Entry {
            first,
            second: u64::from(index) << 32 | u64::from(last),
        }
    }

    #[inline(always)]
    pub(super) fn index(&self) -> u32 {
        (self.second >> 32) as u32
    }

    /// Sets bits of the place.
    #[inline(always)]
    pub(super) fn mark(&mut self, bits: u32) {
        self.second |= u64::from(bits) << 32;
    }

    /// Do both stand for one id?
    #[inline(always)]
    pub(super) fn is_same(&self, other: &Entry) -> bool {
        self.first == other.first && self.second as u32 == other.second as u32
    }

    /// Bits for finding it within its share.
    #[inline(always)]
    pub(super) fn hash(&self) -> u64 {
        self.first << 32 | self.second & 0xFFFF_FFFF
    }
}

/// The ids of one side. The slabs are cut into blocks, and each share has a chain of blocks.
#[derive(Default)]
pub(super) struct Entries {
    slabs: Vec<Vec<Entry>>,
    /// Of each share where its next entry goes: a place within its last block, or, where that is
    /// full, the place after it.
    next: Vec<u32>,
    /// Of each block the place after the one before it in its share's chain; 0 for the first.
    chain: Vec<u32>,
}

impl Entries {
    /// `None` if there is too little memory.
    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) -> Option<()> {
        let share = (entry.first >> (64 - SHARES.ilog2())) as usize;
        let mut at = self.next.get(share).copied().unwrap_or(0);
        if at.is_multiple_of(BLOCK as u32) {
            at = self.add_block(at)?;
        }
        *self.next.get_mut(share)? = at + 1;
        let at = at as usize;
        *self.slabs.get_mut(at / SLAB)?.get_mut(at % SLAB)? = entry;
        Some(())
    }

    /// A new block of the share whose entries end at `end`; answers where it begins.
    #[cold]
    #[inline(never)]
    fn add_block(&mut self, end: u32) -> Option<u32> {
        if self.next.is_empty() {
            self.next.try_reserve_exact(SHARES).ok()?;
            self.next.resize(SHARES, 0);
        }
        let at = self.chain.len() * BLOCK;
        if at / SLAB == self.slabs.len() {
            let mut slab = Vec::new();
            slab.try_reserve_exact(SLAB).ok()?;
            slab.resize(SLAB, Entry::default());
            self.slabs.try_reserve(1).ok()?;
            self.slabs.push(slab);
        }
        let at = u32::try_from(at).ok()?;
        self.chain.try_reserve(1).ok()?;
        self.chain.push(end);
        Some(at)
    }

    /// Puts where the entries of a share are into `runs`, the last first; answers how many they
    /// are.
    pub(super) fn runs(&self, share: usize, runs: &mut Vec<(u32, u32)>) -> Option<usize> {
        runs.clear();
        let mut end = self.next.get(share).copied().unwrap_or(0);
        let mut count = 0;
        while let Some(last) = end.checked_sub(1) {
            let block = last / BLOCK as u32;
            let start = block * BLOCK as u32;
            runs.try_reserve(1).ok()?;
            runs.push((start, end));
            count += (end - start) as usize;
            end = *self.chain.get(block as usize)?;
        }
        Some(count)
    }

    /// The entries of a run.
    pub(super) fn run(&self, (start, end): (u32, u32)) -> &[Entry] {
        let slab = self.slabs.get(start as usize / SLAB);
        let from = start as usize % SLAB;
        let entries = slab.and_then(|slab| slab.get(from..from + (end - start) as usize));
        entries.unwrap_or(&[])
    }
}
