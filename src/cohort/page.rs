//! A page of a sync as the sender of a segment gives it: what a webhook's reader makes, and what
//! a plan is made from.

use super::id_list::IdList;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::{string::String, vec::Vec};

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

/// A page that owns what it says: what a reader of webhooks makes.
pub struct OwnedPage {
    /// What it asks for.
    pub action: Action,
    /// The segment's id, in digits.
    pub segment_id: String,
    /// The segment's display name.
    pub segment_name: String,
    /// The sync, the page's number and how many pages there are, where the sender says it.
    pub part: Option<(String, u64, u64)>,
    /// Ids that enter.
    pub add: IdList,
    /// Ids that leave.
    pub remove: IdList,
}

impl OwnedPage {
    /// The page, for a plan to borrow.
    pub fn page(&self) -> Page<'_> {
        let part = self.part.as_ref();
        Page {
            action: self.action,
            segment_id: &self.segment_id,
            segment_name: &self.segment_name,
            part: part.map(|&(ref sync_task_id, page_number, total_pages)| Part {
                sync_task_id,
                page_number,
                total_pages,
            }),
            add: &self.add,
            remove: &self.remove,
        }
    }
}

/// The indices of the pages, by their numbers. `None`, with a problem, where they are not the
/// pages of one sync, each once.
pub(super) fn order(pages: &[Page<'_>], problems: &mut Problems) -> Option<Vec<u32>> {
    let Some(first) = pages.first() else {
        refuse(&Path::Root, problems);
        return None;
    };
    let task = first.part.map(|part| part.sync_task_id);
    let number_of = |index: u32| {
        let part = pages.get(index as usize)?.part?;
        Some(part.page_number)
    };
    let mut good = true;
    let mut order: Vec<u32> = Vec::with_capacity(pages.len());
    for (index, page) in (0..).zip(pages) {
        let belongs = page.action == Action::Sync
            && page.part.is_some()
            && page.segment_id == first.segment_id
            && page.part.map(|part| part.sync_task_id) == task;
        // Pages come in order nearly always, so each finds its place at the end.
        let number = number_of(index);
        let at = order.partition_point(|&other| number_of(other) <= number);
        let before = order.get(at.wrapping_sub(1)).copied().and_then(number_of);
        let twice = at > 0 && before == number;
        if pages.len() > 1 && (!belongs || twice) {
            good = false;
            refuse(&Path::Index(&Path::Root, index), problems);
        }
        order.insert(at, index);
    }
    good.then_some(order)
}

fn refuse(path: &Path<'_>, problems: &mut Problems) {
    problems.push(Finding::error(Code::PlanPages), path, Span::default());
}
