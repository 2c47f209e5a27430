//! From the pages of a sync, or a drain, to the parts in which its ids are sent: each id at most
//! once, and as few parts as the limit allows.
//!
//! A plan copies no id. It borrows the pages and keeps four bytes an id: its place among all.

mod rules;

pub use rules::{Conflict, Counts, Mapping, Origin, Rules, Source};

use super::Direction;
use super::id_list::IdList;
use super::page::{Action, Page, order};
use crate::hash::{Seed, Table, sample};
use crate::limits::MAX_REQUEST_IDS;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// One list of one page, with the number of its first id among all.
struct List<'a> {
    ids: &'a IdList,
    first: u32,
    page: u32,
    source: Source,
}

impl List<'_> {
    fn origin(&self, index: u32) -> Origin {
        Origin {
            page: self.page,
            source: self.source,
            index,
        }
    }

    fn direction(&self) -> Direction {
        match self.source {
            Source::Add => Direction::Add,
            Source::Remove | Source::Members => Direction::Remove,
        }
    }
}

/// The number of an id among all that the plan received.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Number(u32);

impl Number {
    /// The number itself.
    pub const fn value(self) -> u32 {
        self.0
    }
}

/// In place of a list: the id is not sent.
const DROPPED: u32 = u32::MAX;

/// The id is not sent, since it lost to the other list of its page.
const LOST: u32 = u32::MAX - 1;

#[inline(never)]
fn list_of<'l, 'a>(lists: &'l [List<'a>], number: Number) -> Option<&'l List<'a>> {
    let after = lists.partition_point(|list| list.first <= number.0);
    // Of several lists that begin at one number all but the last are empty.
    lists.get(after.wrapping_sub(1))
}

#[inline(never)]
fn id_of<'a>(lists: &[List<'a>], number: Number) -> &'a [u8] {
    list_of(lists, number).map_or(&[], |list| list.ids.get((number.0 - list.first) as usize))
}

/// The ids of one part, at most [`MAX_REQUEST_IDS`] together.
#[derive(Clone, Copy)]
pub struct Part<'p> {
    numbers: &'p [Number],
    adds: usize,
}

impl<'p> Part<'p> {
    /// How many ids it has.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Has it none? No part of a plan is empty.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The ids, those to add first.
    pub fn numbers(&self) -> &'p [Number] {
        self.numbers
    }

    /// The ids to add.
    pub fn adds(&self) -> &'p [Number] {
        self.numbers.get(..self.adds).unwrap_or(&[])
    }

    /// The ids to remove.
    pub fn removes(&self) -> &'p [Number] {
        self.numbers.get(self.adds..).unwrap_or(&[])
    }
}

/// What is to be sent. `Debug` is not offered, since ids are people.
pub struct Plan<'a> {
    /// In the order of the pages' numbers, adds before removes.
    lists: Vec<List<'a>>,
    /// The ids that are sent: `adds` of them to add, then those to remove.
    order: Vec<Number>,
    counts: Counts,
    conflicts: Vec<Number>,
    /// The numbers of the pages, rising.
    page_numbers: Vec<u64>,
    sync: Option<&'a str>,
    segment_name: &'a str,
}

impl<'a> Plan<'a> {
    /// Plans one page, or all pages of one sync in any order. `None` when there is an error among
    /// the problems.
    ///
    /// An id that occurs on several pages goes as the page with the greatest number says.
    ///
    /// **Errors**: `plan.pages`, `plan.needs_snapshot`, `plan.needs_sync_id`, `plan.conflict`,
    /// `heap.drain_with_ids`, `limit.memory`. **Warnings**: `plan.no_sync_id`,
    /// `plan.pages_missing`, `plan.conflict_resolved`, `plan.superseded`, `plan.unsendable`.
    ///
    /// **Cost**: one pass over the ids; about 25 bytes an id while it runs.
    pub fn new(
        pages: &[Page<'a>],
        rules: &Rules<'a>,
        seed: &Seed,
        problems: &mut Problems,
    ) -> Option<Plan<'a>> {
        let order = order(pages, problems)?;
        let last = order.last().and_then(|&page| pages.get(page as usize))?;
        // An empty text names no sync: by it no repeat could be told from a later sync.
        let named = |id: &&str| !id.is_empty();
        let task = last.part.map(|part| part.sync_task_id);
        let sync = rules.sync_id.filter(named).or(task.filter(named));
        let mut plan = Plan {
            lists: Vec::new(),
            order: Vec::new(),
            counts: Counts::default(),
            conflicts: Vec::new(),
            page_numbers: order
                .iter()
                .filter_map(|&page| Some(pages.get(page as usize)?.part?.page_number))
                .collect(),
            sync,
            segment_name: last.segment_name,
        };
        let fits = match last.action {
            Action::Drain => plan.take_members(last, rules, problems)?,
            Action::Sync => plan.take_pages(pages, &order),
        };
        let total = last.part.map_or(0, |part| part.total_pages);
        if pages.len() > 1 && total != pages.len() as u64 {
            let finding = Finding::warning(Code::PlanIncomplete).numbers(pages.len() as u32, 0);
            problems.push(finding, &Path::Root, Span::default());
        }
        if sync.is_none() {
            let finding = Finding::warning(Code::PlanNoSync);
            problems.push(finding, &Path::Root, Span::default());
        }
        if fits.is_none() || plan.choose(rules.conflict, seed).is_none() {
            let finding = Finding::error(Code::LimitMemory);
            problems.push(finding, &Path::Root, Span::default());
            return None;
        }
        plan.tell(rules.conflict, pages.len() > 1, problems);
        problems.ok().then_some(plan)
    }

    /// The members, all of whom a drain removes. The outer `None`: there are none, or there is no
    /// name for the drain.
    fn take_members(
        &mut self,
        page: &Page<'a>,
        rules: &Rules<'a>,
        problems: &mut Problems,
    ) -> Option<Option<()>> {
        let refusals = [
            (rules.members.is_none(), Code::PlanSnapshot),
            (self.sync.is_none(), Code::PlanSyncId),
            (
                !(page.add.is_empty() && page.remove.is_empty()),
                Code::HeapDrainIds,
            ),
        ];
        for (_, code) in refusals.into_iter().filter(|&(refused, _)| refused) {
            problems.push(Finding::error(code), &Path::Root, Span::default());
        }
        let members = rules.members.filter(|_| problems.ok())?;
        Some(self.take_list(members, 0, Source::Members))
    }

    fn take_pages(&mut self, pages: &[Page<'a>], order: &[u32]) -> Option<()> {
        self.lists.try_reserve_exact(2 * order.len()).ok()?;
        for &index in order {
            let page = pages.get(index as usize)?;
            self.take_list(page.add, index, Source::Add)?;
            self.take_list(page.remove, index, Source::Remove)?;
        }
        Some(())
    }

    /// `None` where the ids are more than can be counted.
    fn take_list(&mut self, ids: &'a IdList, page: u32, source: Source) -> Option<()> {
        let first = self.counts.received;
        self.counts.received = first.checked_add(u32::try_from(ids.len()).ok()?)?;
        self.lists.push(List {
            ids,
            first,
            page,
            source,
        });
        Some(())
    }

    /// Decides about each id. `None` if there is too little memory.
    ///
    /// The lists are walked in falling order of their say: the last page first, and of a page the
    /// list that wins. So the first time that an id is met decides.
    fn choose(&mut self, conflict: Conflict, seed: &Seed) -> Option<()> {
        let received = self.counts.received as usize;
        let mut table = Table::default();
        table.try_reset(received)?;
        // Of each id that decides, the list that it was last met in; of others what they are.
        let mut met: Vec<u32> = Vec::new();
        met.try_reserve_exact(received).ok()?;
        met.resize(received, DROPPED);
        let before = self.counts;
        let patience = 64 + received;
        let (quick, sure) = (None, Some(seed));
        if self
            .meet(conflict, quick, patience, &mut table, &mut met)
            .is_none()
        {
            self.counts = before;
            table.reset(received);
            met.fill(DROPPED);
            self.meet(conflict, sure, usize::MAX, &mut table, &mut met)?;
        }
        drop(table);

        let lists = &self.lists;
        let counts = &mut self.counts;
        let conflicts = counts.conflicts as usize;
        self.conflicts.try_reserve_exact(conflicts).ok()?;
        counts.sent = counts.received
            - (counts.empty + counts.duplicates + counts.conflicts + counts.superseded);
        self.order.try_reserve_exact(counts.sent as usize).ok()?;
        for direction in [Direction::Add, Direction::Remove] {
            for list in lists.iter().filter(|list| list.direction() == direction) {
                let numbers = list.first..list.first + list.ids.len() as u32;
                for number in numbers {
                    match met.get(number as usize) {
                        Some(&DROPPED) | None => {}
                        Some(&LOST) => self.conflicts.push(Number(number)),
                        Some(_) => self.order.push(Number(number)),
                    }
                }
            }
            if direction == Direction::Add {
                counts.adds = self.order.len() as u32;
            }
        }
        counts.removes = counts.sent - counts.adds;
        Some(())
    }

    /// Looks at each id whether it was met before, by whole hashes where there is a `seed`. `None` if it
    /// takes more than `patience` steps in vain: then ids were chosen to look alike.
    // Tried besides: each id by its whole hash at once (0.8 times as fast for reading and planning).
    #[inline(never)]
    fn meet(
        &mut self,
        conflict: Conflict,
        seed: Option<&Seed>,
        mut patience: usize,
        table: &mut Table,
        met: &mut [u32],
    ) -> Option<()> {
        let lists = &self.lists;
        let counts = &mut self.counts;
        // Adds stand at even places, removes at odd ones; a drain has one list.
        let flip = usize::from(conflict == Conflict::Add && lists.len() > 1);
        for at in (0..lists.len()).rev().map(|at| at ^ flip) {
            let list = lists.get(at)?;
            for (number, id) in (list.first..).zip(list.ids.iter()) {
                if id.is_empty() {
                    counts.empty += 1;
                    continue;
                }
                let same = |other: u32| id_of(lists, Number(other)) == id;
                let look = match seed {
                    None => sample(0, id),
                    Some(seed) => (seed.hash(id) >> 32) as u32,
                };
                let Some(first) = table.insert_within(look, number, &mut patience, same)? else {
                    *met.get_mut(number as usize)? = at as u32;
                    continue;
                };
                let before = core::mem::replace(met.get_mut(first as usize)?, at as u32);
                if before == at as u32 {
                    counts.duplicates += 1;
                } else if lists.get(before as usize)?.page == list.page {
                    counts.conflicts += 1;
                    *met.get_mut(number as usize)? = LOST;
                } else {
                    counts.superseded += 1;
                }
            }
        }
        Some(())
    }

    /// Notes what was decided.
    fn tell(&self, conflict: Conflict, many_pages: bool, problems: &mut Problems) {
        if conflict == Conflict::Reject {
            for place in self.conflicts() {
                let page = Path::Index(&Path::Root, place.page);
                let parent = if many_pages { &page } else { &Path::Root };
                let list = Path::Key(parent, place.source.name());
                problems.push(
                    Finding::error(Code::PlanConflict),
                    &Path::Index(&list, place.index),
                    Span::default(),
                );
            }
        }
        for (count, code) in [
            (self.counts.conflicts, Code::PlanConflictResolved),
            (self.counts.superseded, Code::PlanSuperseded),
            (self.counts.empty, Code::PlanNothing),
        ] {
            if count > 0 && !(conflict == Conflict::Reject && code == Code::PlanConflictResolved) {
                let finding = Finding::warning(code).numbers(count, 0);
                problems.push(finding, &Path::Root, Span::default());
            }
        }
    }

    /// How many parts there are: the ids that are sent, divided by the limit, rounded up.
    pub fn part_count(&self) -> usize {
        self.order.len().div_ceil(MAX_REQUEST_IDS)
    }

    /// A part; an empty one beyond the last.
    pub fn part(&self, index: usize) -> Part<'_> {
        let numbers = self.order.chunks(MAX_REQUEST_IDS).nth(index);
        let before = index.saturating_mul(MAX_REQUEST_IDS);
        let adds = (self.counts.adds as usize).saturating_sub(before);
        let numbers = numbers.unwrap_or(&[]);
        Part {
            numbers,
            adds: adds.min(numbers.len()),
        }
    }

    /// The id with this number.
    pub fn id(&self, number: Number) -> &'a [u8] {
        id_of(&self.lists, number)
    }

    /// These ids, cut where another list begins: of each piece its list, the number of the list's first
    /// id, and the numbers.
    pub(crate) fn by_list<'n>(
        &self,
        mut numbers: &'n [Number],
    ) -> impl Iterator<Item = (&'a IdList, u32, &'n [Number])> {
        core::iter::from_fn(move || {
            let list = list_of(&self.lists, *numbers.first()?)?;
            let end = list.first + list.ids.len() as u32;
            // Numbers of one direction rise, except from a list to another.
            let count = numbers
                .iter()
                .take_while(|number| (list.first..end).contains(&number.0))
                .count();
            let (these, rest) = numbers.split_at_checked(count)?;
            numbers = rest;
            Some((list.ids, list.first, these))
        })
    }

    /// The lists, each with the number of its first id, rising.
    pub fn lists(&self) -> impl Iterator<Item = (u32, Origin)> + '_ {
        self.lists.iter().map(|list| (list.first, list.origin(0)))
    }

    /// Where the id with this number came from.
    pub fn origin(&self, number: Number) -> Origin {
        let missing = Origin {
            page: 0,
            source: Source::Add,
            index: 0,
        };
        list_of(&self.lists, number).map_or(missing, |list| list.origin(number.0 - list.first))
    }

    /// What became of the ids.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The ids that lost to the other list of their page, those of adds first.
    pub fn conflict_numbers(&self) -> &[Number] {
        &self.conflicts
    }

    /// Where the ids stood that lost to the other list of their page.
    pub fn conflicts(&self) -> impl Iterator<Item = Origin> + '_ {
        self.conflicts.iter().map(|&number| self.origin(number))
    }

    /// The numbers of the pages, rising; none where the sender says none.
    pub fn page_numbers(&self) -> &[u64] {
        &self.page_numbers
    }

    /// The name of the sync or drain, if it has one.
    pub fn sync(&self) -> Option<&'a str> {
        self.sync
    }

    /// The name of the segment, as the last page has it.
    pub fn segment_name(&self) -> &'a str {
        self.segment_name
    }
}
