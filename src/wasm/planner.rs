//! `planCohortImport`: pages in, requests out.

use super::answer::{Answer, out_of_memory};
use super::desk::Desk;
use super::host;
use super::parts::{Parts, read_list};
use crate::cohort::id_list::RefusedList;
use crate::cohort::page::{Action, OwnedPage, Page};
use crate::cohort::partner::Partner;
use crate::cohort::plan::{Conflict, Mapping, Rules};
use crate::json::owned;
use crate::limits::MAX_PROBLEMS;
use crate::path::Path;
use crate::payload::braze::import::{CohortName, Import, ImportOptions, key};
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// Requests have no keys.
const NO_KEYS: u32 = 0;

/// Requests are counted alone.
const COUNTS: u32 = 3;

/// They have what the host makes keys from in 1, and in 2 keys.
const KEYS: u32 = 2;

impl Desk {
    /// Takes a list of ids: its offsets in four bytes each, then its bytes. The members of the
    /// cohort, or the two lists of the page that follows.
    pub(super) fn take_list(&mut self, offsets_len: u32, len: usize) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        match read_list(self.input.get(len), offsets_len) {
            Ok(list) => self.lists.push(list),
            Err(RefusedList { code, index }) => {
                let path = &Path::Index(&Path::Root, index);
                problems.push(Finding::error(code), path, Span::default());
                problems.locate(&[]);
            }
        }
        self.answer.begin();
        self.answer.finish(&problems)
    }

    /// Takes a page as an earlier answer told it: the last two lists, and three texts that were
    /// written one after another.
    pub(super) fn take_page(
        &mut self,
        drain: bool,
        page: f64,
        total: f64,
        id: u32,
        name: u32,
        task: u32,
    ) {
        let mut parts = Parts(self.input.get(usize::MAX));
        // JavaScript has looked whether each is a text.
        let mut text = |len| parts.next(len).map(owned);
        let segment_id = text(id).unwrap_or_default();
        let segment_name = text(name).unwrap_or_default();
        let task = text(task);
        let remove = self.lists.pop().unwrap_or_default();
        let add = self.lists.pop().unwrap_or_default();
        self.pages.push(OwnedPage {
            action: if drain { Action::Drain } else { Action::Sync },
            segment_id,
            segment_name,
            part: task.map(|task| (task, page as u64, total as u64)),
            add,
            remove,
        });
    }

    /// Plans, and hands each request to the host. The options' texts were written one after another.
    ///
    /// Numbers of a request: ids, the place of its body, and the place of its ids' numbers; with
    /// `tells_ids` also the places of its ids and of where each ends, an alias as name and label; and the
    /// place of what its key is the SHA-256 of, unless there are `keys` of neither kind. Words: path, and
    /// key where the module hashes.
    ///
    /// Numbers of the answer: how many requests there are, which are told unless they are only counted by
    /// `keys`; the counts; how many lists there are, and of each the number of its
    /// first id, its page and which list it is; the place of the conflicts' numbers.
    #[expect(
        clippy::too_many_arguments,
        reason = "numbers alone cross the boundary"
    )]
    pub(super) fn plan(
        &mut self,
        tells_ids: bool,
        keys: u32,
        mapping: u32,
        conflict: u32,
        partner: u32,
        label: u32,
        created_at: u32,
        cohort_id: u32,
        cohort_name: u32,
        sync_id: u32,
    ) -> usize {
        let mut parts = Parts(self.input.get(usize::MAX));
        // JavaScript has looked whether each is a text.
        let mut text = |len| {
            let bytes = parts.next(len)?;
            core::str::from_utf8(bytes).ok()
        };
        let partner = text(partner).and_then(Partner::new);
        let alias_label = text(label).unwrap_or("");
        let created_at = text(created_at);
        let cohort_id = text(cohort_id);
        let cohort_name = text(cohort_name);
        let sync_id = text(sync_id);
        let mut problems = Problems::new(MAX_PROBLEMS);
        self.answer.begin();
        let Some(partner) = partner else {
            return 0;
        };
        let pages: Vec<Page<'_>> = self.pages.iter().map(OwnedPage::page).collect();
        let options = ImportOptions {
            partner,
            mapping: match mapping {
                0 => Mapping::UserIds,
                1 => Mapping::DeviceIds,
                _ => Mapping::Aliases { alias_label },
            },
            created_at,
            cohort: cohort_id
                .zip(cohort_name)
                .map(|(id, name)| CohortName { id, name }),
            rules: Rules {
                conflict: match conflict {
                    0 => Conflict::Remove,
                    1 => Conflict::Add,
                    _ => Conflict::Reject,
                },
                members: self.lists.last(),
                sync_id,
            },
        };
        if let Some(import) = Import::new(&pages, &options, &self.seed, &mut problems) {
            let tells = tells_ids.then(|| options.mapping.label());
            if let Err(code) = tell(&import, tells, keys, &mut self.answer) {
                out_of_memory(code, &mut problems);
            }
        }
        self.answer.finish(&problems)
    }
}

/// `label`, where ids are told, is that of aliases, else empty.
fn tell(
    import: &Import<'_>,
    label: Option<&str>,
    keys: u32,
    answer: &mut Answer,
) -> Result<(), Code> {
    let plan = import.plan();
    let mut ids: Vec<u8> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    let told = match keys {
        COUNTS => 0,
        _ => import.request_count(),
    };
    for index in 0..told {
        let request = import.unnamed(index)?;
        let mut material = match keys {
            NO_KEYS => Vec::new(),
            _ => import.material(index)?,
        };
        let key = (keys == KEYS).then(|| key(&core::mem::take(&mut material)));
        let numbers = import.numbers(index);
        if let Some(label) = label {
            ids.clear();
            ends.clear();
            for &number in numbers {
                ids.extend_from_slice(plan.id(number));
                ends.push(ids.len() as u32);
                if !label.is_empty() {
                    ids.extend_from_slice(label.as_bytes());
                    ends.push(ids.len() as u32);
                }
            }
        }
        answer.begin();
        answer.number(request.id_count);
        answer.place(&request.body);
        answer.place(numbers);
        answer.place(&ids);
        answer.place(&ends);
        answer.place(&material);
        answer.word(Some(request.path.as_bytes()));
        answer.word(key.as_deref().map(str::as_bytes));
        host::request(answer.finish(&Problems::new(0)));
    }
    answer.begin();
    let counts = plan.counts();
    answer.numbers(&[
        import.request_count() as u32,
        counts.received,
        counts.sent,
        counts.adds,
        counts.removes,
        counts.duplicates,
        counts.conflicts,
        counts.superseded,
        counts.empty,
        plan.lists().count() as u32,
    ]);
    for (first, origin) in plan.lists() {
        answer.numbers(&[first, origin.page, origin.source as u32]);
    }
    // WHY: not where they stand, since the plan is gone when they are read.
    let conflicts = plan.conflict_numbers();
    answer.number(conflicts.len() as u32);
    for conflict in conflicts {
        answer.number(conflict.value());
    }
    Ok(())
}
