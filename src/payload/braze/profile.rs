//! One profile, read for its ids. Fields that are no ids are passed over without a word, since a
//! profile has dozens.

use super::alias;
use crate::hash::Seed;
use crate::identity::directory::Refusal;
use crate::identity::{CompactBuilder, Directory, ProfileIdKind, ProfileIds, TakeProfile};
#[cfg(feature = "std")]
use crate::json::Taken;
use crate::json::{Field, Found, Key, Kind, Own, Reader, Shape, Step};
use crate::limits::MAX_DEPTH;
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems, Span};

const EXTERNAL_ID: u8 = 0;
const BRAZE_ID: u8 = 1;
const DEPRECATED: u8 = 2;
const USER_ALIASES: u8 = 3;
const DEVICES: u8 = 4;
const PUSH_TOKENS: u8 = 5;
const USERS: u8 = 6;

/// The fields that hold ids, of which null says no more than its absence, and behind them that of an answer with several profiles.
static FIELDS: [Field; 7] = [
    Field::own("external_id", EXTERNAL_ID),
    Field::own("braze_id", BRAZE_ID),
    Field::own("deprecated_external_ids", DEPRECATED),
    Field::own("user_aliases", USER_ALIASES),
    Field::own("devices", DEVICES),
    Field::own("push_tokens", PUSH_TOKENS),
    Field::own("users", USERS),
];
/// A profile, or an answer with several.
static ROOT: Shape = Shape(&FIELDS);
static PROFILE: Shape = Shape(FIELDS.split_at(USERS as usize).0);
/// A device, or a push token, which names its device as well.
static DEVICE: Shape = Shape(&[Field::own("device_id", 0), Field::own("idfv", 1)]);

/// How many profiles became what. They add up to the profiles met.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Loaded {
    /// New users.
    pub loaded: u64,
    /// Newer states of known users.
    pub updated: u64,
    /// Profiles that were not taken.
    pub rejected: u64,
    /// Of bodies of `/users/track`, events and purchases that the export knew already from which
    /// their user came.
    pub covered: u64,
}

/// Where profiles go: who keeps ids, and perhaps more.
pub trait TakeUser: TakeProfile {
    /// Does it keep more than ids?
    fn wants_fields(&self) -> bool {
        false
    }

    /// A profile begins.
    fn begin(&mut self) {}

    /// Reads a whole profile into `ids` and into itself, if that can be done without a word, and answers
    /// where in the text it stands. Otherwise whatever was read is forgotten at the next `begin`.
    fn quick(&mut self, _profile: &[u8], _ids: &mut ProfileIds) -> Option<Span> {
        None
    }

    /// Takes lines off the front of `text`, each a new user's profile of at most `max` bytes, for as long as
    /// that can be done without a word.
    #[cfg(feature = "std")]
    fn lines(&mut self, _text: &[u8], _max: usize) -> Taken {
        Taken::default()
    }

    /// A field with the cursor before its value, which is to be read or passed over. Ids, but for
    /// `devices` and `push_tokens`, are no such fields.
    ///
    /// **Errors**: a fault of grammar.
    fn field(
        &mut self,
        field: FieldAt<'_>,
        reader: &mut Reader<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        reader.skip(&Path::Unknown(field.path, field.place), problems)
    }
}

impl TakeUser for Directory {}
impl TakeUser for CompactBuilder {}

/// A field of a profile.
#[derive(Clone, Copy)]
pub struct FieldAt<'a> {
    /// Its name.
    pub name: &'a [u8],
    /// The profile's path.
    pub path: &'a Path<'a>,
    /// Its place among the profile's keys; 0 of one that the profile's schema knows.
    pub place: u32,
    /// The ids so far; of `devices` and `push_tokens` theirs are among them.
    pub ids: &'a ProfileIds,
}

/// Where profiles go.
pub(super) struct Sink<'a> {
    pub(super) ids: &'a mut ProfileIds,
    pub(super) loaded: &'a mut Loaded,
    pub(super) users: &'a mut dyn TakeUser,
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
    if sink.users.wants_fields() {
        sink.ids.clear();
        sink.users.begin();
        if let Some(span) = sink.users.quick(bytes, sink.ids) {
            return sink.put(span, path, problems);
        }
    }
    let mut reader = Reader::new(bytes, MAX_DEPTH, seed).quiet();
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
    let start = reader.offset();
    let mut is_answer = false;
    read_profile(
        &ROOT,
        reader,
        path,
        sink,
        problems,
        &mut |reader, path, sink, problems| {
            is_answer = true;
            let before = problems.error_count();
            read_users(reader, path, sink, problems)?;
            *errors += problems.error_count() - before;
            Ok(())
        },
    )?;
    let span = Span::new(start, reader.offset());
    reader.finish(problems)?;
    Ok((!is_answer).then_some(span))
}

type ReadUsers<'a> =
    dyn FnMut(&mut Reader<'_>, &Path<'_>, &mut Sink<'_>, &mut Problems) -> Step<()> + 'a;

/// Reads the object at the cursor as a profile, or as an answer with `users`.
fn read_profile(
    shape: &'static Shape,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
    users: &mut ReadUsers<'_>,
) -> Step<()> {
    sink.ids.clear();
    sink.users.begin();
    let mut members = reader.object(path, problems)?;
    while let Some(key) = reader.next_key(&mut members, shape.0, path, problems)? {
        match key {
            Key::Unknown(place, key) => {
                let name = key.decode(reader.bytes());
                let field = FieldAt {
                    name: &name,
                    path,
                    place,
                    ids: sink.ids,
                };
                sink.users.field(field, reader, problems)?;
            }
            Key::Known(index) => {
                let Some(field) = shape.0.get(index) else {
                    continue;
                };
                let path_of_field = &Path::Key(path, field.name);
                if field.slot == USERS {
                    users(reader, path_of_field, sink, problems)?;
                    continue;
                }
                reader.space();
                let start = reader.offset();
                read_field(field.slot, reader, path_of_field, sink.ids, problems)?;
                if matches!(field.slot, DEVICES | PUSH_TOKENS) && sink.users.wants_fields() {
                    // What is wrong was told already.
                    reader.go_back(start);
                    let field = FieldAt {
                        name: field.name.as_bytes(),
                        path,
                        place: 0,
                        ids: sink.ids,
                    };
                    sink.users.field(field, reader, &mut Problems::new(0))?;
                }
            }
        }
    }
    Ok(())
}

fn read_users(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    sink: &mut Sink<'_>,
    problems: &mut Problems,
) -> Step<()> {
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
        let start = reader.offset();
        read_profile(&PROFILE, reader, path, sink, problems, &mut |_, _, _, _| {
            Ok(())
        })?;
        if problems.error_count() > errors {
            sink.loaded.rejected += 1;
        } else {
            sink.put(Span::new(start, reader.offset()), path, problems);
        }
    }
    Ok(())
}

impl Sink<'_> {
    fn put(&mut self, span: Span, path: &Path<'_>, problems: &mut Problems) {
        if self.is_full {
            return;
        }
        match self.users.take_profile(self.ids) {
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
                if put.taken_ids > 0 {
                    let finding = Finding::warning(Code::ProfileIdsDisagree);
                    problems.push(finding, path, span);
                }
            }
            Err(refusal) => {
                self.is_full = refusal == Refusal::Memory;
                self.loaded.rejected += 1;
                problems.push(refusal.finding(), path, span);
            }
        }
    }
}

fn read_field(
    slot: u8,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let name = PROFILE
        .0
        .get(usize::from(slot))
        .map_or("", |field| field.name);
    let kind = reader.kind(path, problems)?;
    if kind == Kind::Null {
        return reader.skip(path, problems);
    }
    match slot {
        EXTERNAL_ID => return read_id(ProfileIdKind::External, name, reader, path, ids, problems),
        BRAZE_ID => return read_id(ProfileIdKind::Braze, name, reader, path, ids, problems),
        // Braze's table calls the aliases an object, though they come as an array of them.
        USER_ALIASES if kind == Kind::Object => return read_alias(reader, path, ids, problems),
        _ if kind != Kind::Array => return refuse(name, reader, path, problems),
        DEPRECATED => ids.set_says_deprecated(),
        _ => {}
    }
    let mut items = reader.array(path, problems)?;
    while let Some(index) = reader.next_item(&mut items, path, problems)? {
        let path = &Path::Index(path, index);
        let is_object = reader.kind(path, problems)? == Kind::Object;
        match slot {
            DEPRECATED => read_id(ProfileIdKind::Deprecated, name, reader, path, ids, problems)?,
            _ if !is_object => refuse(name, reader, path, problems)?,
            USER_ALIASES => read_alias(reader, path, ids, problems)?,
            _ => read_device(reader, path, ids, problems)?,
        }
    }
    Ok(())
}

fn read_device(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let own: &mut Own<'_> = &mut |slot, reader, path, problems| {
        if reader.kind(path, problems)? == Kind::Null {
            return reader.skip(path, problems);
        }
        let name = DEVICE
            .0
            .get(usize::from(slot))
            .map_or("", |field| field.name);
        read_id(ProfileIdKind::Device, name, reader, path, ids, problems)
    };
    reader.shape(&DEVICE, 0, &mut Found::new(&mut []), own, path, problems)
}

fn read_alias(
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) -> Step<()> {
    let bytes = reader.bytes();
    let [name, label] = alias::read(reader, false, path, problems)?;
    if !name.is_missing() && !label.is_missing() {
        ids.push_alias(&name.decode(bytes), &label.decode(bytes));
    }
    Ok(())
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
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    body::check_id(text, reader.bytes(), false, path, problems);
    ids.push(kind, &text.decode(reader.bytes()));
    Ok(())
}

fn refuse(
    name: &'static str,
    reader: &mut Reader<'_>,
    path: &Path<'_>,
    problems: &mut Problems,
) -> Step<()> {
    reader.refuse(Finding::error(Code::ProfileType).name(name), path, problems)
}
