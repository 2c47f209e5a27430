//! The one stateful noun: known users, the cohorts that partners send, and their data import keys.

pub mod match_report;
mod packed_rows;
pub mod partner_keys;
mod profile_json;
mod rows_file;
mod transaction;

pub use match_report::{List, MatchReport, Row, Rows, Totals};
pub use partner_keys::PartnerKeys;
pub use rows_file::RowFormat;
pub use transaction::{Reading, Refused};

use crate::cohort::membership::{Cohorts, UserSet};
use crate::hash::Seed;
use crate::identity::Directory;
use crate::ingest::{Coordinates, Format, Intake, SourceReader};
use crate::payload::braze::profiles::Loaded;
use crate::problem::{Code, Problems};
use crate::profile::{Draft, Profiles};

/// Known users and cohorts.
///
/// `Debug` says nothing, since ids are people.
///
/// **Example**
/// ```
/// use kohort::cohort::partner::Partner;
/// use kohort::hash::Seed;
/// use kohort::workspace::Workspace;
///
/// let mut workspace = Workspace::new(Seed::new(1));
/// workspace.begin_load(100)?;
/// workspace.push(br#"{"external_id":"ann"}"#);
/// workspace.finish_load();
///
/// let heap = Partner::new("heap").unwrap();
/// let body = br#"{"cohort_id":"7","cohort_changes":[{"user_ids":["ann","bo"]}]}"#;
/// let report = workspace.apply(&[body], heap).unwrap();
/// assert_eq!((report.net.added, report.unmatched), (1, 1));
/// assert_eq!(workspace.members("heap", "7").unwrap().len(), 1);
/// # Ok::<(), kohort::problem::Code>(())
/// ```
pub struct Workspace {
    directory: Directory,
    profiles: Profiles,
    /// The profile on its way in.
    draft: Draft,
    coordinates: Coordinates,
    format: Format,
    cohorts: Cohorts,
    /// The partners' data import keys.
    pub partner_keys: PartnerKeys,
    identified_aliases_only: bool,
    max_memory_bytes: usize,
    load: Option<Load>,
    scratch: transaction::Scratch,
    revision: u64,
}

/// A load that has begun.
struct Load {
    reader: SourceReader,
    problems: Problems,
    coordinates: Coordinates,
}

impl core::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Workspace(..)")
    }
}

impl Workspace {
    /// A workspace without users.
    pub fn new(seed: Seed) -> Workspace {
        Workspace {
            profiles: Profiles::new(seed.clone()),
            draft: Draft::default(),
            coordinates: Coordinates::default(),
            format: Format::default(),
            directory: Directory::new(seed),
            cohorts: Cohorts::default(),
            partner_keys: PartnerKeys::default(),
            identified_aliases_only: false,
            max_memory_bytes: usize::MAX,
            load: None,
            scratch: transaction::Scratch::default(),
            revision: 0,
        }
    }

    /// Keeps the known users within this many bytes.
    pub fn set_max_memory_bytes(&mut self, max: usize) {
        self.max_memory_bytes = max;
    }

    /// Lets an alias match only a user with an external id. Braze does not say which it does.
    pub fn set_identified_aliases_only(&mut self, only: bool) {
        self.identified_aliases_only = only;
    }

    /// The known users.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What is known of them.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Says in which order coordinates come, from the next load on.
    pub fn set_coordinates(&mut self, coordinates: Coordinates) {
        self.coordinates = coordinates;
    }

    /// Says in which format profiles come, from the next load on.
    pub fn set_format(&mut self, format: Format) {
        self.format = format;
    }

    /// The cohorts.
    pub fn cohorts(&self) -> &Cohorts {
        &self.cohorts
    }

    /// Who is in a cohort; `None` if it is not known.
    pub fn members(&self, partner: &str, cohort_id: &str) -> Option<&UserSet> {
        Some(&self.cohorts.get(partner, cohort_id)?.members)
    }

    /// A number that rises with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Begins to load profiles, with at most this many problems listed.
    ///
    /// **Errors**: `workspace.busy` while another load is running.
    pub fn begin_load(&mut self, max_problems: usize) -> Result<(), Code> {
        if self.load.is_some() {
            return Err(Code::WorkspaceBusy);
        }
        self.load = Some(Load {
            reader: SourceReader::new(self.format, self.directory.seed().clone()),
            problems: Problems::new(max_problems),
            coordinates: self.coordinates,
        });
        Ok(())
    }

    /// Takes the profiles that end in this piece. False when there is no use in more: nothing is
    /// being loaded, or memory has run out.
    ///
    /// **Cost**: one pass over the bytes.
    pub fn push(&mut self, piece: &[u8]) -> bool {
        let Some(load) = &mut self.load else {
            return false;
        };
        self.revision += 1;
        let mut intake = Intake::new(
            &mut self.directory,
            &mut self.profiles,
            &mut self.draft,
            load.coordinates,
            self.max_memory_bytes,
        );
        let done = load.reader.push(piece, &mut intake, &mut load.problems);
        done.is_ok()
    }

    /// The numbers of the load at hand.
    pub fn loaded(&self) -> Loaded {
        let load = self.load.as_ref();
        load.map_or(Loaded::default(), |load| load.reader.loaded())
    }

    /// Ends the load: its numbers and problems. What was taken stays; `None` if none was begun.
    pub fn finish_load(&mut self) -> Option<(Loaded, Problems)> {
        let Load {
            mut reader,
            mut problems,
            coordinates,
        } = self.load.take()?;
        self.revision += 1;
        // Also when memory has run out; that is noted.
        let mut intake = Intake::new(
            &mut self.directory,
            &mut self.profiles,
            &mut self.draft,
            coordinates,
            self.max_memory_bytes,
        );
        let _ = reader.finish(&mut intake, &mut problems);
        Some((reader.loaded(), problems))
    }

    /// Ends the load without its last, unfinished profile. What was taken stays.
    pub fn abort_load(&mut self) {
        self.load = None;
    }
}
