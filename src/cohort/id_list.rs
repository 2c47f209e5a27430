//! A list of ids as one text and the places where each begins, as in Arrow: no object an id, and
//! an id may hold any character.

use crate::json::{BLOCK, append};
use crate::problem::Code;
use alloc::vec::Vec;

/// Ids in order, each valid UTF-8, repeats and empty ones included.
///
/// `Debug` is not offered, since ids are people.
///
/// **Example**
/// ```
/// use kohort::cohort::id_list::IdList;
/// let list = IdList::from_parts(b"annbo".to_vec(), vec![0, 3, 5])?;
/// assert_eq!(list.iter().collect::<Vec<_>>(), [&b"ann"[..], b"bo"]);
/// # Ok::<(), kohort::cohort::id_list::RefusedList>(())
/// ```
#[derive(Clone, Default)]
pub struct IdList {
    bytes: Vec<u8>,
    // INVARIANT: rising, within `bytes`, on the bounds of characters. Empty as long as nothing
    // was pushed.
    offsets: Vec<u32>,
}

/// Why a list was not taken, and at which of its ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedList {
    /// What is wrong.
    pub code: Code,
    /// The index of the id.
    pub index: u32,
}

impl IdList {
    /// A list without ids.
    pub const fn new() -> IdList {
        IdList {
            bytes: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// A list from its text and n + 1 places. As in Arrow the first place need not be 0, nor the
    /// last the text's end.
    ///
    /// **Errors**: `ids.offsets` where a place is before the one before it, beyond the text, or
    /// inside a character, or where there is none at all; `json.invalid_utf8` for the text.
    ///
    /// **Cost**: one pass over the bytes; nothing is copied.
    pub fn from_parts(bytes: Vec<u8>, offsets: Vec<u32>) -> Result<IdList, RefusedList> {
        let mut before = *offsets.first().ok_or(RefusedList {
            code: Code::ListOffsets,
            index: 0,
        })?;
        for (index, &offset) in offsets.iter().enumerate() {
            // Of a text that is UTF-8 every byte but these begins a character.
            let inside = matches!(bytes.get(offset as usize), Some(0x80..=0xBF));
            if offset < before || offset as usize > bytes.len() || inside {
                let index = (index as u32).saturating_sub(1);
                return Err(RefusedList {
                    code: Code::ListOffsets,
                    index,
                });
            }
            before = offset;
        }
        if let Err(error) = core::str::from_utf8(&bytes) {
            let at = error.valid_up_to() as u32;
            let after = offsets.partition_point(|&offset| offset <= at);
            return Err(RefusedList {
                code: Code::JsonUtf8,
                index: (after as u32).saturating_sub(1),
            });
        }
        Ok(IdList { bytes, offsets })
    }

    /// Adds an id.
    ///
    /// **Errors**: `limit.memory`, also where the list would pass 4 GB; the list is as before.
    pub fn push(&mut self, id: &str) -> Result<(), Code> {
        self.push_utf8(id.as_bytes())
    }

    /// Adds an id that the caller knows to be UTF-8.
    pub(crate) fn push_utf8(&mut self, id: &[u8]) -> Result<(), Code> {
        let end = u32::try_from(self.bytes.len() + id.len()).map_err(|_| Code::LimitMemory)?;
        self.offsets
            .try_reserve(2)
            .and_then(|()| self.bytes.try_reserve(id.len()))
            .map_err(|_| Code::LimitMemory)?;
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.bytes.extend_from_slice(id);
        self.offsets.push(end);
        Ok(())
    }

    /// A list without ids that has room for so many, of so many bytes together.
    ///
    /// **Errors**: `limit.memory`.
    pub(crate) fn with_room(ids: usize, bytes: usize) -> Result<IdList, Code> {
        let mut list = IdList::new();
        list.offsets
            .try_reserve_exact(ids.saturating_add(1))
            .and_then(|()| list.bytes.try_reserve_exact(bytes.saturating_add(BLOCK)))
            .map_err(|_| Code::LimitMemory)?;
        Ok(list)
    }

    /// As [`IdList::push_utf8`], for an id that stands in a longer text, where there is room.
    #[inline(always)]
    pub(crate) fn push_from(&mut self, text: &[u8], start: usize, end: usize) -> Result<(), Code> {
        let room = self.bytes.capacity() - self.bytes.len() >= end.saturating_sub(start)
            && self.offsets.len() < self.offsets.capacity();
        if !room || self.offsets.is_empty() {
            return self.push_utf8(text.get(start..end).unwrap_or(&[]));
        }
        append(&mut self.bytes, text, start, end);
        self.offsets.push(self.bytes.len() as u32);
        Ok(())
    }

    /// How many ids there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id with this index, in UTF-8; an empty one beyond the end.
    #[inline]
    pub fn get(&self, index: usize) -> &[u8] {
        match self.offsets.get(index..index.saturating_add(2)) {
            Some(&[start, end]) => self.bytes.get(start as usize..end as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// The text of the ids from one to another, both included, and where each of them begins and the last
    /// one ends.
    pub(crate) fn between(&self, first: usize, last: usize) -> (&[u8], &[u32]) {
        let offsets = self
            .offsets
            .get(first..last.saturating_add(2))
            .unwrap_or(&[]);
        let text = match *offsets {
            [start, .., end] => self.bytes.get(start as usize..end as usize),
            _ => None,
        };
        (text.unwrap_or(&[]), offsets)
    }

    /// The ids, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> + '_ {
        self.offsets.windows(2).map(|window| match *window {
            [start, end] => self.bytes.get(start as usize..end as usize).unwrap_or(&[]),
            _ => &[],
        })
    }

    /// The text that holds the ids.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where each id begins, and where the last one ends.
    pub fn offsets(&self) -> &[u32] {
        if self.offsets.is_empty() {
            return &[0];
        }
        &self.offsets
    }
}
