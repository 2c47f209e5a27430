//! A page of a sync as the sender of a segment gives it: what a webhook's reader makes, and what
//! a plan is made from.

use super::id_list::IdList;

/// What a page asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Ids enter and leave.
    Sync,
    /// Every member leaves.
    Drain,
}

/// Which page of which sync.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// The sender's name of the sync.
    pub sync_task_id: &'a str,
    /// From 1.
    pub page_number: u64,
    /// Pages of the sync.
    pub total_pages: u64,
}

/// One page. `Debug` is not offered, since ids are people.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// What it asks for.
    pub action: Action,
    /// The segment's id, in digits.
    pub segment_id: &'a str,
    /// The segment's display name.
    pub segment_name: &'a str,
    /// Which page of which sync, where the sender says it.
    pub part: Option<Part<'a>>,
    /// Ids that enter.
    pub add: &'a IdList,
    /// Ids that leave.
    pub remove: &'a IdList,
}
