//! `POST /partners/{partner}/cohorts/users`: the request that adds users to a cohort and removes
//! them.

use super::users_fast::FastIds;
use super::{Options, alias, lints, root};
use crate::cohort::Direction;
use crate::cohort::changes::Changes;
use crate::hash::{SeedSource, Table};
use crate::identity::IdKind;
use crate::json::{Field, Found, Kind, Own, Reader, Shape, Step, Text, Wants};
use crate::limits::{LINT_IDS, MAX_REQUEST_IDS};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

static REQUEST: Shape = Shape(&[
    root::PARTNER_API_KEY,
    root::CLIENT_SECRET,
    root::COHORT_ID,
    Field {
        missing: Some(Code::ChangesMissing),
        ..Field::own("cohort_changes", root::FREE_SLOT)
    },
]);

const USER_IDS: u8 = 0;
const SHOULD_REMOVE: u8 = 3;

static CHANGE: Shape = Shape(&[
    Field::own("user_ids", USER_IDS),
    Field::own("device_ids", 1),
    Field::own("aliases", 2),
    Field::optional(
        "should_remove",
        SHOULD_REMOVE,
        Wants::Flag,
        Code::ShouldRemoveType,
    ),
]);

/// Ids by kind.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct KindCounts {
    /// Of `user_ids`.
    pub external_ids: u32,
    /// Of `device_ids`.
    pub device_ids: u32,
    /// Of `aliases`.
    pub aliases: u32,
}

/// What a request holds, in numbers.
///
/// `total == distinct + duplicates + conflicts`: each id received is the first of its kind, or
/// the first in its second direction, or a repeat within one direction.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Ids to add.
    pub add: KindCounts,
    /// Ids to remove.
    pub remove: KindCounts,
    /// All ids received, which is what the limit counts.
    pub total: u32,
    /// Different ids. What is no id, since it is no string, counts as one of its own each time, in
    /// a request that is refused anyway. Beyond the first [`MAX_KEPT_IDS`](crate::limits::MAX_KEPT_IDS), in a request
    /// that is refused as well, each counts as one.
    pub distinct: u32,
    /// Repeats within one direction.
    pub duplicates: u32,
    /// Ids that occur in an add and in a remove.
    pub conflicts: u32,
}

/// A reader of users requests, to be used again and again: after the first requests it allocates
/// no more, but a little for texts with escapes.
#[derive(Default)]
pub struct UsersRequest {
    changes: Changes,
    cohort_id: Option<Text>,
    table: Table,
    repeats: Vec<(u32, u32)>,
    counts: Counts,
}

impl UsersRequest {
    /// Reads and checks a request. What is wrong goes to `problems`; the request is good when
    /// there is no error among them.
    ///
    /// **Cost**: one pass over the bytes and one over the ids.
    pub fn check(
        &mut self,
        body: &[u8],
        options: &Options,
        seed: &dyn SeedSource,
        problems: &mut Problems,
    ) {
        self.changes.clear();
        self.cohort_id = None;
        self.repeats.clear();
        self.counts = Counts::default();
        if !body::fits(body, options.limits.max_bytes, problems) {
            return;
        }
        let usual = if options.limits.max_depth >= root::DEPTH {
            FastIds::default().request(body, options, &mut self.changes)
        } else {
            None
        };
        match usual {
            Some(texts) => {
                self.cohort_id = texts.last().copied();
                root::look(&texts, body, options, problems);
            }
            None => self.read_cold(body, options, seed, problems),
        }
        self.tally(body, options, seed, problems);
        lints::endpoint(options, problems);
        problems.locate(body);
    }

    /// The ids, in order.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The repeats, each as (first index, index).
    pub fn repeats(&self) -> &[(u32, u32)] {
        &self.repeats
    }

    /// The numbers.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The cohort's id, where it is a string.
    pub fn cohort_id(&self) -> Option<Text> {
        self.cohort_id
    }

    /// Reads the request from its start, with all that can be wrong with it.
    #[cold]
    #[inline(never)]
    fn read_cold(
        &mut self,
        body: &[u8],
        options: &Options,
        seed: &dyn SeedSource,
        problems: &mut Problems,
    ) {
        self.changes.clear();
        let reader = &mut Reader::new(body, options.limits.max_depth, seed);
        let mut texts = [Text::MISSING; root::FREE_SLOT as usize];
        let found = &mut Found::new(&mut texts);
        let own: &mut Own<'_> =
            &mut |_, reader, path, problems| self.read_changes(reader, options, path, problems);
        // A stop is noted already; what was read before it is counted all the same.
        let _ = root::read(&REQUEST, found, own, reader, options, problems);
        self.cohort_id = found.get(root::COHORT_ID.slot);
    }

    fn read_changes(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        if reader.kind(path, problems)? != Kind::Array {
            return reader.refuse(Finding::error(Code::ChangesType), path, problems);
        }
        let start = reader.offset();
        let mut items = reader.array(path, problems)?;
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            self.changes.begin_change();
            let path = &Path::Index(path, index);
            if reader.kind(path, problems)? != Kind::Object {
                reader.refuse(Finding::error(Code::ChangeType), path, problems)?;
                continue;
            }
            self.read_change(reader, options, path, problems)?;
        }
        if self.changes.len() > MAX_REQUEST_IDS {
            let finding = Finding::error(Code::TooManyIds)
                .numbers(self.changes.len() as u32, MAX_REQUEST_IDS as u32);
            problems.push(finding, path, Span::new(start, reader.offset()));
        }
        Ok(())
    }

    fn read_change(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let start = reader.offset();
        let mut texts = [Text::MISSING; 4];
        let found = &mut Found::new(&mut texts);
        let own: &mut Own<'_> = &mut |slot, reader, path, problems| {
            let kind = root::LISTS.get(usize::from(slot)).copied();
            let kind = kind.unwrap_or(IdKind::Alias);
            self.read_list(kind, reader, options, path, problems)
        };
        reader.shape(&CHANGE, 0, found, own, path, problems)?;
        if found.is_true(SHOULD_REMOVE) {
            self.changes.set_direction(Direction::Remove);
        }
        let span = Span::new(start, reader.offset());
        if !(USER_IDS..SHOULD_REMOVE).any(|slot| found.saw(slot)) {
            problems.push(Finding::error(Code::ChangeEmpty), path, span);
        } else if options.strict && !found.saw(USER_IDS) {
            problems.push(Finding::warning(Code::ChangeUserIds), path, span);
        }
        Ok(())
    }

    fn read_list(
        &mut self,
        kind: IdKind,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let found = reader.kind(path, problems)?;
        // Behind the white space, which `kind` passes over.
        let start = reader.offset();
        if kind == IdKind::Alias && found == Kind::Object {
            self.changes.begin_list(kind);
            let finding = Finding::error_if(options.strict, Code::AliasesObject);
            self.read_odd(kind, reader, options, path, problems)?;
            problems.push(finding, path, Span::new(start, reader.offset()));
            return Ok(());
        }
        if found != Kind::Array {
            let finding = match kind {
                IdKind::Alias => Finding::error(Code::AliasesType),
                _ => Finding::error(Code::ListType).name(kind.field()),
            };
            return reader.refuse(finding, path, problems);
        }
        self.changes.begin_list(kind);
        let mut items = reader.array(path, problems)?;
        let mut ids = FastIds::default();
        loop {
            if reader.may_enter() {
                let mut fast = reader.fast();
                let first = items.is_empty();
                let count = ids.take(kind, first, &mut fast, &mut self.changes);
                reader.took(&fast, &mut items, count);
            }
            let Some(index) = reader.next_item(&mut items, path, problems)? else {
                return Ok(());
            };
            let path = &Path::Index(path, index);
            self.read_odd(kind, reader, options, path, problems)?;
        }
    }

    /// One id of a list that is not written as plainly as most.
    #[inline(never)]
    fn read_odd(
        &mut self,
        kind: IdKind,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let bytes = reader.bytes();
        let found = reader.kind(path, problems)?;
        match (kind, found) {
            (IdKind::Alias, Kind::Object) => {
                let parts = alias::read(reader, options.strict, path, problems)?;
                if parts.contains(&Text::MISSING) {
                    self.changes.push_missing(kind);
                } else {
                    let [name, label] = parts.map(|part| part.decode(bytes));
                    let looks = [Changes::look(0, &name), Changes::look(1, &label)];
                    self.changes.push_alias(parts, looks);
                }
            }
            (IdKind::External | IdKind::Device, Kind::String) => {
                let text = reader.string(path, problems)?;
                text.check(bytes, path, problems);
                body::check_id(text, bytes, options.strict, path, problems);
                self.changes.push_odd(kind, text, &text.decode(bytes));
            }
            _ => {
                self.changes.push_missing(kind);
                let code = if kind == IdKind::Alias {
                    Code::AliasType
                } else {
                    Code::IdType
                };
                reader.refuse(Finding::error(code), path, problems)?;
            }
        }
        Ok(())
    }

    /// Counts, finds repeats, and looks at what people get wrong.
    #[inline(never)]
    fn tally(
        &mut self,
        body: &[u8],
        options: &Options,
        seed: &dyn SeedSource,
        problems: &mut Problems,
    ) {
        let Self {
            changes,
            table,
            repeats,
            counts,
            ..
        } = self;
        changes.repeats(body, seed, table, repeats);
        for (run, count) in changes.runs() {
            let side = match changes.direction(run.change) {
                Direction::Add => &mut counts.add,
                Direction::Remove => &mut counts.remove,
            };
            *match run.kind {
                IdKind::External => &mut side.external_ids,
                IdKind::Device => &mut side.device_ids,
                IdKind::Alias => &mut side.aliases,
            } += count;
        }
        counts.total = changes.len() as u32;
        counts.distinct = counts.total - repeats.len() as u32;
        if !repeats.is_empty() {
            self.tally_repeats(problems);
        }
        if options.lints {
            lints::ids(&self.changes, body, LINT_IDS, problems);
        }
    }

    #[cold]
    fn tally_repeats(&mut self, problems: &mut Problems) {
        // Which first ids have been met in their second direction too.
        let mut both = alloc::vec![false; self.changes.kept()];
        for &(first, index) in &self.repeats {
            let changes = &self.changes;
            let same = changes.direction_of(first) == changes.direction_of(index);
            let met = both.get_mut(first as usize);
            let code = if same || met.as_deref() == Some(&true) {
                self.counts.duplicates += 1;
                Code::IdDuplicate
            } else {
                if let Some(met) = met {
                    *met = true;
                }
                self.counts.conflicts += 1;
                Code::IdConflict
            };
            lints::warn(code, changes, index, problems);
        }
    }
}
