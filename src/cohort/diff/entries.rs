//! What a diff keeps of an id, 16 bytes, dealt out by its digest so that each share fits the
//! processor's cache when it is looked at.

use super::digest::Digest;
use alloc::vec::Vec;

/// Shares into which the ids are dealt.
pub(super) const SHARES: usize = 1024;

/// Entries of the largest block: a page of memory.
const BLOCK: usize = 256;

/// An id: what stands for it, and its place in its list.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) digest: Digest,
    pub(super) index: u32,
}

/// Some of the ids of one side, in their order.
#[derive(Default)]
pub(super) struct Share {
    /// The last block, which grows.
    block: Vec<Entry>,
    full: Vec<Vec<Entry>>,
}

impl Share {
    /// `None` if there is too little memory.
    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) -> Option<()> {
        if self.block.len() == self.block.capacity() {
            self.next_block()?;
        }
        self.block.push(entry);
        Some(())
    }

    /// Blocks begin small, so that a small diff stays small.
    #[cold]
    #[inline(never)]
    fn next_block(&mut self) -> Option<()> {
        let size = (self.block.len() * 2).clamp(8, BLOCK);
        let mut block = Vec::new();
        block.try_reserve_exact(size).ok()?;
        let full = core::mem::replace(&mut self.block, block);
        if !full.is_empty() {
            self.full.try_reserve(1).ok()?;
            self.full.push(full);
        }
        Some(())
    }

    pub(super) fn len(&self) -> usize {
        self.full.iter().map(Vec::len).sum::<usize>() + self.block.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.full.iter().flatten().chain(&self.block)
    }
}

/// The ids of one side.
pub(super) struct Entries(Vec<Share>);

impl Entries {
    pub(super) fn new() -> Entries {
        Entries(Vec::new())
    }

    /// `None` if there is too little memory.
    #[inline(always)]
    pub(super) fn push(&mut self, entry: Entry) -> Option<()> {
        let [first, ..] = entry.digest;
        let share = first >> (32 - SHARES.ilog2());
        match self.0.get_mut(share as usize) {
            Some(share) => share.push(entry),
            None => self.first(entry),
        }
    }

    #[cold]
    #[inline(never)]
    fn first(&mut self, entry: Entry) -> Option<()> {
        self.0.try_reserve_exact(SHARES).ok()?;
        self.0.resize_with(SHARES, Share::default);
        self.push(entry)
    }

    /// The shares, to be looked at and let go one by one. Of an empty side all are empty.
    pub(super) fn into_shares(self) -> impl Iterator<Item = Share> {
        self.0.into_iter()
    }
}
