//! One profile, read for its ids. Fields that are no ids are passed over without a word, since a
//! profile has dozens.

use super::profiles::Loaded;
use crate::hash::Seed;
use crate::identity::directory::Refusal;
use crate::identity::{Directory, ProfileIdKind, ProfileIds};
use crate::json::{Key, Kind, Members, Reader, Step, Text};
use crate::limits::{MAX_DEPTH, MAX_PROFILE_IDS};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};

const FIELDS: [&str; 7] = [
    "external_id",
    "braze_id",
    "deprecated_external_ids",
    "user_aliases",
    "devices",
    "push_tokens",
    "users",
];
const USERS: usize = 6;
const ALIAS_FIELDS: [&str; 2] = ["alias_name", "alias_label"];
const DEVICE_FIELDS: [&str; 2] = ["device_id", "idfv"];

/// Where profiles go.
pub(super) struct Sink<'a> {
    pub(super) ids: &'a mut ProfileIds,
    pub(super) loaded: &'a mut Loaded,
    pub(super) directory: &'a mut Directory,
    /// Has memory run out?
    pub(super) is_full: bool,
}

/// Reads one value: a profile, or an answer with several.
pub(super) fn read(
    bytes: &[u8],
    seed: &Seed,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) {
    let mut reader = Reader::new(bytes, MAX_DEPTH, seed);
    let mut errors = problems.error_count();
    let done = read_root(&mut reader, path, sink, &mut errors, problems);
    if done.is_err() || problems.error_count() > errors {
        sink.loaded.rejected += 1;
    } else if let Ok(Some(span)) = done {
        sink.put(span, path, problems);
    }
}

/// The profile's span, `None` for an answer, whose profiles are taken one by one. `errors` is set
/// to the count after these, which are counted already.
fn read_root(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
    errors: &mut usize,
    problems: &mut Problems,
) -> Step<Option<Span>> {
    if reader.kind(path, problems)? != Kind::Object {
        reader.refuse(Finding::error(Code::ProfileNotObject), path, problems)?;
        reader.finish(problems)?;
        return Ok(None);
    }
    sink.ids.clear();
    let mut members = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut members, &FIELDS, path, problems)? {
        match key {
            Key::Known(USERS) => {
                let before = problems.error_count();
                read_users(reader, path, sink, problems)?;
                *errors += problems.error_count() - before;
            }
            Key::Known(field) => read_field(field, reader, path, sink.ids, problems)?,
            Key::Unknown(place) => reader.skip(&Path::Unknown(path, place), problems)?,
        }
    }
    let span = Span::new(members.start(), reader.offset());
    reader.finish(problems)?;
    Ok((!members.has(USERS)).then_some(span))
}

fn read_users(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) -> Step<()> {
    let path = &Path::Key(path, "users");
    if reader.kind(path, problems)? != Kind::Array {
        sink.loaded.rejected += 1;
        return refuse("users", reader, path, problems);
    }
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        let path = &Path::Index(path, index);
        if reader.kind(path, problems)? != Kind::Object {
            sink.loaded.rejected += 1;
            reader.refuse(Finding::error(Code::ProfileNotObject), path, problems)?;
            continue;
        }
        let errors = problems.error_count();
        sink.ids.clear();
        let fields = FIELDS.get(..USERS).unwrap_or(&[]);
        let mut members = reader.object(path, problems)?;
        while let Some(key) = reader.next_key(&mut members, fields, path, problems)? {
            match key {
                Key::Known(field) => read_field(field, reader, path, sink.ids, problems)?,
                Key::Unknown(place) => reader.skip(&Path::Unknown(path, place), problems)?,
            }
        }
        if problems.error_count() > errors {
            sink.loaded.rejected += 1;
        } else {
            sink.put(Span::new(members.start(), reader.offset()), path, problems);
        }
    }
    Ok(())
}

impl Sink<'_> {
    fn put(&mut self, span: Span, path: &Path<'_>, problems: &mut Problems) {
        if self.is_full {
            return;
        }
        match self.directory.put(self.ids) {
            Ok(put) => {
                if put.is_new {
                    self.loaded.loaded += 1;
                } else {
                    self.loaded.updated += 1;
                }
                if put.taken_aliases > 0 {
                    let finding = Finding::warning(Code::ProfileAliasTaken);
                    problems.push(finding, path, span);
                }
            }
            Err(refusal) => {
                self.is_full = refusal == Refusal::Memory;
                self.loaded.rejected += 1;
                let finding = Finding::error(refusal.code()).numbers(MAX_PROFILE_IDS as u32, 0);
                problems.push(finding, path, span);
            }
        }
    }
}

fn read_field(
    field: usize,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let name = FIELDS.get(field).copied().unwrap_or("");
    let path = &Path::Key(path, name);
    let kind = reader.kind(path, problems)?;
    if kind == Kind::Null {
        return reader.word("null", path, problems);
    }
    match field {
        0 | 1 => {
            let id = if field == 0 {
                ProfileIdKind::External
            } else {
                ProfileIdKind::Braze
            };
            read_id(id, name, reader, path, ids, problems)
        }
        // Braze's table calls the aliases an object, though they come as an array of them.
        3 if kind == Kind::Object => read_alias(reader, path, ids, problems),
        _ if kind != Kind::Array => refuse(name, reader, path, problems),
        _ => {
            if field == 2 {
                ids.set_says_deprecated();
            }
            let mut items = reader.array(path, problems)?;
            while let Some(index) = reader.next_item(&mut items, path, problems)? {
                let path = &Path::Index(path, index);
                match (field, reader.kind(path, problems)?) {
                    (2, _) => {
                        read_id(ProfileIdKind::Deprecated, name, reader, path, ids, problems)?;
                    }
                    (_, kind) if kind != Kind::Object => refuse(name, reader, path, problems)?,
                    (3, _) => read_alias(reader, path, ids, problems)?,
                    _ => read_device(reader, path, ids, problems)?,
                }
            }
            Ok(())
        }
    }
}

/// A device, or a push token, which names its device as well.
fn read_device(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let mut members = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut members, &DEVICE_FIELDS, path, problems)? {
        match key {
            Key::Known(field) => {
                let name = DEVICE_FIELDS.get(field).copied().unwrap_or("");
                let path = &Path::Key(path, name);
                if reader.kind(path, problems)? == Kind::Null {
                    reader.word("null", path, problems)?;
                } else {
                    read_id(ProfileIdKind::Device, name, reader, path, ids, problems)?;
                }
            }
            Key::Unknown(place) => reader.skip(&Path::Unknown(path, place), problems)?,
        }
    }
    Ok(())
}

fn read_alias(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let mut parts = [Text::MISSING; 2];
    let mut members = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut members, &ALIAS_FIELDS, path, problems)? {
        match key {
            Key::Known(field) => {
                let name = ALIAS_FIELDS.get(field).copied().unwrap_or("");
                let path = &Path::Key(path, name);
                if reader.kind(path, problems)? != Kind::String {
                    refuse(name, reader, path, problems)?;
                } else if let Some(part) = parts.get_mut(field) {
                    *part = read_text(reader, path, problems)?;
                }
            }
            Key::Unknown(place) => reader.skip(&Path::Unknown(path, place), problems)?,
        }
    }
    note_missing(&members, reader, path, problems);
    let [name, label] = parts;
    if !name.is_missing() && !label.is_missing() {
        let bytes = reader.bytes();
        ids.push_alias(&name.decode(bytes), &label.decode(bytes));
    }
    Ok(())
}

fn note_missing(members: &Members, reader: &Reader<'_>, path: &Path<'_>, problems: &mut Problems) {
    for (index, name) in ALIAS_FIELDS.iter().enumerate() {
        if !members.has(index) {
            let span = Span::new(members.start(), reader.offset());
            let finding = Finding::error(Code::AliasFieldMissing).name(name);
            problems.push(finding, path, span);
        }
    }
}

fn read_id(
    kind: ProfileIdKind,
    name: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    if reader.kind(path, problems)? != Kind::String {
        return refuse(name, reader, path, problems);
    }
    let text = read_text(reader, path, problems)?;
    ids.push(kind, &text.decode(reader.bytes()));
    Ok(())
}

fn read_text(reader: &mut Reader<'_>, path: &Path<'_>, problems: &mut Problems) -> Step<Text> {
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    body::check_id(text, reader.bytes(), false, path, problems);
    Ok(text)
}

fn refuse(
    name: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    reader.refuse(Finding::error(Code::ProfileType).name(name), path, problems)
}
