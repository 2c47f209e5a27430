//! Loading profiles, in whatever format they come.

use super::Workspace;
use crate::identity::directory::Full;
use crate::ingest::{Coordinates, Intake, SourceReader};
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Code, Problems};

/// A load that has begun.
pub(super) struct Load {
    reader: SourceReader,
    problems: Problems,
    coordinates: Coordinates,
    /// The number of the moment at which the export was made.
    made_at: u16,
}

impl Load {
    /// Takes a piece; at the end there is none. False where there is no use in more.
    fn take(&mut self, piece: Option<&[u8]>, workspace: &mut Workspace) -> bool {
        let mut intake = Intake::new(
            &mut workspace.directory,
            &mut workspace.profiles,
            &mut workspace.draft,
            &mut workspace.quick,
            &mut workspace.as_of,
            self.coordinates,
            workspace.max_memory_bytes,
        );
        intake.made_at = self.made_at;
        let done = match piece {
            Some(piece) => self.reader.push(piece, &mut intake, &mut self.problems),
            None => self.reader.finish(&mut intake, &mut self.problems),
        };
        done.is_ok()
    }
}

impl Workspace {
    /// Begins to load profiles, with at most this many problems listed.
    ///
    /// **Errors**: `workspace.busy` while another load is running; `limit.memory`, also beyond 65,535
    /// different moments at which exports were made.
    pub fn begin_load(&mut self, max_problems: usize) -> Result<(), Code> {
        if self.load.is_some() {
            return Err(Code::WorkspaceBusy);
        }
        let made_at = self.as_of.number(self.made_at);
        let made_at = made_at.map_err(|Full| Code::LimitMemory)?;
        self.load = Some(Load {
            reader: SourceReader::new(self.format, self.directory.seed().clone()),
            problems: Problems::new(max_problems),
            coordinates: self.coordinates,
            made_at,
        });
        Ok(())
    }

    /// Takes the profiles that end in this piece. False when there is no use in more: nothing is
    /// being loaded, or memory has run out.
    ///
    /// **Cost**: see [`SourceReader::push`].
    pub fn push(&mut self, piece: &[u8]) -> bool {
        let Some(mut load) = self.load.take() else {
            return false;
        };
        self.profiles_changed();
        let done = load.take(Some(piece), self);
        self.load = Some(load);
        done
    }

    /// The numbers of the load at hand.
    pub fn loaded(&self) -> Loaded {
        let load = self.load.as_ref();
        load.map_or(Loaded::default(), |load| load.reader.loaded())
    }

    /// Ends the load: its numbers and problems. What was taken stays; `None` if none was begun.
    pub fn finish_load(&mut self) -> Option<(Loaded, Problems)> {
        let mut load = self.load.take()?;
        self.profiles_changed();
        // Also when memory has run out; that is noted.
        let _ = load.take(None, self);
        Some((load.reader.loaded(), load.problems))
    }

    /// Ends the load without its last, unfinished profile. What was taken stays.
    pub fn abort_load(&mut self) {
        self.load = None;
    }
}
