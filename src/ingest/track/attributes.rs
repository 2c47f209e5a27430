//! What an object of attributes changes.

use super::NotDone;
use super::object::{Apply, Object, SET, device_of, is_tokens};
use super::operations::{NoChange, changed};
use crate::identity::ProfileIdKind;
use crate::identity::directory::Full;
use crate::ingest::change::{GROUP_ID, GROUP_STATE, is_group_state};
use crate::ingest::fields;
use crate::ingest::tree::{Tree, owned, push};
use crate::json::Kind;
use crate::problem::{Code, Finding};
use crate::profile::Namespace;
use alloc::vec::Vec;

impl Apply<'_, '_> {
    pub(super) fn set(
        &mut self,
        namespace: Namespace,
        name: &[u8],
        value: &Tree,
    ) -> Result<(), Full> {
        self.intake.set(namespace, name, value)
    }

    pub(super) fn attributes(&mut self, object: Object, merges: bool) -> Result<(), NotDone> {
        let mut is_wrong = false;
        for member in object.members {
            let path = member.path(self.path);
            // Of a number that no double holds it is told that it is left out.
            let Some(value) = member.value else {
                continue;
            };
            let name = match member.known {
                Some(
                    "external_id"
                    | "user_alias"
                    | "braze_id"
                    | "_merge_objects"
                    | "_update_existing_only"
                    | "push_token_import",
                ) => continue,
                Some(name) => name,
                None => "",
            };
            let done = match name {
                "current_location" => self.location(value)?,
                "facebook" | "twitter" => match value {
                    Tree::Null | Tree::Object(_) => {
                        self.set(Namespace::Default, name.as_bytes(), &value)?;
                        true
                    }
                    _ => false,
                },
                "push_tokens" => self.push_tokens(value)?,
                "subscription_groups" => self.subscription_groups(value)?,
                name if SET.contains(&name) => self.field(name, value)?,
                _ => match self.custom(&member.name, value, merges) {
                    Ok(()) => true,
                    Err(NoChange::Full) => return Err(NotDone::Full),
                    Err(NoChange::Number) => {
                        let finding = Finding::error(Code::TrackOperation).name("inc");
                        self.problems.push(finding, &path, member.span);
                        is_wrong = true;
                        true
                    }
                    Err(NoChange::Operation(name)) => {
                        let finding = Finding::error(Code::TrackOperation).name(name);
                        self.problems.push(finding, &path, member.span);
                        is_wrong = true;
                        true
                    }
                },
            };
            if !done {
                self.problems.push(fields::wrong(name), &path, member.span);
            }
        }
        if is_wrong {
            Err(NotDone::Noted)
        } else {
            Ok(())
        }
    }

    fn custom(&mut self, name: &[u8], value: Tree, merges: bool) -> Result<(), NoChange> {
        // What is set does not depend on what was.
        let now = match value {
            Tree::Object(_) => self.intake.value(self.user, Namespace::Custom, name)?,
            _ => None,
        };
        let value = changed(now, value, merges)?;
        Ok(self.set(Namespace::Custom, name, &value)?)
    }

    /// A default field of one value; false if Braze does not have that there.
    fn field(&mut self, name: &'static str, value: Tree) -> Result<bool, Full> {
        let Some((_, holds)) = fields::default_field(name.as_bytes()) else {
            return Ok(false);
        };
        let value = match value {
            Tree::Text(text) => match holds.text(&text) {
                Some(text) => Tree::Text(owned(text)?),
                None => return Ok(false),
            },
            value @ Tree::Bool(_) if holds.takes(Kind::True) => value,
            Tree::Null => Tree::Null,
            _ => return Ok(false),
        };
        self.set(Namespace::Default, name.as_bytes(), &value)?;
        Ok(true)
    }

    fn location(&mut self, value: Tree) -> Result<bool, Full> {
        let within = |name: &[u8], most: f64| {
            let number = value.get(name).and_then(Tree::number);
            number.filter(|number| number.abs() <= most)
        };
        let pair = within(b"longitude", 180.0).zip(within(b"latitude", 90.0));
        let mut list = Vec::new();
        let value = match pair {
            Some((longitude, latitude)) => {
                push(&mut list, Tree::Number(longitude))?;
                push(&mut list, Tree::Number(latitude))?;
                Tree::List(list)
            }
            None if value == Tree::Null => Tree::Null,
            None => return Ok(false),
        };
        self.set(Namespace::Default, b"last_coordinates", &value)?;
        Ok(true)
    }

    /// Tokens come to those that there are, as Braze exports them.
    fn push_tokens(&mut self, value: Tree) -> Result<bool, Full> {
        const NAME: &[u8] = b"push_tokens";
        if !is_tokens(&value) {
            let is_null = value == Tree::Null;
            if is_null {
                self.set(Namespace::Default, NAME, &value)?;
            }
            return Ok(is_null);
        }
        let Tree::List(mut tokens) = value else {
            return Ok(false);
        };
        let device = ProfileIdKind::Device;
        for token in &mut tokens {
            if let Some(name) = device_of(token) {
                let has = self.user.is_some_and(|user| {
                    let mut ids = self.intake.directory.ids(user);
                    ids.any(|id| id.kind == device && id.name == name)
                });
                if !has {
                    self.ids.push(device, name);
                }
            }
            if let Tree::Object(fields) = token {
                let app = fields.iter_mut().find(|(key, _)| key == b"app_id");
                if let Some((key, _)) = app {
                    *key = owned(b"app")?;
                }
            }
        }
        let now = self.intake.value(self.user, Namespace::Default, NAME)?;
        let devices = self
            .intake
            .value(self.user, Namespace::Default, b"devices")?;
        if let (Some(user), None, None) = (self.user, &now, &devices) {
            // Devices of which no more is known than their ids are written by the directory, but
            // not beside tokens.
            let devices = self.intake.bare_devices(user)?;
            if !devices.is_empty() {
                self.set(Namespace::Default, b"devices", &Tree::List(devices))?;
            }
        }
        self.intake.set_list(NAME, now, tokens, b"token")?;
        Ok(true)
    }

    /// States of groups come to those that there are.
    fn subscription_groups(&mut self, value: Tree) -> Result<bool, Full> {
        let groups = match value {
            Tree::Null => None,
            Tree::List(groups) => {
                let is_group = |group: &Tree| {
                    let state = group.get(GROUP_STATE).and_then(Tree::text);
                    group.get(GROUP_ID).is_some_and(|id| id.text().is_some())
                        && state.is_some_and(is_group_state)
                };
                if !groups.iter().all(is_group) {
                    return Ok(false);
                }
                Some(groups)
            }
            _ => return Ok(false),
        };
        self.intake.set_groups(self.user, groups)?;
        Ok(true)
    }
}
