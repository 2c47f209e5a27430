//! Ids of one side as they arrive, in pieces of any size.

use super::digest::{self, Digest, Hasher};
use super::entries::{Entries, Entry};
use super::lines::Lengths;
use super::text::Before;
use super::{RefusedIds, SHARED};
use crate::hash::sha256::{Digest as _, Sha256};
use crate::json::{BOM, is_packed};
use crate::problem::Code;
use alloc::vec::Vec;

/// Ids of one side, some of which are in the answer.
pub(super) struct Input {
    pub(super) entries: Entries,
    pub(super) count: u32,
    pub(super) lengths: Lengths,
    /// The beginning of a line whose end has not come yet.
    pub(super) line: Line,
    /// The beginning of a character whose end has not come yet.
    pub(super) character: Vec<u8>,
    /// What was read as text.
    pub(super) before: Before,
    /// The first bytes of the text, and how many there are so far.
    pub(super) begin: [u8; 3],
    pub(super) begun: usize,
}

/// A line of which there is a beginning.
#[derive(Default)]
pub(super) struct Line {
    pub(super) bytes: Vec<u8>,
    pub(super) long: Option<Sha256>,
    pub(super) length: u64,
}

impl Input {
    pub(super) fn new() -> Input {
        Input {
            entries: Entries::default(),
            count: 0,
            lengths: Lengths::default(),
            line: Line::default(),
            character: Vec::new(),
            before: Before::default(),
            begin: [0; 3],
            begun: 0,
        }
    }

    /// Looks at the first bytes of the text, which may come one by one.
    #[cold]
    pub(super) fn begin(&mut self, text: &[u8]) -> Result<(), RefusedIds> {
        let free = self.begin.get_mut(self.begun..).unwrap_or(&mut []);
        for (place, &byte) in free.iter_mut().zip(text) {
            *place = byte;
            self.begun += 1;
        }
        // It must not become part of an id.
        if self.begin == BOM {
            return Err(Before::default().refuse(Code::ListBom));
        }
        if is_packed(&self.begin) {
            return Err(Before::default().refuse(Code::JsonPacked));
        }
        Ok(())
    }

    #[cold]
    pub(super) fn refuse<T>(&self, code: Code) -> Result<T, RefusedIds> {
        Err(RefusedIds {
            code,
            index: self.count,
            place: None,
            side: None,
        })
    }

    #[inline(always)]
    pub(super) fn take(&mut self, digest: Digest) -> Result<(), RefusedIds> {
        let index = self.count;
        if index >= SHARED || self.entries.push(Entry::new(digest, index)).is_none() {
            return self.refuse(Code::LimitMemory);
        }
        self.count += 1;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn take_length(&mut self, length: u64) -> Result<(), RefusedIds> {
        match self.lengths.push(length) {
            Ok(()) => Ok(()),
            Err(code) => self.refuse(code),
        }
    }

    /// Keeps the beginning of a line, or hashes it where it is long.
    pub(super) fn go_on(&mut self, bytes: &[u8], hasher: &Hasher) -> Result<(), RefusedIds> {
        let line = &mut self.line;
        line.length += bytes.len() as u64;
        if line.length <= digest::LONG as u64 {
            if line.bytes.try_reserve(bytes.len()).is_err() {
                return self.refuse(Code::LimitMemory);
            }
            line.bytes.extend_from_slice(bytes);
            return Ok(());
        }
        let hash = line.long.get_or_insert_with(|| hasher.long());
        hash.update(&line.bytes);
        hash.update(bytes);
        line.bytes.clear();
        Ok(())
    }

    /// Takes the line that was kept.
    pub(super) fn end_line(&mut self, hasher: &Hasher) -> Result<(), RefusedIds> {
        let digest = match self.line.long.take() {
            Some(hash) => digest::finish_long(hash),
            None => hasher.short(&self.line.bytes),
        };
        let length = core::mem::take(&mut self.line.length);
        self.line.bytes.clear();
        self.take(digest)?;
        self.take_length(length)
    }

    /// Looks at a piece that is not ASCII, or that begins within a character.
    #[cold]
    #[inline(never)]
    pub(super) fn check_text(&mut self, piece: &[u8]) -> Result<(), RefusedIds> {
        let mut text = piece;
        let begun = self.character.len();
        while !self.character.is_empty()
            && let Some((&byte, rest)) = text.split_first()
        {
            self.character.push(byte);
            text = rest;
            match core::str::from_utf8(&self.character) {
                Ok(_) => self.character.clear(),
                Err(error) if error.error_len().is_some() => {
                    let begun = self.character.get(..begun).unwrap_or(&[]);
                    return Err(self.before.without(begun).refuse(Code::JsonUtf8));
                }
                Err(_) => {}
            }
        }
        if let Err(error) = core::str::from_utf8(text) {
            if error.error_len().is_some() {
                let at = piece.len() - text.len() + error.valid_up_to();
                return Err(self.before.and(piece, at).refuse(Code::JsonUtf8));
            }
            let begun = text.get(error.valid_up_to()..).unwrap_or(&[]);
            self.character.extend_from_slice(begun);
        }
        Ok(())
    }
}
