//! Braze's user profiles, read for their ids: newline-delimited JSON, a JSON array, answers of
//! `/users/export/ids`, or a single object.
//!
//! The input comes in pieces of any size. A profile is taken when it has been read whole; a bad
//! one is a problem, and the rest is taken.
//!
//! **Source**: Braze, "Export user profile by identifier": device ids stand in
//! `devices[].device_id`, on iOS in `devices[].idfv`, and in `push_tokens[].device_id`.
//! `deprecated_external_ids` is our own field.

use super::profile::{self, Sink};
pub use super::profile::{FieldAt, Loaded, TakeUser};
use crate::hash::Seed;
use crate::identity::ProfileIds;
pub use crate::json::Stopped;
#[cfg(feature = "std")]
use crate::json::Taken;
use crate::json::{Pieces, TakeValue};
use crate::path::Path;
use crate::problem::Problems;

/// A reader of profiles in pieces.
pub struct ProfileReader {
    pieces: Pieces,
    seed: Seed,
    ids: ProfileIds,
    loaded: Loaded,
}

/// A directory, and what a profile needs on its way there.
struct Taker<'a> {
    seed: &'a Seed,
    ids: &'a mut ProfileIds,
    loaded: &'a mut Loaded,
    users: &'a mut dyn TakeUser,
}

impl TakeValue for Taker<'_> {
    fn take_value(
        &mut self,
        value: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let mut sink = Sink {
            ids: self.ids,
            loaded: self.loaded,
            users: self.users,
            is_full: false,
        };
        profile::read(value, self.seed, path, &mut sink, problems);
        if sink.is_full { Err(Stopped) } else { Ok(()) }
    }

    fn pass_over(&mut self) {
        self.loaded.rejected += 1;
    }

    #[cfg(feature = "std")]
    fn take_lines(&mut self, text: &[u8], max: usize) -> Taken {
        let taken = self.users.lines(text, max);
        self.loaded.loaded += taken.lines as u64;
        taken
    }
}

impl ProfileReader {
    /// A reader before its first piece; `seed` guards the look-up of repeated keys.
    pub fn new(seed: Seed) -> ProfileReader {
        ProfileReader {
            pieces: Pieces::default(),
            seed,
            ids: ProfileIds::default(),
            loaded: Loaded::default(),
        }
    }

    /// Refuses a line, or an element of an array, of more than this many bytes.
    pub fn set_max_line_bytes(&mut self, max: usize) {
        self.pieces.set_max_line_bytes(max);
    }

    /// The numbers so far.
    pub fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Takes the profiles that end in this piece.
    ///
    /// **Errors**: `profile.*` and `json.*` in `problems`; [`Stopped`] when memory runs out.
    ///
    /// **Cost**: one pass over the bytes, and a second over what is not whole yet.
    pub fn push(
        &mut self,
        piece: &[u8],
        users: &mut dyn TakeUser,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, mut taker) = self.parts(users);
        pieces.push(piece, &mut taker, problems)
    }

    /// Takes the last profile, and fills in what the problems lack.
    ///
    /// **Errors**: as [`ProfileReader::push`].
    pub fn finish(
        &mut self,
        users: &mut dyn TakeUser,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, mut taker) = self.parts(users);
        pieces.finish(&mut taker, problems)
    }

    fn parts<'a>(&'a mut self, users: &'a mut dyn TakeUser) -> (&'a mut Pieces, Taker<'a>) {
        let taker = Taker {
            seed: &self.seed,
            ids: &mut self.ids,
            loaded: &mut self.loaded,
            users,
        };
        (&mut self.pieces, taker)
    }
}
