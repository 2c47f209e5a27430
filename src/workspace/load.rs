//! Loading profiles: exports, and bodies of `/users/track`.

use super::Workspace;
use crate::hash::Seed;
use crate::identity::directory::Full;
use crate::ingest::{Coordinates, Format, Intake, Sniff, Store, TrackReader};
use crate::json::Stopped;
use crate::path::Path;
use crate::payload::braze::profiles::{Loaded, ProfileReader};
use crate::problem::{Code, Finding, Problems, Span};

/// A load that has begun.
pub(super) struct Load {
    reader: LoadReader,
    problems: Problems,
    coordinates: Coordinates,
    /// The number of the moment at which the export was made.
    as_of: u16,
}

/// What reads.
enum LoadReader {
    /// Not known yet.
    Sniff(Sniff),
    Export(ProfileReader),
    Track(TrackReader),
}

impl LoadReader {
    fn of(format: Format, seed: &Seed) -> LoadReader {
        match format {
            Format::Export => LoadReader::Export(ProfileReader::new(seed.clone())),
            Format::Track => LoadReader::Track(TrackReader::new(seed.clone())),
        }
    }

    fn loaded(&self) -> Loaded {
        match self {
            LoadReader::Sniff(_) => Loaded::default(),
            LoadReader::Export(reader) => reader.loaded(),
            LoadReader::Track(reader) => reader.loaded(),
        }
    }
}

impl Load {
    /// Takes a piece; at the end there is none. False where there is no use in more.
    fn take(&mut self, piece: Option<&[u8]>, workspace: &mut Workspace) -> bool {
        if let LoadReader::Sniff(sniff) = &mut self.reader {
            let Ok(format) = sniff.push(piece) else {
                return self.is_full();
            };
            let Some(format) = format else {
                return true;
            };
            let pending = sniff.take();
            self.reader = LoadReader::of(format, workspace.directory.seed());
            // What is pending ends with this piece.
            if !pending.is_empty() {
                let taken = self.read(Some(&pending), workspace);
                return if piece.is_some() {
                    taken
                } else {
                    self.read(None, workspace)
                };
            }
        }
        self.read(piece, workspace)
    }

    fn is_full(&mut self) -> bool {
        let finding = Finding::error(Code::LimitMemory);
        self.problems.push(finding, &Path::Root, Span::default());
        false
    }

    fn read(&mut self, piece: Option<&[u8]>, workspace: &mut Workspace) -> bool {
        let max = workspace.max_memory_bytes;
        let Workspace {
            directory,
            profiles,
            draft,
            quick,
            as_of,
            ..
        } = workspace;
        let problems = &mut self.problems;
        let done: Result<(), Stopped> = match &mut self.reader {
            LoadReader::Sniff(_) => Ok(()),
            LoadReader::Export(reader) => {
                let mut intake =
                    Intake::new(directory, profiles, draft, quick, self.coordinates, max);
                intake.as_of = Some((as_of, self.as_of));
                match piece {
                    Some(piece) => reader.push(piece, &mut intake, problems),
                    None => reader.finish(&mut intake, problems),
                }
            }
            LoadReader::Track(reader) => {
                let store = &mut Store {
                    directory,
                    profiles,
                    draft,
                    as_of,
                    max_memory_bytes: max,
                };
                match piece {
                    Some(piece) => reader.push(piece, store, problems),
                    None => reader.finish(store, problems),
                }
            }
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
        let as_of = self.as_of.number(self.made_at);
        let as_of = as_of.map_err(|Full| Code::LimitMemory)?;
        self.load = Some(Load {
            reader: match self.format {
                Some(format) => LoadReader::of(format, self.directory.seed()),
                None => LoadReader::Sniff(Sniff::default()),
            },
            problems: Problems::new(max_problems),
            coordinates: self.coordinates,
            as_of,
        });
        Ok(())
    }

    /// Takes the profiles that end in this piece. False when there is no use in more: nothing is
    /// being loaded, or memory has run out.
    ///
    /// **Cost**: one pass over the bytes; of `/users/track` see [`TrackReader::push`].
    pub fn push(&mut self, piece: &[u8]) -> bool {
        let Some(mut load) = self.load.take() else {
            return false;
        };
        self.revision += 1;
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
        self.revision += 1;
        // Also when memory has run out; that is noted.
        let _ = load.take(None, self);
        Some((load.reader.loaded(), load.problems))
    }

    /// Ends the load without its last, unfinished profile. What was taken stays.
    pub fn abort_load(&mut self) {
        self.load = None;
    }
}
