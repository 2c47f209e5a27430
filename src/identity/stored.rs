//! Directories as bytes: what stands before both kinds, and telling them apart; both ways in
//! pieces, so that nobody needs the memory for a directory and its bytes at once.
//!
//! In order, little-endian: four letters, version (2 bytes), kind (2 bytes), checksum of all that
//! follows (8), seed (8), the hash of a known text under it (8), and the directory.
//!
//! The seed is what keeps others from choosing ids that collide: who may not know it may not see
//! the bytes. They hold ids besides.

use super::compact::RestoredCompact;
use super::directory::{BATCH, Restored};
use super::{Bare, Compact, Directory, Found, IdKind, hash_ids, is_valid_id};
use crate::hash::Seed;
use crate::problem::Code;
use alloc::boxed::Box;
use alloc::vec::Vec;
use xxhash_rust::xxh64::Xxh64;

const LETTERS: [u8; 4] = *b"khtd";
const VERSION: u16 = 2;
/// Bytes before the directory.
const HEAD: usize = 32;
/// Bytes before those that the checksum covers.
const UNCOVERED: usize = 16;

/// What hashes must say of this text to be of use.
const PROBE: &[u8] = b"a text that is long enough for every branch of hashing";

/// Room for a piece: the largest is a segment of records.
const PIECE: usize = (256 << 10) + 64;

/// The kinds of stored directories.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
enum Kind {
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
    /// Looks up ids of one kind and tells `take` what was found of each, in order; `None` of an id
    /// that nobody can have.
    ///
    /// **Cost**: constant an id, and one pass over the ids' bytes.
    pub fn look_up(&self, kind: IdKind, ids: &[Bare<'_>], mut take: impl FnMut(Option<Found>)) {
        for ids in ids.chunks(BATCH) {
            let mut hashes = [0; BATCH];
            let hashes = hashes.get_mut(..ids.len()).unwrap_or(&mut []);
            let mut each = ids.iter();
            let take = |found| {
                let is_valid = each.next().is_some_and(|id| is_valid_id(kind, id));
                take(is_valid.then_some(found));
            };
            match self {
                Stored::Verified(directory) => {
                    hash_ids(directory.seed(), kind, ids, hashes);
                    directory.look_up(kind, ids, hashes, false, take);
                }
                Stored::Compact(compact) => {
                    hash_ids(compact.seed(), kind, ids, hashes);
                    hashes.iter().map(|&hash| compact.find(hash)).for_each(take);
                }
            }
        }
    }
}

/// What can be stored: its seed, and its bytes in pieces.
pub(super) trait Pieces {
    fn head(&self) -> (u16, &Seed);
    fn stored_bytes(&self) -> usize;
    fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool;
}

impl Pieces for Directory {
    fn head(&self) -> (u16, &Seed) {
        (Kind::Verified as u16, self.seed())
    }
    fn stored_bytes(&self) -> usize {
        Directory::stored_bytes(self)
    }
    fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool {
        Directory::stored_piece(self, index, out)
    }
}

impl Pieces for Compact {
    fn head(&self) -> (u16, &Seed) {
        (Kind::Compact as u16, self.seed())
    }
    fn stored_bytes(&self) -> usize {
        Compact::stored_bytes(self)
    }
    fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool {
        Compact::stored_piece(self, index, out)
    }
}

impl Pieces for Stored {
    fn head(&self) -> (u16, &Seed) {
        match self {
            Stored::Verified(directory) => directory.head(),
            Stored::Compact(compact) => compact.head(),
        }
    }
    fn stored_bytes(&self) -> usize {
        match self {
            Stored::Verified(directory) => directory.stored_bytes(),
            Stored::Compact(compact) => compact.stored_bytes(),
        }
    }
    fn stored_piece(&self, index: usize, out: &mut Vec<u8>) -> bool {
        match self {
            Stored::Verified(directory) => directory.stored_piece(index, out),
            Stored::Compact(compact) => compact.stored_piece(index, out),
        }
    }
}

/// What follows the checksum in the head.
fn tail_of_head(seed: &Seed) -> [u8; HEAD - UNCOVERED] {
    let mut tail = [0; HEAD - UNCOVERED];
    let words = [seed.bits(), seed.hash(PROBE)];
    for (bytes, word) in tail.as_chunks_mut::<8>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    tail
}

/// Gives the bytes of a directory piece by piece: first those behind the head, in order, and the
/// head at last, since it says what all of them come to.
pub struct Storing {
    sum: Xxh64,
    next: usize,
    is_done: bool,
}

impl Storing {
    /// Bytes of the head, which stands before what comes first.
    pub const HEAD: usize = HEAD;

    /// Before the first piece.
    pub fn new(stored: &Stored) -> Storing {
        Storing::of(stored)
    }

    fn of(stored: &impl Pieces) -> Storing {
        let mut sum = Xxh64::new(0);
        sum.update(&tail_of_head(stored.head().1));
        Storing {
            sum,
            next: 0,
            is_done: false,
        }
    }

    /// How many bytes there will be, the head among them.
    pub fn bytes(stored: &Stored) -> usize {
        HEAD + stored.stored_bytes()
    }

    /// Writes the next piece over `out`: nothing after the head.
    ///
    /// **Errors**: `limit.memory`, for a piece of at most 256 KiB.
    ///
    /// **Cost**: one copy of the piece.
    pub fn piece(&mut self, stored: &Stored, out: &mut Vec<u8>) -> Result<(), Code> {
        out.clear();
        out.try_reserve(PIECE).map_err(|_| Code::LimitMemory)?;
        self.append(stored, out);
        Ok(())
    }

    /// Appends the next piece, for which there is room.
    fn append(&mut self, stored: &impl Pieces, out: &mut Vec<u8>) {
        let from = out.len();
        // Some have nothing in them, and the last piece is not to be taken for the end.
        while out.len() == from && !self.is_done {
            if stored.stored_piece(self.next, out) {
                self.next += 1;
                self.sum.update(out.get(from..).unwrap_or(&[]));
                continue;
            }
            let (kind, seed) = stored.head();
            out.extend_from_slice(&LETTERS);
            out.extend_from_slice(&VERSION.to_le_bytes());
            out.extend_from_slice(&kind.to_le_bytes());
            out.extend_from_slice(&self.sum.digest().to_le_bytes());
            out.extend_from_slice(&tail_of_head(seed));
            self.is_done = true;
        }
    }
}

/// All bytes at once.
pub(super) fn to_bytes(stored: &impl Pieces) -> Result<Vec<u8>, Code> {
    let mut bytes = Vec::new();
    let len = HEAD + stored.stored_bytes();
    // The head comes last, and is moved to the front.
    let room = bytes.try_reserve_exact(len + HEAD);
    room.map_err(|_| Code::LimitMemory)?;
    bytes.resize(HEAD, 0);
    let mut storing = Storing::of(stored);
    while !storing.is_done {
        storing.append(stored, &mut bytes);
    }
    let head = bytes.len() - HEAD;
    bytes.copy_within(head.., 0);
    bytes.truncate(head);
    Ok(bytes)
}

/// Takes the bytes of a directory piece by piece.
pub struct Restoring {
    /// The bytes that there are in all.
    total: u64,
    met: u64,
    head: Vec<u8>,
    sum: Xxh64,
    pending: Vec<u8>,
    body: Body,
    /// What is wrong with them, if that is known; the checksum may say more.
    fault: Option<Code>,
}

enum Body {
    None,
    Verified(Box<Restored>),
    Compact(Box<RestoredCompact>),
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
    /// **Cost**: one copy of the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Stored, Code> {
        let mut restoring = Restoring::new(bytes.len() as u64);
        restoring.push(bytes);
        restoring.finish()
    }
}

impl Restoring {
    /// Before the first of so many bytes.
    pub fn new(total: u64) -> Restoring {
        Restoring {
            total,
            met: 0,
            head: Vec::new(),
            sum: Xxh64::new(0),
            pending: Vec::new(),
            body: Body::None,
            fault: None,
        }
    }

    /// Takes the next piece, of any size.
    ///
    /// **Cost**: one copy of it.
    pub fn push(&mut self, mut piece: &[u8]) {
        self.met += piece.len() as u64;
        while self.head.len() < HEAD {
            let Some((&byte, rest)) = piece.split_first() else {
                return;
            };
            self.head.push(byte);
            piece = rest;
            if self.head.len() == HEAD {
                self.open();
            }
        }
        self.sum.update(piece);
        if self.fault.is_some() {
            return;
        }
        let mut feed = Feed {
            pending: &mut self.pending,
            piece,
        };
        let taken = match &mut self.body {
            Body::None => Ok(()),
            Body::Verified(body) => body.take(&mut feed, self.total),
            Body::Compact(body) => body.take(&mut feed, self.total),
        };
        if let Err(code) = taken {
            self.fault = Some(code);
            self.body = Body::None;
        }
    }

    /// Reads the head.
    fn open(&mut self) {
        self.sum.update(self.head.get(UNCOVERED..).unwrap_or(&[]));
        let seed = Seed::new(self.word(UNCOVERED));
        match self.kind() {
            1 => self.body = Body::Verified(Box::new(Restored::new(seed))),
            2 => self.body = Body::Compact(Box::new(RestoredCompact::new(seed))),
            _ => self.fault = Some(Code::DirectoryBytes),
        }
    }

    /// The two bytes or eight bytes of the head at `at`.
    fn half_word(&self, at: usize) -> u16 {
        let bytes = self.head.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    fn word(&self, at: usize) -> u64 {
        let bytes = self.head.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    fn kind(&self) -> u16 {
        self.half_word(6)
    }

    /// The directory, once all has come.
    ///
    /// **Errors**: as [`Stored::from_bytes`].
    pub fn finish(self) -> Result<Stored, Code> {
        if self.head.len() < UNCOVERED || !self.head.starts_with(&LETTERS) {
            return Err(Code::DirectoryBytes);
        }
        if self.half_word(4) != VERSION {
            return Err(Code::DirectoryVersion);
        }
        let mut sum = self.sum.clone();
        if self.head.len() < HEAD {
            sum.update(self.head.get(UNCOVERED..).unwrap_or(&[]));
        }
        if self.word(8) != sum.digest() {
            return Err(Code::DirectoryChecksum);
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let fits = self.word(24) == Seed::new(self.word(UNCOVERED)).hash(PROBE);
        match self.body {
            Body::None => Err(Code::DirectoryBytes),
            Body::Verified(body) => body.finish(fits).map(Stored::Verified),
            Body::Compact(_) if !fits => Err(Code::DirectoryVersion),
            Body::Compact(body) => body.finish().map(Stored::Compact),
        }
    }
}

/// What has come and was not taken yet.
pub(super) struct Feed<'a> {
    /// The beginning of a number whose end is in the piece.
    pending: &'a mut Vec<u8>,
    piece: &'a [u8],
}

impl<'a> Feed<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.piece.is_empty()
    }

    /// Takes numbers, `left` of which are to come, as far as they are there.
    #[inline(never)]
    pub(super) fn numbers<const N: usize>(
        &mut self,
        left: &mut usize,
        each: &mut dyn FnMut([u8; N]) -> Result<(), Code>,
    ) -> Result<(), Code> {
        while *left > 0 && !self.pending.is_empty() {
            let Some((&byte, rest)) = self.piece.split_first() else {
                return Ok(());
            };
            self.pending.push(byte);
            self.piece = rest;
            if let Some(&number) = self.pending.first_chunk::<N>() {
                each(number)?;
                self.pending.clear();
                *left -= 1;
            }
        }
        let (numbers, _) = self.piece.as_chunks::<N>();
        let numbers = numbers.get(..*left).unwrap_or(numbers);
        for &number in numbers {
            each(number)?;
        }
        *left -= numbers.len();
        self.piece = self.piece.get(numbers.len() * N..).unwrap_or(&[]);
        if *left > 0 {
            self.pending.extend_from_slice(self.piece);
            self.piece = &[];
        }
        Ok(())
    }

    /// Takes bytes, `left` of which are to come, as far as they are there.
    pub(super) fn bytes(&mut self, left: &mut usize) -> &'a [u8] {
        let (taken, rest) = self.piece.split_at(self.piece.len().min(*left));
        *left -= taken.len();
        self.piece = rest;
        taken
    }
}
