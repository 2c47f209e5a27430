//! Pages of a sync, and what a test plans them with.

use kohort::cohort::id_list::IdList;
use kohort::cohort::page::{Action, Page, Part};
use kohort::cohort::partner::Partner;
use kohort::payload::braze::import::ImportOptions;

pub fn list(ids: &[&str]) -> IdList {
    let mut list = IdList::new();
    ids.iter().for_each(|id| list.push(id).unwrap());
    list
}

pub fn numbered(prefix: &str, count: usize) -> IdList {
    let mut list = IdList::new();
    (0..count).for_each(|n| list.push(&format!("{prefix}{n}")).unwrap());
    list
}

pub fn page<'a>(number: u64, add: &'a IdList, remove: &'a IdList) -> Page<'a> {
    Page {
        action: Action::Sync,
        segment_id: "1338065",
        segment_name: "Free \"Customers\"",
        part: Some(Part {
            sync_task_id: "task",
            page_number: number,
            total_pages: 3,
        }),
        add,
        remove,
    }
}

pub fn options() -> ImportOptions<'static> {
    ImportOptions::new(Partner::new("heap").unwrap())
}

pub static NOBODY: IdList = IdList::new();
