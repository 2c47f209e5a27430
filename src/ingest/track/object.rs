//! One object of a body of `/users/track`: whom it names, and what it changes.

use super::pieces::What;
use super::{Done, NotDone, refused};
use crate::hash::Seed;
use crate::identity::directory::UserId;
use crate::identity::{ProfileIdKind, ProfileIds, UserIx};
use crate::ingest::intake::Intake;
use crate::ingest::tree::{NoTree, Tree, owned, push};
use crate::json::{Key, Kind, Reader};
use crate::limits::MAX_DEPTH;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use alloc::vec::Vec;

/// Keys that mean something in every object, and those of events and purchases: told by name.
static NAMES: [&str; 16] = [
    "_merge_objects",
    "_update_existing_only",
    "braze_id",
    "currency",
    "current_location",
    "external_id",
    "facebook",
    "name",
    "price",
    "product_id",
    "push_token_import",
    "quantity",
    "subscription_groups",
    "time",
    "twitter",
    "user_alias",
];

/// Default fields that `/users/track` sets; others of an export are custom attributes here.
pub(super) static SET: [&str; 18] = [
    "country",
    "date_of_first_session",
    "date_of_last_session",
    "dob",
    "email",
    "email_click_tracking_disabled",
    "email_open_tracking_disabled",
    "email_subscribe",
    "first_name",
    "gender",
    "home_city",
    "language",
    "last_name",
    "marked_email_as_spam_at",
    "phone",
    "push_subscribe",
    "push_tokens",
    "time_zone",
];

/// A field of the object.
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    /// The name, if it is one that we know.
    pub(super) known: Option<&'static str>,
    place: u32,
    pub(super) span: Span,
    /// `None` for a number that no double holds.
    pub(super) value: Option<Tree>,
}

/// An object, read whole.
pub(super) struct Object {
    pub(super) members: Vec<Member>,
    pub(super) span: Span,
}

/// What an object is applied with.
pub(super) struct Apply<'a, 'b> {
    pub(super) intake: &'a mut Intake<'b>,
    pub(super) path: &'a Path<'a>,
    pub(super) problems: &'a mut Problems,
    pub(super) user: Option<UserIx>,
    pub(super) ids: ProfileIds,
}

impl Member {
    pub(super) fn path<'a>(&self, parent: &'a Path<'a>) -> Path<'a> {
        match self.known {
            Some(name) => Path::Key(parent, name),
            None => Path::Unknown(parent, self.place),
        }
    }
}

fn known(name: &[u8]) -> Option<&'static str> {
    let names = NAMES.iter().chain(&SET);
    names.copied().find(|known| known.as_bytes() == name)
}

impl Object {
    /// Reads the object.
    pub(super) fn read(
        bytes: &[u8],
        seed: &Seed,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<Object, NotDone> {
        let errors = problems.error_count();
        let mut reader = Reader::new(bytes, MAX_DEPTH, seed).quiet();
        let object = Object::read_members(&mut reader, path, problems);
        if problems.error_count() > errors {
            return Err(NotDone::Noted);
        }
        object.map_err(|why| match why {
            NoTree::Stop => NotDone::Noted,
            NoTree::Full => NotDone::Full,
        })
    }

    fn read_members(
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Result<Object, NoTree> {
        let kind = reader.kind(path, problems)?;
        let start = reader.offset();
        let mut members: Vec<Member> = Vec::new();
        if kind != Kind::Object {
            reader.refuse(Finding::error(Code::ProfileNotObject), path, problems)?;
        } else {
            let mut keys = reader.object(path, problems)?;
            while let Some(key) = reader.next_key(&mut keys, &[], path, problems)? {
                let Key::Unknown(place, key) = key else {
                    continue;
                };
                let name = owned(&key.decode(reader.bytes()))?;
                let mut member = Member {
                    known: known(&name),
                    name,
                    place,
                    span: Span::default(),
                    value: None,
                };
                reader.space();
                let start = reader.offset();
                member.value = Tree::read(reader, &member.path(path), problems)?;
                member.span = Span::new(start, reader.offset());
                push(&mut members, member)?;
            }
        }
        let span = Span::new(start, reader.offset());
        reader.finish(problems)?;
        Ok(Object { members, span })
    }

    pub(super) fn get(&self, name: &str) -> Option<(&Member, &Tree)> {
        let member = self
            .members
            .iter()
            .find(|member| member.known == Some(name))?;
        let value = member
            .value
            .as_ref()
            .filter(|value| **value != Tree::Null)?;
        Some((member, value))
    }
}

impl Apply<'_, '_> {
    /// Takes the draft over, to the user that was found or to somebody new.
    pub(super) fn put(mut self, span: Span) -> Result<(UserIx, Done), NotDone> {
        let done = match self.user {
            Some(_) => Done::Updated,
            None => Done::New,
        };
        match self.intake.change(self.user, &mut self.ids) {
            Ok(put) => Ok((put.user, done)),
            Err(refusal) => Err(refused(refusal, self.path, span, self.problems)),
        }
    }

    pub(super) fn refuse(
        &mut self,
        finding: Finding,
        member: Option<&Member>,
        object: &Object,
    ) -> NotDone {
        match member {
            Some(member) => {
                let path = member.path(self.path);
                self.problems.push(finding, &path, member.span);
            }
            None => self.problems.push(finding, self.path, object.span),
        }
        NotDone::Noted
    }

    pub(super) fn flag(
        &mut self,
        object: &Object,
        name: &'static str,
    ) -> Result<Option<bool>, NotDone> {
        match object.get(name) {
            None => Ok(None),
            Some((_, Tree::Bool(flag))) => Ok(Some(*flag)),
            Some((member, _)) => {
                let finding = Finding::error(Code::TrackField).name(name);
                Err(self.refuse(finding, Some(member), object))
            }
        }
    }

    /// Finds whom the object names: of somebody new, or of a token's device, also the ids.
    pub(super) fn find_user(&mut self, object: &Object, what: What) -> Result<(), NotDone> {
        let mut given = ["external_id", "user_alias", "braze_id"]
            .into_iter()
            .filter_map(|name| object.get(name).map(|(member, id)| (name, member, id)));
        let first = given.next();
        if let Some((_, member, _)) = given.next() {
            let finding = Finding::error(Code::TrackIdentifier);
            return Err(self.refuse(finding, Some(member), object));
        }
        let update_only = self.flag(object, "_update_existing_only")?;
        let imports = self.flag(object, "push_token_import")? == Some(true);
        let imports = imports && what == What::Attributes;
        let Some((name, member, id)) = first else {
            if imports {
                return self.find_by_token(object);
            }
            let finding = match ["email", "phone"]
                .into_iter()
                .find(|name| object.get(name).is_some())
            {
                Some(name) => Finding::error(Code::TrackNotLookedUp).name(name),
                None => Finding::error(Code::ProfileNoId),
            };
            return Err(self.refuse(finding, None, object));
        };
        if imports && name != "user_alias" {
            let finding = Finding::error(Code::TrackField).name("push_token_import");
            return Err(self.refuse(finding, Some(member), object));
        }
        let wrong = Finding::error(Code::ProfileType).name(name);
        let id = match (name, id) {
            ("user_alias", id) => {
                let texts = (id.get(b"alias_name"), id.get(b"alias_label"));
                let (Some(Tree::Text(name)), Some(Tree::Text(label))) = texts else {
                    return Err(self.refuse(wrong, Some(member), object));
                };
                self.ids.push_alias(name, label);
                let kind = ProfileIdKind::Alias;
                UserId { kind, name, label }
            }
            (_, Tree::Text(text)) => {
                let kind = if name == "braze_id" {
                    ProfileIdKind::Braze
                } else {
                    ProfileIdKind::External
                };
                self.ids.push(kind, text);
                UserId {
                    kind,
                    name: text,
                    label: &[],
                }
            }
            _ => return Err(self.refuse(wrong, Some(member), object)),
        };
        if self.ids.is_empty() {
            // Empty, or too long to be anybody's.
            return Err(self.refuse(Finding::error(Code::ProfileNoId), Some(member), object));
        }
        self.user = self.intake.directory.user(&id);
        if self.user.is_some() {
            self.ids.clear();
        } else if update_only.unwrap_or(name == "user_alias") {
            let finding = Finding::warning(Code::TrackUnknownUser);
            return Err(self.refuse(finding, Some(member), object));
        }
        Ok(())
    }

    /// An imported token is of the user who has its device, or of somebody new who is known by it.
    fn find_by_token(&mut self, object: &Object) -> Result<(), NotDone> {
        let tokens = object
            .get("push_tokens")
            .filter(|(_, tokens)| is_tokens(tokens));
        let Some((member, Tree::List(tokens))) = tokens else {
            let finding = Finding::error(Code::TrackField).name("push_tokens");
            return Err(self.refuse(finding, None, object));
        };
        let kind = ProfileIdKind::Device;
        for name in tokens.iter().filter_map(device_of) {
            let id = UserId {
                kind,
                name,
                label: &[],
            };
            self.user = self.user.or_else(|| self.intake.directory.user(&id));
            self.ids.push(kind, name);
        }
        if self.ids.is_empty() {
            return Err(self.refuse(Finding::error(Code::ProfileNoId), Some(member), object));
        }
        Ok(())
    }
}

/// Are these push tokens, each an object with a token and its app?
pub(super) fn is_tokens(value: &Tree) -> bool {
    let is_text =
        |token: &Tree, key: &[u8]| token.get(key).is_some_and(|text| text.text().is_some());
    let is_token = |token: &Tree| is_text(token, b"app_id") && is_text(token, b"token");
    matches!(value, Tree::List(tokens) if tokens.iter().all(is_token))
}

/// The device that a token names.
pub(super) fn device_of(token: &Tree) -> Option<&[u8]> {
    token.get(b"device_id")?.text()
}
