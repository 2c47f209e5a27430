//! What a payload says, by cohort and kind of ids: each a page that can be planned.

use super::adapter::Deed;
use super::ids::{Entry, IdKind, Role};
use super::reader::Message;
use crate::cohort::id_list::IdList;
use crate::hash::{Seed, Table};
use crate::json::{Text, owned};
use crate::path::Path;
use crate::problem::{Code, Finding, Problems};
use alloc::string::String;
use alloc::vec::Vec;

/// What a source asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceAction {
    /// Ids enter and leave.
    Sync,
    /// These are all members, or a page of them: nobody else is in the cohort.
    Full,
    /// Every member leaves.
    Drain,
}

/// What a payload says about one cohort and one kind of ids. `Debug` is not offered, since ids are people.
pub struct Source {
    /// What it asks for.
    pub action: SourceAction,
    /// What the ids are.
    pub kind: IdKind,
    /// The label of aliases.
    pub label: Option<String>,
    /// The cohort's id.
    pub cohort_id: String,
    /// Its name; the id where the payload says none.
    pub cohort_name: String,
    /// What names the message, or the sync and what the message does.
    pub sync_id: Option<String>,
    /// The page's number, and how many there are.
    pub part: Option<(u64, u64)>,
    /// Who enters.
    pub add: IdList,
    /// Who leaves.
    pub remove: IdList,
    /// Who is a member.
    pub members: IdList,
}

/// What tells a source from others.
#[derive(Clone, Copy)]
struct Mark {
    action: SourceAction,
    kind: IdKind,
    label: Text,
    cohort_id: Text,
    /// The first message that belongs to it.
    message: u32,
}

/// Puts the entries of all messages together, in their order. An id that changes again in a later message is
/// left out before, since the last change counts.
pub(super) fn gather(
    body: &[u8],
    entries: &[Entry],
    messages: &[Message],
    part: Option<(u64, u64)>,
    cohort: Option<(&str, Option<&str>)>,
    seed: &Seed,
    problems: &mut Problems,
) -> Result<Vec<Source>, Code> {
    let memory = |_| Code::LimitMemory;
    let mut marks = Marks::new(body, entries.len() + messages.len(), seed)?;
    let mut places = Vec::new();
    places.try_reserve_exact(entries.len()).map_err(memory)?;
    let mut first = 0;
    for (number, message) in (0..).zip(messages) {
        let action = match message.deed {
            Deed::Add | Deed::Remove => SourceAction::Sync,
            Deed::Full => SourceAction::Full,
            Deed::Drain => SourceAction::Drain,
        };
        let mut mark = Mark {
            action,
            kind: IdKind::User,
            label: Text::MISSING,
            cohort_id: message.cohort_id,
            message: number,
        };
        let own = entries.get(first..message.end).unwrap_or(&[]);
        first = message.end;
        if own.is_empty() {
            marks.place(mark)?;
        }
        for entry in own {
            (mark.kind, mark.label) = (entry.kind, entry.label);
            places.push(marks.place(mark)?);
        }
    }
    let superseded = superseded(body, entries, &places, seed)?;
    note(entries, &superseded, problems);
    let text = |text: Text| owned(&text.decode(body));
    let present = |of: Text| Some(of).filter(|text| !text.is_missing()).map(text);
    let mut sources = Vec::new();
    sources
        .try_reserve_exact(marks.list.len())
        .map_err(memory)?;
    for mark in &marks.list {
        let Some(message) = messages.get(mark.message as usize) else {
            continue;
        };
        let (id, name) = match (present(message.cohort_id), cohort) {
            (Some(id), given) => {
                let given = given.and_then(|(_, name)| name).map(String::from);
                let name = present(message.cohort_name).or(given);
                let name = name.unwrap_or_else(|| id.clone());
                (id, name)
            }
            (None, Some((id, name))) => (id.into(), name.unwrap_or(id).into()),
            (None, None) => continue,
        };
        // Messages of a sync may do different things.
        let mut sync_id = present(message.sync);
        if let (Some(sync), false) = (&mut sync_id, message.word.is_missing()) {
            sync.push(' ');
            sync.push_str(&text(message.word));
        }
        sources.push(Source {
            action: mark.action,
            kind: mark.kind,
            label: present(mark.label),
            cohort_id: id,
            cohort_name: name,
            sync_id,
            part,
            add: IdList::new(),
            remove: IdList::new(),
            members: IdList::new(),
        });
    }
    for ((index, entry), &place) in entries.iter().enumerate().zip(&places) {
        if superseded.get(index) == Some(&true) {
            continue;
        }
        let Some(source) = sources.get_mut(place as usize) else {
            continue;
        };
        let list = match entry.role {
            Role::Leaves => &mut source.remove,
            Role::IsMember => &mut source.members,
            Role::Enters | Role::Open => &mut source.add,
        };
        list.push_utf8(&entry.id.decode(body))?;
    }
    Ok(sources)
}

/// The sources that were met, each once.
struct Marks<'a> {
    body: &'a [u8],
    seed: &'a Seed,
    table: Table,
    list: Vec<Mark>,
}

impl<'a> Marks<'a> {
    fn new(body: &'a [u8], most: usize, seed: &'a Seed) -> Result<Marks<'a>, Code> {
        let mut table = Table::default();
        table.try_reset(most).ok_or(Code::LimitMemory)?;
        Ok(Marks {
            body,
            seed,
            table,
            list: Vec::new(),
        })
    }

    /// The number of the source with this mark, which is made if it is new.
    fn place(&mut self, mark: Mark) -> Result<u32, Code> {
        let Marks { body, list, .. } = self;
        let same = |one: Text, other: Text| {
            one.is_missing() == other.is_missing() && one.decode(body) == other.decode(body)
        };
        let is_mark = |other: &Mark| {
            other.action == mark.action
                && other.kind == mark.kind
                && same(other.label, mark.label)
                && same(other.cohort_id, mark.cohort_id)
        };
        // Most messages are about what the one before was about.
        if list.last().is_some_and(is_mark) {
            return Ok(list.len() as u32 - 1);
        }
        let what = mark.action as u64 | (mark.kind as u64) << 8;
        let label = self.seed.hash_as(what, &mark.label.decode(body));
        let hash = self.seed.hash_as(label, &mark.cohort_id.decode(body));
        let number = list.len() as u32;
        let found = self.table.insert(hash, number, |other| {
            list.get(other as usize).is_some_and(is_mark)
        });
        if let Some(found) = found {
            return Ok(found);
        }
        list.try_reserve(1).map_err(|_| Code::LimitMemory)?;
        list.push(mark);
        Ok(number)
    }
}

/// Of each entry, whether its id changes again, the other way, in a later message of its source. Empty where
/// nobody enters or nobody leaves.
fn superseded(
    body: &[u8],
    entries: &[Entry],
    places: &[u32],
    seed: &Seed,
) -> Result<Vec<bool>, Code> {
    let any = |role| entries.iter().any(|entry| entry.role == role);
    if !any(Role::Enters) || !any(Role::Leaves) {
        return Ok(Vec::new());
    }
    let mut table = Table::default();
    table.try_reset(entries.len()).ok_or(Code::LimitMemory)?;
    let mut marked = Vec::new();
    marked
        .try_reserve_exact(entries.len())
        .map_err(|_| Code::LimitMemory)?;
    marked.resize(entries.len(), false);
    for ((index, entry), &place) in entries.iter().enumerate().zip(places).rev() {
        let id = entry.id.decode(body);
        let hash = seed.hash_as(u64::from(place), &id);
        let last = table.insert(hash, index as u32, |other| {
            places.get(other as usize) == Some(&place)
                && entries
                    .get(other as usize)
                    .is_some_and(|other| other.id.decode(body) == id)
        });
        let last = last.and_then(|last| entries.get(last as usize));
        if let (Some(last), Some(marked)) = (last, marked.get_mut(index)) {
            *marked = last.role != entry.role && last.message != entry.message;
        }
    }
    Ok(marked)
}

fn note(entries: &[Entry], superseded: &[bool], problems: &mut Problems) {
    let mut gone = entries
        .iter()
        .zip(superseded)
        .filter(|(_, gone)| **gone)
        .map(|(entry, _)| entry);
    if let Some(first) = gone.next() {
        let count = 1 + gone.count() as u32;
        let finding = Finding::warning(Code::VendorSuperseded).numbers(count, 0);
        problems.push(finding, &Path::Root, first.id.span());
    }
}
