//! Directories as bytes: what stands before both kinds, and telling them apart.
//!
//! In order, little-endian: four letters, version (2 bytes), kind (2 bytes), checksum of all that
//! follows (8), seed (8), the hash of a known text under it (8), and the directory.
//!
//! The seed is what keeps others from choosing ids that collide: who may not know it may not see
//! the bytes. They hold ids besides.

use super::{Compact, Directory};
use crate::hash::Seed;
use crate::problem::Code;
use alloc::vec::Vec;
use xxhash_rust::xxh64::xxh64;

const LETTERS: [u8; 4] = *b"khtd";
const VERSION: u16 = 1;
/// Bytes before the directory.
const HEAD: usize = 32;
/// Bytes before those that the checksum covers.
const UNCOVERED: usize = 16;

/// What hashes must say of this text to be of use.
const PROBE: &[u8] = b"a text that is long enough for every branch of hashing";

/// The kinds of stored directories.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Kind {
    Verified = 1,
    Compact = 2,
}

/// A directory of either kind.
pub enum Stored {
    /// With the text of every id.
    Verified(Directory),
    /// With fingerprints only.
    Compact(Compact),
}

impl Stored {
    /// A directory from what `to_bytes` gave.
    ///
    /// Its hashes may be worth nothing here, since hashing differs between targets and versions.
    /// One with texts is indexed anew then.
    ///
    /// **Errors**: `directory.bytes`, `directory.version` (also for fingerprints whose hashes are
    /// worth nothing here), `directory.checksum`, `limit.memory`. Forged bytes that get by may make
    /// for wrong answers, and nothing worse.
    ///
    /// **Cost**: one copy of the bytes and two passes over them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Stored, Code> {
        let mut head = Bytes(bytes);
        if head.array::<4>()? != LETTERS {
            return Err(Code::DirectoryBytes);
        }
        if head.u16()? != VERSION {
            return Err(Code::DirectoryVersion);
        }
        let kind = head.u16()?;
        if head.u64()? != xxh64(head.0, 0) {
            return Err(Code::DirectoryChecksum);
        }
        let seed = Seed::new(head.u64()?);
        let fits = head.u64()? == seed.hash(PROBE);
        if kind == Kind::Verified as u16 {
            return Directory::from_stored(head, seed, fits).map(Stored::Verified);
        }
        if kind != Kind::Compact as u16 {
            return Err(Code::DirectoryBytes);
        }
        if !fits {
            return Err(Code::DirectoryVersion);
        }
        Compact::from_stored(head, seed).map(Stored::Compact)
    }
}

/// A directory's bytes in the making.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// Room for `len` bytes after the head, whose checksum is filled in at the end.
    pub(super) fn new(kind: Kind, seed: &Seed, len: usize) -> Result<Writer, Code> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(HEAD + len)
            .map_err(|_| Code::LimitMemory)?;
        let mut writer = Writer(bytes);
        writer.bytes(&LETTERS);
        writer.bytes(&VERSION.to_le_bytes());
        writer.bytes(&(kind as u16).to_le_bytes());
        writer.u64(0);
        writer.u64(seed.bits());
        writer.u64(seed.hash(PROBE));
        Ok(writer)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let sum = xxh64(self.0.get(UNCOVERED..).unwrap_or(&[]), 0);
        if let Some(place) = self.0.get_mut(UNCOVERED - 8..UNCOVERED) {
            place.copy_from_slice(&sum.to_le_bytes());
        }
        self.0
    }
}

/// Bytes that are read from the front. What is not there is `directory.bytes`.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], Code> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Code::DirectoryBytes)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Code> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Code::DirectoryBytes)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self) -> Result<u16, Code> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Code> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Code> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// `count` numbers of 4 bytes.
    pub(super) fn u32s(&mut self, count: usize) -> Result<Vec<u32>, Code> {
        let bytes = self.take(count.checked_mul(4).ok_or(Code::DirectoryBytes)?)?;
        let mut numbers = Vec::new();
        numbers
            .try_reserve_exact(count)
            .map_err(|_| Code::LimitMemory)?;
        numbers.extend(bytes.as_chunks().0.iter().map(|&n| u32::from_le_bytes(n)));
        Ok(numbers)
    }

    /// Finds that all has been read.
    pub(super) fn finish(self) -> Result<(), Code> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Code::DirectoryBytes)
        }
    }
}
