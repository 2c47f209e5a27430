//! A page of a sync as the sender of a segment gives it: what a webhook's reader makes, and what
//! a plan is made from.

use super::id_list::IdList;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

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

/// The indices of the pages, by their numbers. `None`, with a problem, where they are not the
/// pages of one sync, each once.
pub(super) fn order(pages: &[Page<'_>], problems: &mut Problems) -> Option<Vec<u32>> {
    let Some(first) = pages.first() else {
        let finding = Finding::error(Code::PlanPages);
        problems.push(finding, &Path::Root, Span::default());
        return None;
    };
    let mut good = true;
    let mut refuse = |index: u32, problems: &mut Problems| {
        let path = Path::Index(&Path::Root, index);
        problems.push(Finding::error(Code::PlanPages), &path, Span::default());
        good = false;
    };
    for (index, page) in pages.iter().enumerate() {
        let belongs = page.action == Action::Sync
            && page.segment_id == first.segment_id
            && page
                .part
                .zip(first.part)
                .is_some_and(|(part, first)| part.sync_task_id == first.sync_task_id);
        if pages.len() > 1 && !belongs {
            refuse(index as u32, problems);
        }
    }
    let number_of = |index: u32| {
        let part = pages.get(index as usize).and_then(|page| page.part);
        part.map_or(0, |part| part.page_number)
    };
    // Pages come in order nearly always, so each finds its place at the end.
    let mut order: Vec<u32> = Vec::with_capacity(pages.len());
    for index in 0..pages.len() as u32 {
        let at = order.partition_point(|&other| number_of(other) <= number_of(index));
        order.insert(at, index);
    }
    for (&before, &index) in order.iter().zip(order.iter().skip(1)) {
        if number_of(before) == number_of(index) {
            refuse(index, problems);
        }
    }
    good.then_some(order)
}
