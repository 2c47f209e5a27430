//! The one stateful noun: known users, the cohorts that partners send, and their data import keys.

mod deletion;
pub mod explanation_json;
mod load;
pub mod match_report;
mod member_fields;
mod packed_rows;
pub mod partner_keys;
mod profile_json;
mod rows_file;
mod segment_names;
mod segments;
mod transaction;

pub use match_report::{List, MatchReport, Row, Rows, Totals};
pub use partner_keys::PartnerKeys;
pub use rows_file::RowFormat;
pub use segment_names::SegmentNames;
pub use segments::{Compiled, DefinitionOptions, SegmentIx, SegmentMembers};
pub use transaction::{Reading, Refused};

use crate::cohort::membership::{Cohorts, Members};
use crate::hash::Seed;
use crate::identity::Directory;
use crate::ingest::{AsOf, Coordinates, Format, Quick};
use crate::profile::{Draft, Profiles};
use core::cell::RefCell;
use load::Load;
use segment_names::SeenNames;
use segments::Segments;

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
    quick: Quick,
    /// Until when the exports reach from which users came.
    as_of: AsOf,
    coordinates: Coordinates,
    /// Of loads to come: what they read, and when it was made.
    format: Option<Format>,
    made_at: Option<i64>,
    cohorts: Cohorts,
    /// The partners' data import keys.
    pub partner_keys: PartnerKeys,
    identified_aliases_only: bool,
    max_memory_bytes: usize,
    load: Option<Load>,
    scratch: transaction::Scratch,
    segments: Segments,
    revision: u64,
    /// Names that users have in their rows.
    seen_names: RefCell<SeenNames>,
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
            quick: Quick::default(),
            as_of: AsOf::default(),
            coordinates: Coordinates::default(),
            format: None,
            made_at: None,
            directory: Directory::new(seed),
            cohorts: Cohorts::default(),
            partner_keys: PartnerKeys::default(),
            identified_aliases_only: false,
            max_memory_bytes: usize::MAX,
            load: None,
            scratch: transaction::Scratch::default(),
            segments: Segments::default(),
            revision: 0,
            seen_names: RefCell::default(),
        }
    }

    /// Keeps the known users within this many bytes. Where these are used up, what nobody has any more
    /// is let go of, and for as long as that lasts there are twice as many at most.
    pub fn set_max_memory_bytes(&mut self, max: usize) {
        self.max_memory_bytes = max;
    }

    /// Lets there be so many names of attributes; see [`Profiles::set_max_attributes`].
    pub fn set_max_attributes(&mut self, most: usize) {
        self.profiles.set_max_attributes(most);
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

    /// Says what loads read from the next on; `None` to tell by what comes first.
    pub fn set_format(&mut self, format: Option<Format>) {
        self.format = format;
    }

    /// Says when the exports were made that are loaded from the next on, if that is known. Events and
    /// purchases of `/users/track` up to then count no more for users that come from them.
    ///
    /// **Units**: milliseconds since 1970-01-01T00:00:00Z.
    pub fn set_as_of(&mut self, made_at: Option<i64>) {
        self.made_at = made_at;
    }

    /// The cohorts.
    pub fn cohorts(&self) -> &Cohorts {
        &self.cohorts
    }

    /// Who is in a cohort; `None` if it is not known.
    pub fn members(&self, partner: &str, cohort_id: &str) -> Option<&Members> {
        Some(&self.cohorts.get(partner, cohort_id)?.members)
    }

    /// A number that rises with every change.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}
