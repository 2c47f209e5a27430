//! `POST /partners/{partner}/cohorts/users`: the request that adds users to a cohort and removes
//! them.

use super::auth::{self, Key};
use super::{Options, lints, root};
use crate::cohort::Direction;
use crate::cohort::changes::Changes;
use crate::hash::{Seed, Table};
use crate::identity::IdKind;
use crate::json::{self, Kind, Reader, Step, Text};
use crate::limits::{LINT_IDS, MAX_ID_BYTES, MAX_REQUEST_IDS};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

const FIELDS: [&str; 4] = [
    "partner_api_key",
    "client_secret",
    "cohort_id",
    "cohort_changes",
];
const PARTNER_API_KEY: usize = 0;
const CLIENT_SECRET: usize = 1;
const COHORT_ID: usize = 2;
const COHORT_CHANGES: usize = 3;

const CHANGE_FIELDS: [&str; 4] = ["user_ids", "device_ids", "aliases", "should_remove"];
const USER_IDS: usize = 0;
const DEVICE_IDS: usize = 1;
const ALIASES: usize = 2;
const SHOULD_REMOVE: usize = 3;

const ALIAS_FIELDS: [&str; 2] = ["alias_name", "alias_label"];

/// What stands before the two parts of an alias as most clients write it.
const PLAIN_ALIAS: [&[u8]; 2] = [b"{\"alias_name\":\"", b",\"alias_label\":\""];

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
    /// Different ids. Beyond the first [`MAX_KEPT_IDS`](crate::limits::MAX_KEPT_IDS), in a request
    /// that is refused anyway, each counts as one.
    pub distinct: u32,
    /// Repeats within one direction.
    pub duplicates: u32,
    /// Ids that occur in an add and in a remove.
    pub conflicts: u32,
}

/// A reader of users requests, to be used again and again: after the first requests it allocates
/// no more.
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
    pub fn check(&mut self, body: &[u8], options: &Options, seed: &Seed, problems: &mut Problems) {
        self.changes.clear();
        self.cohort_id = None;
        self.repeats.clear();
        self.counts = Counts::default();
        if !body::fits(body, options.max_bytes, problems) {
            return;
        }
        let mut reader = Reader::new(body, options.max_depth, seed);
        // A stop is noted already; what was read before it is counted all the same.
        let _ = self.read(&mut reader, options, problems);
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

    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Root;
        let mut members = body::open(reader, problems)?;
        while let Some(key) = reader.next_key(&mut members, &FIELDS, path, problems)? {
            match key {
                json::Key::Known(PARTNER_API_KEY) => {
                    auth::read(Key::PartnerApiKey, &options.keys, reader, path, problems)?;
                }
                json::Key::Known(CLIENT_SECRET) => {
                    auth::read(Key::ClientSecret, &options.keys, reader, path, problems)?;
                }
                json::Key::Known(COHORT_ID) => {
                    self.cohort_id = root::cohort_id(reader, options, problems)?;
                }
                json::Key::Known(_) => self.read_changes(reader, options, problems)?,
                json::Key::Unknown(place) => {
                    reader.unknown(&mut members, place, path, problems)?;
                }
            }
        }
        root::close(&members, options, problems);
        if !members.has(COHORT_CHANGES) {
            root::missing(Code::ChangesMissing, &members, problems);
        }
        reader.finish(problems)
    }

    fn read_changes(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Key(&Path::Root, "cohort_changes");
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
        let mut members = reader.object(path, problems)?;
        while let Some(key) = reader.next_key(&mut members, &CHANGE_FIELDS, path, problems)? {
            match key {
                json::Key::Known(USER_IDS) => {
                    self.read_list(IdKind::External, reader, options, path, problems)?;
                }
                json::Key::Known(DEVICE_IDS) => {
                    self.read_list(IdKind::Device, reader, options, path, problems)?;
                }
                json::Key::Known(ALIASES) => {
                    self.read_aliases(reader, options, path, problems)?;
                }
                json::Key::Known(_) => self.read_direction(reader, path, problems)?,
                json::Key::Unknown(place) => {
                    reader.unknown(&mut members, place, path, problems)?;
                }
            }
        }
        let span = Span::new(members.start(), reader.offset());
        if !(members.has(USER_IDS) || members.has(DEVICE_IDS) || members.has(ALIASES)) {
            problems.push(Finding::error(Code::ChangeEmpty), path, span);
        } else if options.strict && !members.has(USER_IDS) {
            problems.push(Finding::warning(Code::ChangeUserIds), path, span);
        }
        Ok(())
    }

    fn read_direction(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Key(path, CHANGE_FIELDS[SHOULD_REMOVE]);
        match reader.kind(path, problems)? {
            Kind::True => {
                self.changes.set_direction(Direction::Remove);
                reader.word("true", path, problems)
            }
            Kind::False => reader.word("false", path, problems),
            _ => reader.refuse(Finding::error(Code::ShouldRemoveType), path, problems),
        }
    }

    fn read_list(
        &mut self,
        kind: IdKind,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Key(path, kind.field());
        if reader.kind(path, problems)? != Kind::Array {
            let finding = Finding::error(Code::ListType).name(kind.field());
            return reader.refuse(finding, path, problems);
        }
        self.changes.begin_list(kind);
        let seed = reader.seed();
        let mut items = reader.array(path, problems)?;
        loop {
            reader.plain_strings(&mut items, MAX_ID_BYTES, |id, bytes| {
                self.changes.push(id, bytes, seed);
            });
            let Some(index) = reader.next_item(&mut items, path, problems)? else {
                return Ok(());
            };
            match read_id(index, reader, options, path, problems)? {
                Some(id) => self.changes.push(id, &id.decode(reader.bytes()), seed),
                None => self.changes.push_missing(),
            }
        }
    }

    fn read_aliases(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let path = &Path::Key(path, IdKind::Alias.field());
        self.changes.begin_list(IdKind::Alias);
        match reader.kind(path, problems)? {
            Kind::Array => {}
            Kind::Object => {
                let start = reader.offset();
                self.read_alias(reader, options, path, problems)?;
                let finding = Finding::error_if(options.strict, Code::AliasesObject);
                problems.push(finding, path, Span::new(start, reader.offset()));
                return Ok(());
            }
            _ => return reader.refuse(Finding::error(Code::AliasesType), path, problems),
        }
        let mut items = reader.array(path, problems)?;
        loop {
            while let Some(pair) = reader.plain_object(&mut items, PLAIN_ALIAS, MAX_ID_BYTES) {
                let bytes = pair.map(|part| part.raw(reader.bytes()));
                self.changes.push_alias(pair, bytes, reader.seed());
            }
            let Some(index) = reader.next_item(&mut items, path, problems)? else {
                return Ok(());
            };
            let path = &Path::Index(path, index);
            if reader.kind(path, problems)? != Kind::Object {
                self.changes.push_missing();
                reader.refuse(Finding::error(Code::AliasType), path, problems)?;
                continue;
            }
            self.read_alias(reader, options, path, problems)?;
        }
    }

    fn read_alias(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let mut parts = [Text::MISSING; 2];
        let mut members = reader.object(path, problems)?;
        while let Some(key) = reader.next_key(&mut members, &ALIAS_FIELDS, path, problems)? {
            let field = match key {
                json::Key::Known(field) => field,
                json::Key::Unknown(place) => {
                    reader.unknown(&mut members, place, path, problems)?;
                    continue;
                }
            };
            let (Some(name), Some(part)) = (ALIAS_FIELDS.get(field).copied(), parts.get_mut(field))
            else {
                continue;
            };
            let path = &Path::Key(path, name);
            if reader.kind(path, problems)? != Kind::String {
                let finding = Finding::error(Code::AliasFieldType).name(name);
                reader.refuse(finding, path, problems)?;
                continue;
            }
            let text = reader.string(path, problems)?;
            text.check(reader.bytes(), path, problems);
            body::check_id(text, reader.bytes(), options.strict, path, problems);
            *part = text;
        }
        for (index, name) in ALIAS_FIELDS.iter().enumerate() {
            if !members.has(index) {
                let span = Span::new(members.start(), reader.offset());
                problems.push(
                    Finding::error(Code::AliasFieldMissing).name(name),
                    path,
                    span,
                );
            }
        }
        if parts.contains(&Text::MISSING) {
            self.changes.push_missing();
        } else {
            let [name, label] = parts.map(|part| part.decode(reader.bytes()));
            self.changes
                .push_alias(parts, [&name, &label], reader.seed());
        }
        Ok(())
    }

    /// Counts, finds repeats, and looks at what people get wrong.
    fn tally(&mut self, body: &[u8], options: &Options, seed: &Seed, problems: &mut Problems) {
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
            let place = changes.place(index);
            let root = Path::Key(&Path::Root, "cohort_changes");
            let change = Path::Index(&root, place.change);
            let list = Path::Key(&change, place.kind.field());
            let path = Path::Index(&list, place.index);
            problems.push(Finding::warning(code), &path, changes.span(index));
        }
    }
}

/// One id of a list: `None` where it is no string.
#[inline(never)]
fn read_id(
    index: u32,
    reader: &mut Reader<'_>,
    options: &Options,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<Option<Text>> {
    let path = &Path::Index(path, index);
    if reader.kind(path, problems)? != Kind::String {
        reader.refuse(Finding::error(Code::IdType), path, problems)?;
        return Ok(None);
    }
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    body::check_id(text, reader.bytes(), options.strict, path, problems);
    Ok(Some(text))
}
