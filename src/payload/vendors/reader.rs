//! One reader for all adapters: from a body to what it says about whom.

use super::adapter::*;
use super::ids::{Entry, IdKind, Role};
use super::list::Vendor;
use super::member::{self, Wanted};
use super::scout::Scout;
use super::source::{self, Source};
use crate::hash::Seed;
use crate::json::{Found, Kind, Own, Reader, Step, Text};
use crate::limits::BodyLimits;
use crate::path::Path;
use crate::payload::{body, numbers};
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;
use core::cell::Cell;

/// How a payload is read.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// How large it may be.
    pub limits: BodyLimits,
    /// The field that has the id of a member, in place of the vendor's.
    pub id_field: Option<&'a [u8]>,
    /// Id and name of the cohort, where the payload does not say them.
    pub cohort: Option<(&'a str, Option<&'a str>)>,
}

/// A message that was read.
#[derive(Clone, Copy)]
pub(super) struct Message {
    pub deed: Deed,
    pub cohort_id: Text,
    pub cohort_name: Text,
    pub sync: Text,
    /// The action's word where it belongs to the sync's name.
    pub word: Text,
    /// Its entries end before this one.
    pub end: usize,
}

/// What was read of the message that is being read.
#[derive(Clone, Copy)]
pub(super) struct Current {
    deed: Option<Deed>,
    word: Text,
    cohort_id: Text,
    cohort_name: Text,
    sync: Text,
    pub key: Text,
    /// The fields that stand in it, by slot.
    seen: u32,
}

const NOTHING: Current = Current {
    deed: None,
    word: Text::MISSING,
    cohort_id: Text::MISSING,
    cohort_name: Text::MISSING,
    sync: Text::MISSING,
    key: Text::MISSING,
    seen: 0,
};

/// All that was read of a body.
pub(super) struct Payload<'a> {
    pub vendor: &'static Vendor,
    pub scout: Scout<'a>,
    pub id_field: Option<&'a [u8]>,
    /// The field that has the ids where nothing names it.
    pub only: Cell<Text>,
    pub entries: Vec<Entry>,
    messages: Vec<Message>,
    pub now: Current,
    page: Option<u64>,
    total: Option<u64>,
}

/// Reads a payload of `vendor`, by cohort and kind of ids. What is wrong goes to `problems`; there are sources
/// exactly if there is no error among them, and none of a batch without messages.
///
/// **Cost**: a pass over the body; another one or two where a message says by its fields what it is.
pub fn read(
    bytes: &[u8],
    vendor: &'static Vendor,
    options: Options<'_>,
    seed: &Seed,
    problems: &mut Problems,
) -> Vec<Source> {
    let limits = options.limits;
    if !body::fits(bytes, limits.max_bytes, problems) {
        return Vec::new();
    }
    let mut payload = Payload {
        vendor,
        scout: Scout {
            body: bytes,
            max_depth: limits.max_depth,
            seed,
        },
        id_field: options.id_field,
        only: Cell::new(Text::MISSING),
        entries: Vec::new(),
        messages: Vec::new(),
        now: NOTHING,
        page: None,
        total: None,
    };
    let mut reader = Reader::new(bytes, limits.max_depth, seed).quiet();
    // A stop is noted already.
    let _ = payload.read_root(&mut reader, options.cohort.is_some(), problems);
    let mut sources = Vec::new();
    if problems.ok() {
        let part = payload.page.zip(payload.total);
        let (entries, messages) = (&payload.entries, &payload.messages);
        match source::gather(
            bytes,
            entries,
            messages,
            part,
            options.cohort,
            seed,
            problems,
        ) {
            Ok(gathered) => sources = gathered,
            Err(code) => problems.push(Finding::error(code), &Path::Root, Span::default()),
        }
    }
    problems.locate(bytes);
    sources
}

impl<'a> Payload<'a> {
    fn read_root(
        &mut self,
        reader: &mut Reader<'_>,
        knows_cohort: bool,
        problems: &mut Problems,
    ) -> Step<()> {
        let root = &Path::Root;
        body::open(reader, problems)?;
        let start = reader.offset();
        self.message(&self.vendor.adapter.root, reader, root, problems)?;
        let is_told = |message: &Message| !message.cohort_id.is_missing();
        if !knows_cohort && problems.ok() && !self.messages.iter().all(is_told) {
            let span = Span::new(start, start + 1);
            problems.push(Finding::error(Code::VendorCohort), root, span);
        }
        reader.finish(problems)
    }

    /// Reads the message that is the object at the cursor.
    fn message(
        &mut self,
        forms: &'static Forms,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let start = reader.offset();
        let Some(form) = self.scout.form(forms, start) else {
            return reader.skip(path, problems);
        };
        if let Some(shape) = self.vendor.adapter.key {
            self.now.key = self.scout.key(shape, start);
        }
        let first = self.entries.len();
        let own: &mut Own<'_> =
            &mut |slot, reader, path, problems| self.field(slot, reader, path, problems);
        reader.shape(form.shape, 0, &mut Found::new(&mut []), own, path, problems)?;
        let span = Span::new(start, reader.offset());
        self.close(form, first, span, path, problems);
        Ok(())
    }

    /// The message that began with the entry `first` has been read.
    fn close(
        &mut self,
        form: &'static Form,
        first: usize,
        span: Span,
        path: &Path<'_>,
        problems: &mut Problems,
    ) {
        let now = self.now;
        if now.seen & 1 << MESSAGES != 0 {
            // What the messages do not say themselves stands around them.
            for message in &mut self.messages {
                if message.cohort_id.is_missing() {
                    message.cohort_id = now.cohort_id;
                    message.cohort_name = now.cohort_name;
                }
            }
            return;
        }
        let Some(deed) = now.deed.or(form.unless_said) else {
            return;
        };
        let drains = deed == Deed::Drain;
        let has_any = form
            .any_of
            .iter()
            .any(|&(slot, _)| now.seen & 1 << slot != 0);
        if let [(_, name), ..] = *form.any_of
            && !has_any
            && !drains
        {
            let finding = Finding::error(Code::VendorField).name(name);
            problems.push(finding, path, span);
        }
        let message = self.messages.len() as u32;
        for entry in self.entries.iter_mut().skip(first) {
            entry.message = message;
            if entry.role == Role::Open {
                entry.role = match deed {
                    Deed::Remove => Role::Leaves,
                    Deed::Full => Role::IsMember,
                    Deed::Add | Deed::Drain => Role::Enters,
                };
            }
        }
        if drains && self.entries.len() > first {
            problems.push(Finding::error(Code::VendorDrainIds), path, span);
        }
        self.messages.push(Message {
            deed,
            cohort_id: now.cohort_id,
            cohort_name: now.cohort_name,
            sync: now.sync,
            word: if now.seen & 1 << RUN != 0 {
                now.word
            } else {
                Text::MISSING
            },
            end: self.entries.len(),
        });
    }

    /// Reads a field of a message.
    fn field(
        &mut self,
        slot: u8,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        self.now.seen |= 1 << slot;
        let adapter = self.vendor.adapter;
        match slot {
            KIND => one_of(adapter.kinds, reader, path, problems),
            CLASS => one_of(adapter.classes, reader, path, problems),
            ACTION => {
                let word = member::word(reader, path, problems)?;
                self.take_action(word, false, reader.bytes(), path, problems);
                Ok(())
            }
            FLAG => {
                let word = member::flag(reader, path, problems)?;
                self.take_action(word, true, reader.bytes(), path, problems);
                Ok(())
            }
            KEYED_FLAG => {
                let key = self.now.key;
                if key.is_missing() {
                    // Whoever names it is told to.
                    return reader.skip(path, problems);
                }
                let key = key.decode(self.scout.body);
                let (wanted, missing) = (Wanted::Named(&key), Code::VendorAction);
                let word = member::field(wanted, member::flag, missing, reader, path, problems)?;
                self.take_action(word, true, reader.bytes(), path, problems);
                Ok(())
            }
            COHORT_ID => {
                self.now.cohort_id = member::label(reader, path, problems)?;
                Ok(())
            }
            COHORT_NAME => {
                self.now.cohort_name = member::label(reader, path, problems)?;
                Ok(())
            }
            SYNC | RUN => {
                self.now.sync = member::label(reader, path, problems)?;
                Ok(())
            }
            PAGE | TOTAL => self.page(slot, reader, path, problems),
            MEMBERS => self.members(Role::Open, reader, path, problems),
            ADD => self.members(Role::Enters, reader, path, problems),
            REMOVE => self.members(Role::Leaves, reader, path, problems),
            ID => {
                let id = member::id(reader, path, problems)?;
                self.keep(id, IdKind::User, Role::Open, path, problems)
            }
            MEMBER => self.member(Role::Open, reader, path, problems),
            USER_IDS => self.ids(IdKind::User, reader, path, problems),
            DEVICE_IDS => self.ids(IdKind::Device, reader, path, problems),
            ALIASES => self.aliases(reader, path, problems),
            MESSAGES => self.several(reader, path, problems),
            KEY => {
                member::label(reader, path, problems)?;
                Ok(())
            }
            _ => self.schema(reader, path, problems),
        }
    }

    fn take_action(
        &mut self,
        word: Text,
        is_flag: bool,
        bytes: &[u8],
        path: &Path<'_>,
        problems: &mut Problems,
    ) {
        if word.is_missing() {
            return;
        }
        let said = word.decode(bytes);
        let lists = [
            (self.vendor.add, Deed::Add),
            (self.vendor.remove, Deed::Remove),
            (self.vendor.full, Deed::Full),
            (self.vendor.drain, Deed::Drain),
        ];
        let is_said = |known: &&str| known.as_bytes() == &*said;
        let deed = lists.iter().find(|(words, _)| words.iter().any(is_said));
        // A text that reads "true" is not the flag.
        let fits = is_flag == matches!(&*said, b"true" | b"false");
        match deed {
            Some(&(_, deed)) if fits => (self.now.word, self.now.deed) = (word, Some(deed)),
            _ => problems.push(Finding::error(Code::VendorAction), path, word.span()),
        }
    }

    fn page(
        &mut self,
        slot: u8,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        if reader.kind(path, problems)? != Kind::Number {
            return member::wrong_type(reader, path, problems);
        }
        let span = reader.number(path, problems)?;
        let text = Text::new(span.start, span.end, false, false);
        let Some(number) = numbers::page_number(text.raw(reader.bytes())) else {
            problems.push(Finding::error(Code::VendorPage), path, span);
            return Ok(());
        };
        *(if slot == PAGE {
            &mut self.page
        } else {
            &mut self.total
        }) = Some(number);
        if let (Some(page), Some(total)) = (self.page, self.total)
            && page > total
        {
            problems.push(Finding::error(Code::VendorPageRange), path, span);
        }
        Ok(())
    }

    /// The list of messages at the cursor.
    fn several(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let (Kind::Array, Some(forms)) =
            (reader.kind(path, problems)?, &self.vendor.adapter.nested)
        else {
            return member::wrong_type(reader, path, problems);
        };
        let around = self.now;
        let mut items = reader.array(path, problems)?;
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            let path = &Path::Index(path, index);
            if reader.kind(path, problems)? != Kind::Object {
                reader.refuse(Finding::error(Code::VendorMessage), path, problems)?;
                continue;
            }
            self.now = NOTHING;
            self.message(forms, reader, path, problems)?;
        }
        self.now = around;
        Ok(())
    }

    /// The fields of a message, of which one must be marked.
    fn schema(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        reader.space();
        let start = reader.offset();
        reader.skip(path, problems)?;
        if self.now.key.is_missing() && self.id_field.is_none() {
            let span = Span::new(start, reader.offset());
            problems.push(Finding::error(Code::VendorKey), path, span);
        }
        Ok(())
    }
}

/// Reads a word that must be one of these.
fn one_of(
    words: &[&str],
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let word = member::word(reader, path, problems)?;
    let said = word.decode(reader.bytes());
    if !word.is_missing() && !words.iter().any(|known| known.as_bytes() == &*said) {
        problems.push(Finding::error(Code::VendorMessageKind), path, word.span());
    }
    Ok(())
}
