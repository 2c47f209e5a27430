//! The ids of one users request, in the order in which they arrived: what a reader of payloads
//! writes into, and what matching and membership read.

use super::Direction;
use crate::hash::{Seed, SeedSource, Table, sample};
pub use crate::identity::{Id, IdKind};
use crate::identity::{alias_hash, id_hash};
use crate::json::Text;
use crate::limits::MAX_KEPT_IDS;
use crate::problem::Span;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Where the ids of one list of one change stand among all.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Index of the change in `cohort_changes`.
    pub change: u32,
    /// What the list holds.
    pub kind: IdKind,
    /// Index of the list's first id among all ids.
    pub first: u32,
    /// The index in `texts` of the first id's text.
    text: u32,
}

/// The ids of one request, at most [`MAX_KEPT_IDS`] of them; more are only counted.
///
/// It can be used again and again, and then allocates no more. `Debug` is not offered, since ids
/// are people.
#[derive(Default)]
pub struct Changes {
    /// One text an id; two, name and label, an alias.
    texts: Vec<Text>,
    /// A look at each id, by which repeats are looked for first.
    samples: Vec<u32>,
    runs: Vec<Run>,
    directions: Vec<Direction>,
    /// How many ids came after those that are kept.
    beyond: u32,
}

/// The place of an id in its request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdPlace {
    /// Index of the change in `cohort_changes`.
    pub change: u32,
    /// The list.
    pub kind: IdKind,
    /// Index in the list.
    pub index: u32,
}

impl Changes {
    /// Forgets all ids, and keeps the memory.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.samples.clear();
        self.runs.clear();
        self.directions.clear();
        self.beyond = 0;
    }

    /// Begins the next change, an add until [`Changes::set_direction`] says otherwise.
    pub fn begin_change(&mut self) {
        self.directions.push(Direction::Add);
    }

    /// Says what the last change does.
    pub fn set_direction(&mut self, direction: Direction) {
        if let Some(last) = self.directions.last_mut() {
            *last = direction;
        }
    }

    /// Begins a list of ids of the last change.
    pub fn begin_list(&mut self, kind: IdKind) {
        self.runs.push(Run {
            change: (self.directions.len() as u32).saturating_sub(1),
            kind,
            first: self.len() as u32,
            text: self.texts.len() as u32,
        });
    }

    /// Adds an id of this kind to the last list, which is one of that kind and not of aliases.
    /// `bytes` are what it reads as.
    #[inline(always)]
    pub fn push(&mut self, kind: IdKind, id: Text, bytes: &[u8]) {
        if self.samples.len() >= MAX_KEPT_IDS {
            self.beyond += 1;
            return;
        }
        self.texts.push(id);
        self.samples.push(sample(kind as u32, bytes));
    }

    /// As [`Changes::push`], for the few that are not written as usual.
    #[inline(never)]
    pub fn push_odd(&mut self, kind: IdKind, id: Text, bytes: &[u8]) {
        self.push(kind, id, bytes);
    }

    /// Adds an alias to the last list, which is one of aliases. `looks` are those of name and label.
    #[inline(always)]
    pub(crate) fn push_alias(&mut self, [name, label]: [Text; 2], looks: [u32; 2]) {
        if self.samples.len() >= MAX_KEPT_IDS {
            self.beyond += 1;
            return;
        }
        self.texts.push(name);
        self.texts.push(label);
        let [name, label] = looks;
        self.samples.push((name ^ label.rotate_left(16)).max(1));
    }

    /// A look at name or label of an alias, for [`Changes::push_alias`].
    #[inline(always)]
    pub(crate) fn look(part: u32, bytes: &[u8]) -> u32 {
        sample(IdKind::Alias as u32 + part, bytes)
    }

    /// Adds to the last list what should have been an id and was none, so that places stay right.
    #[cold]
    #[inline(never)]
    pub fn push_missing(&mut self, kind: IdKind) {
        let width = if kind == IdKind::Alias { 2 } else { 1 };
        if self.samples.len() < MAX_KEPT_IDS {
            self.texts.resize(self.texts.len() + width, Text::MISSING);
            self.samples.push(0);
        } else {
            self.beyond += 1;
        }
    }

    /// Ids received, over all lists, with repeats and with those that were no text.
    pub fn len(&self) -> usize {
        self.samples.len() + self.beyond as usize
    }

    /// Ids that are kept: all, or the first [`MAX_KEPT_IDS`].
    pub fn kept(&self) -> usize {
        self.samples.len()
    }

    /// Did no id arrive?
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// The lists, in order, each with the number of its ids.
    pub fn runs(&self) -> impl Iterator<Item = (Run, u32)> + '_ {
        (1..).zip(&self.runs).map(|(next, &run)| {
            let end = self
                .runs
                .get(next)
                .map_or(self.len() as u32, |run| run.first);
            (run, end - run.first)
        })
    }

    /// The lists, in order, each with its texts: one an id, two, name and label, an alias.
    pub fn lists(&self) -> impl Iterator<Item = (Run, &[Text])> + '_ {
        (1..).zip(&self.runs).map(|(next, &run)| {
            let next = self.runs.get(next);
            let end = next.map_or(self.texts.len(), |run| run.text as usize);
            let texts = self.texts.get(run.text as usize..end);
            (run, texts.unwrap_or(&[]))
        })
    }

    /// What the change with this index does.
    pub fn direction(&self, change: u32) -> Direction {
        self.directions
            .get(change as usize)
            .copied()
            .unwrap_or(Direction::Add)
    }

    /// What the change does that the id with this index is in.
    pub fn direction_of(&self, index: u32) -> Direction {
        self.direction(self.run_of(index).change)
    }

    fn run_of(&self, index: u32) -> Run {
        let after = self.runs.partition_point(|run| run.first <= index);
        // Of several runs that begin at one index all but the last are empty.
        after
            .checked_sub(1)
            .and_then(|at| self.runs.get(at))
            .copied()
            .unwrap_or(Run {
                change: 0,
                kind: IdKind::External,
                first: 0,
                text: 0,
            })
    }

    /// Where the id with this index stood.
    pub fn place(&self, index: u32) -> IdPlace {
        let run = self.run_of(index);
        IdPlace {
            change: run.change,
            kind: run.kind,
            index: index - run.first,
        }
    }

    /// The texts of the id with this index: name and label of an alias, else the id twice.
    fn texts_of(&self, run: Run, index: u32) -> (Text, Text) {
        let at = index - run.first;
        let pick = |at: u32| {
            self.texts
                .get(at as usize)
                .copied()
                .unwrap_or(Text::MISSING)
        };
        match run.kind {
            IdKind::Alias => (pick(run.text + 2 * at), pick(run.text + 2 * at + 1)),
            _ => (pick(run.text + at), pick(run.text + at)),
        }
    }

    /// The bytes that hold the id with this index: the id between its quotes, or from an alias's
    /// first part to its last. Nothing, at the start of the body, where what arrived was no text.
    pub fn span(&self, index: u32) -> Span {
        let (name, label) = self.texts_of(self.run_of(index), index);
        if name.is_missing() || label.is_missing() {
            return Span::default();
        }
        Span::new(
            name.span().start.min(label.span().start),
            name.span().end.max(label.span().end),
        )
    }

    /// The id with this index, `None` where what arrived was no text.
    pub fn id<'a>(&self, index: u32, body: &'a [u8]) -> Option<Id<'a>> {
        let run = self.run_of(index);
        let (name, label) = self.texts_of(run, index);
        if name.is_missing() || label.is_missing() {
            return None;
        }
        let label = match run.kind {
            IdKind::Alias => label.decode(body),
            _ => Cow::Borrowed(&[][..]),
        };
        Some(Id {
            kind: run.kind,
            name: name.decode(body),
            label,
        })
    }

    /// The ids that came before, each as (index of the first, index of the repeat), in order.
    ///
    /// **Cost**: constant an id, also when they are chosen to collide: where the samples lead to
    /// more steps than there are ids, all is looked up again by whole hashes under a secret seed.
    pub fn repeats(
        &self,
        body: &[u8],
        seed: &dyn SeedSource,
        table: &mut Table,
        out: &mut Vec<(u32, u32)>,
    ) {
        let patience = 64 + self.kept();
        if self
            .find_repeats(body, &self.samples, patience, table, out)
            .is_none()
        {
            let seed = seed.seed();
            // What is no text stays 0, and no text's hash is.
            let hashes: Vec<u32> = (0..self.kept() as u32)
                .map(|index| self.id(index, body).map_or(0, |id| hash(seed, &id).max(1)))
                .collect();
            self.find_repeats(body, &hashes, usize::MAX, table, out);
        }
    }

    /// `None` if it takes more than `patience` steps in vain.
    #[inline(never)]
    fn find_repeats(
        &self,
        body: &[u8],
        hashes: &[u32],
        patience: usize,
        table: &mut Table,
        out: &mut Vec<(u32, u32)>,
    ) -> Option<()> {
        out.clear();
        table.reset(self.kept());
        table.insert_all(hashes, patience, |first, index| {
            let same = self.same(first, index, body);
            if same {
                out.push((first, index));
            }
            same
        })
    }

    #[cold]
    #[inline(never)]
    fn same(&self, first: u32, index: u32, body: &[u8]) -> bool {
        match (self.id(first, body), self.id(index, body)) {
            (Some(first), Some(id)) => first == id,
            _ => false,
        }
    }
}

#[cold]
fn hash(seed: &Seed, id: &Id<'_>) -> u32 {
    let hash = match id.kind {
        IdKind::Alias => alias_hash(seed, &id.name, &id.label),
        kind => id_hash(seed, kind, &id.name),
    };
    (hash >> 32) as u32
}
