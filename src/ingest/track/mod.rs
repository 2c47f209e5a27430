//! Bodies of `/users/track`: changes to profiles, objects of attributes, events and purchases.
//!
//! Of each object all or nothing is applied; a bad one is a problem, and the rest is applied. Ours, as it
//! is unknown what Braze does: that, and that objects act in the order in which they stand, whichever
//! array they are in.
//!
//! **Source**: Braze, "Track users", "User attributes object", "Event object", "Purchase object".

mod attributes;
mod body;
mod happening;
mod object;
mod operations;
mod pieces;
mod tally;

use super::intake::Intake;
use crate::hash::Seed;
use crate::identity::ProfileIds;
use crate::identity::directory::{Full, Refusal};
use crate::json::Stopped;
use crate::path::Path;
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Code, Finding, Place, Problems, Span};
use object::{Apply, Object};
use pieces::{TakeObject, TrackPieces, What};
use tally::Tallies;

/// A reader of bodies in pieces.
pub(super) struct TrackReader {
    pieces: TrackPieces,
    seed: Seed,
    loaded: Loaded,
}

impl TrackReader {
    /// A reader before its first piece, which begins at this place; `seed` guards the look-up of
    /// repeated keys.
    pub(super) fn new(seed: Seed, start: u64, place: Place) -> TrackReader {
        TrackReader {
            pieces: TrackPieces::new(start, place),
            seed,
            loaded: Loaded::default(),
        }
    }

    /// Refuses an object of more than this many bytes.
    pub(super) fn set_max_line_bytes(&mut self, max: usize) {
        self.pieces.set_max_line_bytes(max);
    }

    /// How many objects became what so far. They add up to the objects met.
    pub(super) fn loaded(&self) -> Loaded {
        self.loaded
    }

    /// Applies the objects that end in this piece.
    ///
    /// **Errors**: `track.*`, `profile.*` and `json.*` in `problems`; [`Stopped`] when memory runs out.
    ///
    /// **Cost**: one pass over the bytes, and of each user what is known of the attributes that
    /// change, of those that are lists or objects all.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, seed, mut taker) = self.parts(intake);
        pieces.push(piece, seed, &mut taker, problems)
    }

    /// Ends the reading, and fills in what the problems lack.
    ///
    /// **Errors**: as [`TrackReader::push`].
    pub(super) fn finish(
        &mut self,
        intake: &mut Intake<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let (pieces, seed, mut taker) = self.parts(intake);
        pieces.finish(seed, &mut taker, problems)
    }

    fn parts<'a, 'b>(
        &'a mut self,
        intake: &'a mut Intake<'b>,
    ) -> (&'a mut TrackPieces, &'a Seed, Taker<'a, 'b>) {
        let taker = Taker {
            seed: &self.seed,
            loaded: &mut self.loaded,
            intake,
            tallies: Tallies::default(),
        };
        (&mut self.pieces, &self.seed, taker)
    }
}

struct Taker<'a, 'b> {
    seed: &'a Seed,
    loaded: &'a mut Loaded,
    intake: &'a mut Intake<'b>,
    tallies: Tallies,
}

impl Taker<'_, '_> {
    /// Takes over what became of the objects that were waiting.
    fn count_waiting(&mut self) {
        self.loaded.updated += core::mem::take(&mut self.tallies.updated);
        self.loaded.rejected += core::mem::take(&mut self.tallies.rejected);
    }
}

/// What an object did.
pub(super) enum Done {
    New,
    Updated,
    Covered,
    /// It is counted, to be written with those that follow.
    Waits,
}

/// Why an object was not applied.
pub(super) enum NotDone {
    /// What is wrong is noted.
    Noted,
    Full,
}

impl From<Full> for NotDone {
    fn from(_: Full) -> NotDone {
        NotDone::Full
    }
}

impl TakeObject for Taker<'_, '_> {
    fn take_object(
        &mut self,
        what: What,
        bytes: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<(), Stopped> {
        let object = Object::read(bytes, self.seed, path, problems);
        let done = object.and_then(|object| {
            let apply = Apply {
                intake: &mut *self.intake,
                path,
                problems,
                user: None,
                ids: ProfileIds::default(),
            };
            change(object, what, apply, &mut self.tallies, self.seed)
        });
        self.count_waiting();
        match done {
            Ok(Done::Waits) => {}
            Ok(Done::New) => self.loaded.loaded += 1,
            Ok(Done::Updated) => self.loaded.updated += 1,
            Ok(Done::Covered) => self.loaded.covered += 1,
            Err(NotDone::Noted) => self.reject(),
            Err(NotDone::Full) => {
                self.reject();
                let span = Span::new(0, bytes.len());
                problems.push(Finding::error(Code::LimitMemory), path, span);
                return Err(Stopped);
            }
        }
        Ok(())
    }

    fn reject(&mut self) {
        self.loaded.rejected += 1;
    }

    fn end_piece(&mut self) -> Result<(), Full> {
        let done = self.tallies.flush(self.intake);
        self.count_waiting();
        done.map_err(|_| Full)
    }
}

/// Applies an object: all of it or nothing.
fn change(
    object: Object,
    what: What,
    mut apply: Apply<'_, '_>,
    tallies: &mut Tallies,
    seed: &Seed,
) -> Result<Done, NotDone> {
    apply.find_user(&object, what)?;
    let merges = apply.flag(&object, "_merge_objects")?.unwrap_or(false);
    match what {
        What::Attributes => {
            // No attribute that it changes is among those that wait.
            apply.intake.draft.clear();
            let span = object.span;
            apply.attributes(object, merges)?;
            apply.put(span).map(|(_, done)| done)
        }
        What::Events | What::Purchases => apply.happening(&object, what, tallies, seed),
    }
}

/// The problem of ids that cannot be put.
pub(super) fn refused(
    refusal: Refusal,
    path: &Path<'_>,
    span: Span,
    problems: &mut Problems,
) -> NotDone {
    if refusal == Refusal::Memory {
        return NotDone::Full;
    }
    problems.push(refusal.finding(), path, span);
    NotDone::Noted
}
