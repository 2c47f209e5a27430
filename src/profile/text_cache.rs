//! Numbers of short texts that came lately.

use alloc::vec::Vec;

/// Bits of a place: so many texts at most.
const BITS: u32 = 8;
/// Bytes of a text that two words cover.
const LONGEST: usize = 16;
/// Bits of such a length.
const LEN_BITS: u32 = LONGEST.ilog2() + 1;

/// A text as two words, which may overlap, and its length.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Key {
    head: u64,
    tail: u64,
    len: u32,
}

/// Of each place the text that came last. Texts that were chosen to fall into one place only make it of
/// no use.
#[derive(Default)]
pub(super) struct TextCache {
    /// Each with its number; the time since which it holds stands above the length.
    entries: Vec<(Key, u32)>,
    now: u32,
}

impl Key {
    /// The key of a text of 1 to 16 bytes.
    #[inline]
    pub(super) fn new(text: &[u8]) -> Option<Key> {
        let len = text.len();
        let (head, tail) =
            if let (Some(&head), Some(&tail)) = (text.first_chunk(), text.last_chunk()) {
                (u64::from_le_bytes(head), u64::from_le_bytes(tail))
            } else if let (Some(&head), Some(&tail)) = (text.first_chunk(), text.last_chunk()) {
                let word = |half| u64::from(u32::from_le_bytes(half));
                (word(head), word(tail))
            } else {
                // Of one to three bytes these three are all.
                let byte = |at: usize| u64::from(text.get(at).copied().unwrap_or(0));
                (byte(0) | byte(len / 2) << 8, byte(len.saturating_sub(1)))
            };
        (1..=LONGEST).contains(&len).then_some(Key {
            head,
            tail,
            len: len as u32,
        })
    }

    #[inline]
    fn place(self) -> usize {
        let mixed = (self.head ^ self.tail.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> (64 - BITS)) as usize
    }
}

impl TextCache {
    /// The key as it stands in the entries since the last time that all was forgotten.
    #[inline]
    fn now(&self, key: Key) -> Key {
        Key {
            len: key.len | self.now << LEN_BITS,
            ..key
        }
    }

    /// The number of a text, if it came lately.
    #[inline]
    pub(super) fn get(&self, key: Key) -> Option<u32> {
        let (there, number) = self.entries.get(key.place())?;
        (*there == self.now(key)).then_some(*number)
    }

    /// Keeps the number of a text.
    #[inline]
    pub(super) fn put(&mut self, key: Key, number: u32) {
        if self.entries.is_empty() {
            self.begin();
        }
        let now = self.now(key);
        if let Some(place) = self.entries.get_mut(key.place()) {
            *place = (now, number);
        }
    }

    /// Makes room for all, where there is any.
    #[cold]
    #[inline(never)]
    fn begin(&mut self) {
        if self.entries.try_reserve_exact(1 << BITS).is_ok() {
            self.entries.resize(1 << BITS, (Key::default(), 0));
        }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.now += 1;
        if self.now >> (u32::BITS - LEN_BITS) != 0 {
            self.now = 0;
            self.entries.clear();
        }
    }
}
