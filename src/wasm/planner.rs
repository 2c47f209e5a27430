//! `planCohortImport`: pages in, requests out.

use super::answer::{ABSENT, Answer, out_of_memory};
use super::desk::Desk;
use super::host;
use super::parts::Parts;
use crate::cohort::id_list::{IdList, Refused};
use crate::cohort::page::{Action, Page, Part};
use crate::cohort::partner::Partner;
use crate::cohort::plan::{Conflict, Mapping, Origin, Rules};
use crate::json::lossy;
use crate::limits::MAX_PROBLEMS;
use crate::path::Path;
use crate::payload::braze::import::{Cohort, Import, ImportOptions};
use crate::payload::heap::webhook::{Decoded, Limits};
use crate::problem::{Code, Finding, Problems, Span};
use alloc::string::String;
use alloc::vec::Vec;

/// A page from a webhook, or as an earlier answer told it.
pub(super) enum Source {
    Webhook(Decoded),
    Told(Told),
}

pub(super) struct Told {
    action: Action,
    segment_id: String,
    segment_name: String,
    part: Option<(String, u64, u64)>,
    add: IdList,
    remove: IdList,
}

impl Source {
    fn page(&self) -> Page<'_> {
        match self {
            Source::Webhook(decoded) => decoded.page(),
            Source::Told(told) => Page {
                action: told.action,
                segment_id: &told.segment_id,
                segment_name: &told.segment_name,
                part: told
                    .part
                    .as_ref()
                    .map(|&(ref sync_task_id, page_number, total_pages)| Part {
                        sync_task_id,
                        page_number,
                        total_pages,
                    }),
                add: &told.add,
                remove: &told.remove,
            },
        }
    }
}

impl Desk {
    /// Takes the webhook that was written as the first `len` bytes.
    pub(super) fn take_webhook(&mut self, len: usize) -> usize {
        let body = self.input.get(len);
        let mut problems = Problems::new(MAX_PROBLEMS);
        self.webhook
            .read(body, Limits::default(), &self.seed, &mut problems);
        match self.webhook.decode(body) {
            Ok(Some(decoded)) => self.pages.push(Source::Webhook(decoded)),
            Ok(None) => {}
            Err(code) => out_of_memory(code, &mut problems),
        }
        self.answer.begin();
        self.answer.finish(&problems)
    }

    /// Takes a list of ids: its offsets in four bytes each, then its bytes. The members of the
    /// cohort, or the two lists of the page that follows.
    pub(super) fn take_list(&mut self, offsets_len: u32, len: usize) -> usize {
        let mut problems = Problems::new(MAX_PROBLEMS);
        match read_list(self.input.get(len), offsets_len) {
            Ok(list) => self.lists.push(list),
            Err(Refused { code, index }) => {
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
        let task_bytes = if task == ABSENT { 0 } else { task };
        let mut parts = Parts(self.input.get((id + name + task_bytes) as usize));
        let mut text = |len| {
            let text = parts.next(len)?;
            Some(lossy(text))
        };
        let segment_id = text(id).unwrap_or_default();
        let segment_name = text(name).unwrap_or_default();
        let part = text(task).map(|task| (task, page as u64, total as u64));
        let remove = self.lists.pop().unwrap_or_default();
        let add = self.lists.pop().unwrap_or_default();
        self.pages.push(Source::Told(Told {
            action: if drain { Action::Drain } else { Action::Sync },
            segment_id,
            segment_name,
            part,
            add,
            remove,
        }));
    }

    /// Plans, and hands each request to the host. The options' texts were written one after another.
    ///
    /// Numbers of a request: ids, the place of its body, and the place of its origins (page, list
    /// and index each); with `tells_ids` also the places of its ids and of where each ends, an
    /// alias as name and label. Words: path and key.
    ///
    /// Numbers of the answer: the counts, and how many conflicts there are, and the origin of each.
    #[expect(
        clippy::too_many_arguments,
        reason = "numbers alone cross the boundary"
    )]
    pub(super) fn plan(
        &mut self,
        tells_ids: bool,
        mapping: u32,
        conflict: u32,
        partner: u32,
        label: u32,
        created_at: u32,
        cohort_id: u32,
        cohort_name: u32,
        sync_id: u32,
    ) -> usize {
        let lens = [partner, label, created_at, cohort_id, cohort_name, sync_id];
        let present = lens.iter().filter(|&&len| len != ABSENT);
        let total: u32 = present.sum();
        let mut parts = Parts(self.input.get(total as usize));
        let mut problems = Problems::new(MAX_PROBLEMS);
        let mut text = |len, name| {
            let bytes = parts.next(len)?;
            let text = core::str::from_utf8(bytes);
            if text.is_err() {
                // What JavaScript wrote is UTF-8 but for lone halves of surrogate pairs.
                let finding = Finding::error(Code::JsonSurrogate);
                let path = &Path::Key(&Path::Root, name);
                problems.push(finding, path, Span::default());
            }
            Some(text.unwrap_or(""))
        };
        let partner = text(partner, "partner").and_then(Partner::new);
        let alias_label = text(label, "mapping").unwrap_or("");
        let created_at = text(created_at, "createdAt");
        let cohort_id = text(cohort_id, "cohort");
        let cohort_name = text(cohort_name, "cohort");
        let sync_id = text(sync_id, "syncId");
        self.answer.begin();
        let Some(partner) = partner.filter(|_| problems.ok()) else {
            problems.locate(&[]);
            return self.answer.finish(&problems);
        };
        let pages: Vec<Page<'_>> = self.pages.iter().map(Source::page).collect();
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
                .map(|(id, name)| Cohort { id, name }),
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
            match tell(&import, tells, &mut self.answer) {
                Ok(()) => {}
                Err(code) => out_of_memory(code, &mut problems),
            }
        }
        self.answer.finish(&problems)
    }
}

/// `label`, where ids are told, is that of aliases, else empty.
fn tell(import: &Import<'_>, label: Option<&str>, answer: &mut Answer) -> Result<(), Code> {
    let mut origins = Vec::new();
    let mut ids: Vec<u8> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for index in 0..import.request_count() {
        let request = import.request(index)?;
        origins.clear();
        ids.clear();
        ends.clear();
        for number in import.numbers(index) {
            origins.extend_from_slice(&place(import.plan().origin(number)));
            let Some(label) = label else { continue };
            ids.extend_from_slice(import.plan().id(number));
            ends.push(ids.len() as u32);
            if !label.is_empty() {
                ids.extend_from_slice(label.as_bytes());
                ends.push(ids.len() as u32);
            }
        }
        answer.begin();
        answer.number(request.id_count);
        answer.place(&request.body);
        answer.place(&origins);
        answer.place(&ids);
        answer.place(&ends);
        answer.word(Some(request.path.as_bytes()));
        answer.word(Some(request.idempotency_key.as_bytes()));
        host::request(answer.finish(&Problems::new(0)));
    }
    answer.begin();
    let counts = import.plan().counts();
    answer.numbers(&[
        counts.received,
        counts.sent,
        counts.adds,
        counts.removes,
        counts.duplicates,
        counts.conflicts,
        counts.superseded,
        counts.empty,
    ]);
    for origin in import.plan().conflicts() {
        answer.numbers(&place(origin));
    }
    Ok(())
}

fn place(origin: Origin) -> [u32; 3] {
    [origin.page, origin.source as u32, origin.index]
}

pub(super) fn read_list(input: &[u8], offsets_len: u32) -> Result<IdList, Refused> {
    let refuse = |_| Refused {
        code: Code::LimitMemory,
        index: 0,
    };
    let (offset_bytes, text) = input
        .split_at_checked(offsets_len as usize)
        .unwrap_or((&[], input));
    let mut offsets = Vec::new();
    offsets
        .try_reserve_exact(offset_bytes.len() / 4)
        .map_err(refuse)?;
    let (words, _) = offset_bytes.as_chunks();
    offsets.extend(words.iter().map(|&word| u32::from_le_bytes(word)));
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(text.len()).map_err(refuse)?;
    bytes.extend_from_slice(text);
    IdList::from_parts(bytes, offsets)
}
