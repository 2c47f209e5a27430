//! What became of every id of a request or a plan.

use crate::cohort::matching::{Effect, Outcome};
use crate::cohort::membership::Net;
use crate::identity::{IdKind, UserIx};
use crate::problem::Problems;
use alloc::string::String;
use alloc::vec::Vec;

/// Numbers that are easily mistaken for one another.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Totals {
    /// Rows of this report: one for every id received.
    pub rows: u32,
    /// Ids received that name something: the rows without the invalid ones.
    pub ids: u32,
    /// Different ones of these.
    pub distinct_ids: u32,
    /// Different users that were matched.
    pub people: u32,
}

/// The outcome of every id, and what they come to.
///
/// `Debug` is not offered, since cohort ids may be anything.
#[derive(Clone, PartialEq)]
pub struct MatchReport {
    /// Who sent it.
    pub partner: String,
    /// The partner's own id of the cohort.
    pub cohort_id: String,
    /// Was the cohort known before?
    pub known: bool,
    /// How often each outcome occurs, in the order of [`Outcome::ALL`]. They add up to the rows.
    pub outcomes: [u32; Outcome::COUNT],
    /// Rows, ids and people.
    pub totals: Totals,
    /// What changes for people.
    pub net: Net,
    /// Different ids that matched nobody.
    pub unmatched: u32,
    /// What is odd about each body, in order: none holds an error.
    pub problems: Vec<Problems>,
    pub(super) rows: Rows,
}

/// A row for every id, in columns.
#[derive(Clone, PartialEq)]
pub struct Rows {
    /// What became of each id.
    pub outcomes: Vec<Outcome>,
    /// What each changed.
    pub effects: Vec<Effect>,
    /// Each one's user, also where it was not matched as such; see
    /// [`NO_USER`](crate::cohort::matching::NO_USER).
    pub users: Vec<UserIx>,
    /// Where the rows come from, in order.
    pub lists: Vec<List>,
}

/// Where the rows of one list begin.
#[derive(Clone, Copy, PartialEq)]
pub struct List {
    /// The index of its first row; of several that begin at one row all but the last are empty.
    pub first: u32,
    /// Index of the request in its plan.
    pub request: u32,
    /// Index of the change in `cohort_changes`.
    pub item: u32,
    /// What the list holds.
    pub kind: IdKind,
}

/// What became of one id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Index of the request in its plan.
    pub request: u32,
    /// Index of the change in `cohort_changes`.
    pub item: u32,
    /// The list it stood in.
    pub list: IdKind,
    /// Its index in the list.
    pub index: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// What it changed in the cohort.
    pub effect: Effect,
    /// The user that was matched.
    pub user: Option<UserIx>,
}

impl MatchReport {
    /// The rows as they are kept, in columns.
    pub fn columns(&self) -> &Rows {
        &self.rows
    }
}

impl Rows {
    /// The row of the id with this index, counted over all requests.
    pub fn row(&self, index: usize) -> Option<Row> {
        let Rows {
            outcomes,
            effects,
            users,
            lists,
        } = self;
        let outcome = *outcomes.get(index)?;
        // Of several lists that begin at one index all but the last are empty.
        let after = lists.partition_point(|list| list.first as usize <= index);
        let list = lists.get(after.checked_sub(1)?)?;
        Some(Row {
            request: list.request,
            item: list.item,
            list: list.kind,
            index: index as u32 - list.first,
            outcome,
            effect: *effects.get(index)?,
            user: users.get(index).copied().filter(|_| outcome.is_matched()),
        })
    }
}
