//! Few users among many: a Roaring bitmap, which holds those of 65,536 as numbers of two bytes.
//!
//! This file alone names the crate. It cannot try to grow: where it is out of memory it aborts.
//! So each call here that makes a bitmap first tries to take as much as that could need in all, gives it
//! back and only then calls it. In WebAssembly, with one thread, what was given back is still there.
//! `tests/user_set_memory.rs` runs every operation with every amount of memory.

use super::runs::Run;
use super::words;
use crate::identity::UserIx;
use crate::identity::directory::Full;
use alloc::vec::Vec;
use roaring::RoaringBitmap;

/// Members that are taken out at once.
const TOGETHER: usize = 256;

/// Users of one of the bitmap's parts.
const PART_USERS: u32 = 1 << 16;

/// A part of a bitmap beside its members: its entry in the list, and what the allocator adds.
const PART_BYTES: usize = 48;

/// The members of a part that is a bit a user.
const BITS_BYTES: usize = 8192;

/// Users as a Roaring bitmap.
#[derive(Default)]
pub(super) struct Compressed(RoaringBitmap);

impl Compressed {
    /// The users whom the iterator tells, rising: `count` at most, below `universe`.
    pub(super) fn from_rising(
        universe: u32,
        count: u32,
        users: impl Iterator<Item = UserIx>,
    ) -> Result<Compressed, Full> {
        try_room(universe, count)?;
        let users = users.take(count as usize);
        let bitmap = RoaringBitmap::from_sorted_iter(users).unwrap_or_default();
        // WHY a copy: it takes what it needs, where lists that grew hold room for twice as many.
        Ok(Compressed(bitmap.clone()))
    }

    pub(super) fn copy(&self, universe: u32) -> Result<Compressed, Full> {
        try_room(universe, self.count())?;
        Ok(Compressed(self.0.clone()))
    }

    pub(super) fn and(&self, other: &Compressed, universe: u32) -> Result<Compressed, Full> {
        try_room(universe, self.count().min(other.count()))?;
        Ok(Compressed(&self.0 & &other.0))
    }

    pub(super) fn or(&self, other: &Compressed, universe: u32) -> Result<Compressed, Full> {
        try_room(universe, self.count().saturating_add(other.count()))?;
        Ok(Compressed(&self.0 | &other.0))
    }

    pub(super) fn and_not(&self, other: &Compressed, universe: u32) -> Result<Compressed, Full> {
        try_room(universe, self.count())?;
        Ok(Compressed(&self.0 - &other.0))
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// Bytes taken.
    // WHY half of what the crate tells of numbers: it counts four bytes for each of two.
    pub(super) fn bytes(&self) -> usize {
        let told = self.0.statistics();
        told.n_containers as usize * PART_BYTES
            + told.n_bytes_array_containers as usize / 2
            + told.n_bytes_run_containers as usize
            + told.n_bitset_containers as usize * BITS_BYTES
    }

    pub(super) fn has(&self, user: UserIx) -> bool {
        self.0.contains(user)
    }

    /// The members from this user on, rising.
    pub(super) fn from(&self, user: UserIx) -> roaring::bitmap::Iter<'_> {
        self.0.range(user..)
    }

    /// How many users below `user` there are.
    pub(super) fn rank(&self, user: UserIx) -> u32 {
        user.checked_sub(1)
            .map_or(0, |before| self.0.rank(before) as u32)
    }

    /// The user before whom there are `rank`.
    pub(super) fn nth(&self, rank: u32) -> Option<UserIx> {
        self.0.select(rank)
    }

    /// How many stretches there are of members who follow each other.
    pub(super) fn count_runs(&self) -> u32 {
        let mut last = None;
        let mut count = 0;
        self.each(0, u32::MAX, |user| {
            count += u32::from(last.is_none_or(|last: u32| last.wrapping_add(1) != user));
            last = Some(user);
        });
        count
    }

    pub(super) fn and_count(&self, other: &Compressed) -> u32 {
        self.0.intersection_len(&other.0) as u32
    }

    /// How many are among those of a dense set.
    ///
    /// Tried in wasm, in Node 20, with 1 % and 0.1 % of 1,000,000 users, in µs: a branch for each
    /// member of the iterator 21.7 and 2.3, a sum without branches 18.6 and 2.0, the same with 256
    /// taken out at once 10.0 and 1.5 (kept; with 1,024 the same), blocks of 65,536 users written out
    /// and counted 24 and 13, of 4,096 users 55 and 40. Of two dense sets it takes 7.3.
    pub(super) fn and_count_words(&self, words: &[u64]) -> u32 {
        let mut count = 0;
        self.each(0, u32::MAX, |user| {
            count += words::bit(words, user as usize)
        });
        count
    }

    /// How many are in these stretches.
    // WHY a pass over both: asking the bitmap for the members of each stretch took a second for 40,000 of them
    // without optimisation, since it counts a part's bits from its beginning each time.
    pub(super) fn and_count_runs(&self, runs: &[Run]) -> u32 {
        let mut runs = runs.iter().peekable();
        let mut count = 0;
        self.each(0, u32::MAX, |user| {
            while runs.next_if(|run| run.end <= user).is_some() {}
            count += u32::from(runs.peek().is_some_and(|run| run.start <= user));
        });
        count
    }

    /// Sets the bits of the users of a block that begins with `start`.
    pub(super) fn or_words(&self, start: UserIx, words: &mut [u64]) {
        self.each(start, end_of(start, words), |user| {
            words::set(words, (user - start) as usize);
        });
    }

    /// Clears the bits of the users of the block.
    pub(super) fn and_not_words(&self, start: UserIx, words: &mut [u64]) {
        self.each(start, end_of(start, words), |user| {
            words::clear(words, (user - start) as usize);
        });
    }

    /// Clears the bits of all others of the block.
    pub(super) fn and_words(&self, start: UserIx, words: &mut [u64]) {
        let (mut at, mut mask) = (0, 0);
        self.each(start, end_of(start, words), |user| {
            let place = (user - start) as usize;
            if place / 64 != at {
                keep(words, at, place / 64, mask);
                (at, mask) = (place / 64, 0);
            }
            mask |= 1_u64 << (place % 64);
        });
        keep(words, at, words.len(), mask);
    }

    /// Tells the members from `start` to before `end`, rising.
    #[inline(always)]
    fn each(&self, start: UserIx, end: UserIx, mut tell: impl FnMut(UserIx)) {
        if start >= end {
            return;
        }
        let mut users = self.0.range(start..end);
        let mut buffer = [0; TOGETHER];
        loop {
            let users = users.next_many(&mut buffer);
            if users.is_empty() {
                break;
            }
            users.iter().for_each(|&user| tell(user));
        }
    }
}

/// Of the word at `at` the bits of `mask` stay, of those between it and `next` none.
fn keep(words: &mut [u64], at: usize, next: usize, mask: u64) {
    let (first, rest) = words
        .get_mut(at..next)
        .and_then(<[u64]>::split_first_mut)
        .map_or((None, None), |(first, rest)| (Some(first), Some(rest)));
    if let Some(word) = first {
        *word &= mask;
    }
    if let Some(rest) = rest {
        rest.fill(0);
    }
}

/// The user behind a block.
// INVARIANT: there are fewer users than `u32::MAX`, so the last block may end there.
fn end_of(start: UserIx, words: &[u64]) -> UserIx {
    let users = u32::try_from(words.len().saturating_mul(64)).unwrap_or(u32::MAX);
    start.saturating_add(users)
}

/// Tries to take what a bitmap of `count` users below `universe` can need while it is made.
// A list that grows holds up to twice what is in it, beside the one it grew out of, so three times
// two bytes a member, or those and the bits that a list becomes; then the copy.
fn try_room(universe: u32, count: u32) -> Result<(), Full> {
    let parts = universe.div_ceil(PART_USERS).min(count) as usize;
    let members = (count as usize).saturating_mul(8);
    let members = members.min(parts * 2 * BITS_BYTES + 4 * BITS_BYTES);
    let bytes = members + parts * 4 * PART_BYTES + 1024;
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(bytes)?;
    // The compiler may else see that nobody looks, and leave the attempt out.
    core::hint::black_box(room.as_mut_ptr());
    Ok(())
}
