//! A profile as JSON, as Braze exports it.

use super::Workspace;
use crate::identity::{ProfileIdKind, UserIx};
use crate::json::write::{reserve, string};
use crate::problem::Code;
use crate::profile::{AttributeIx, Item, Namespace, Scalar};
use alloc::vec::Vec;
use core::fmt::Write as _;

/// An object or an array that is being written, and whether something stands in it.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// Of the value at hand, whether a comma is due.
    comma: bool,
    failed: bool,
}

impl core::fmt::Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.raw(text.as_bytes());
        Ok(())
    }
}

impl<'a> Writer<'a> {
    /// One that appends a value.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Writer<'a> {
        Writer {
            out,
            comma: false,
            failed: false,
        }
    }

    /// `limit.memory` where not all could be written.
    pub(super) fn finish(self) -> Result<(), Code> {
        if self.failed {
            return Err(Code::LimitMemory);
        }
        Ok(())
    }

    /// A value as it is written in JSON.
    pub(super) fn value(&mut self, json: &[u8]) {
        self.next();
        self.raw(json);
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.failed |= reserve(self.out, bytes.len()).is_err();
        if !self.failed {
            self.out.extend_from_slice(bytes);
        }
    }

    pub(super) fn text(&mut self, text: &[u8]) {
        self.failed = self.failed || string(text, self.out).is_err();
    }

    /// Before a value or a key.
    pub(super) fn next(&mut self) {
        if core::mem::replace(&mut self.comma, true) {
            self.raw(b",");
        }
    }

    pub(super) fn open(&mut self, bracket: &[u8]) {
        self.next();
        self.raw(bracket);
        self.comma = false;
    }

    pub(super) fn close(&mut self, bracket: &[u8]) {
        self.raw(bracket);
        self.comma = true;
    }

    pub(super) fn key(&mut self, key: &[u8]) {
        self.next();
        self.text(key);
        self.raw(b":");
        self.comma = false;
    }

    pub(super) fn field(&mut self, key: &str, text: &[u8]) {
        self.key(key.as_bytes());
        self.next();
        self.text(text);
    }

    pub(super) fn scalar(&mut self, scalar: Scalar<'_>) {
        self.next();
        match scalar {
            Scalar::Bool(true) => self.raw(b"true"),
            Scalar::Bool(false) => self.raw(b"false"),
            // The shortest digits that read as the same double.
            Scalar::Number(number) => {
                let _ = write!(self, "{number}");
            }
            Scalar::Text(text) => self.text(text),
            Scalar::Time(time) => self.text(&time.text()),
        }
    }

    /// A part of a value; `closing` are the brackets that are open.
    fn item<'i>(
        &mut self,
        item: Item<'_>,
        id: impl Fn(u32) -> &'i [u8],
        closing: &mut Vec<&'static [u8]>,
    ) {
        match item {
            Item::Null => self.value(b"null"),
            Item::Scalar(scalar) => self.scalar(scalar),
            Item::Id(number) => {
                self.next();
                self.text(id(number));
            }
            Item::Key(key) => self.key(key),
            Item::BeginList(_) => {
                self.open(b"[");
                closing.push(b"]");
            }
            Item::BeginObject(_) => {
                self.open(b"{");
                closing.push(b"}");
            }
            Item::End => {
                let bracket = closing.pop().unwrap_or(b"");
                self.close(bracket);
            }
        }
    }
}

impl Workspace {
    /// Appends what is known of a user, as a JSON object with the fields of Braze's export: the ids,
    /// then default fields, then custom attributes. Nothing for a user that is not known.
    ///
    /// It reads as what was loaded, but for null and what is empty of ids and custom attributes,
    /// which are left out, for time zones, which have the IANA's names, and for coordinates, of
    /// which the longitude comes first.
    ///
    /// **Errors**: `limit.memory`.
    ///
    /// **Cost**: two passes over the user's values.
    pub fn write_profile(&self, user: UserIx, out: &mut Vec<u8>) -> Result<(), Code> {
        if !self.directory.is_known(user) {
            return Ok(());
        }
        let mut writer = Writer::new(out);
        writer.open(b"{");
        self.write_ids(user, &mut writer);
        self.write_bare_devices(user, &mut writer);
        self.write_fields(user, Namespace::Default, &mut writer);
        let is_custom = |attribute| self.namespace(attribute) == Some(Namespace::Custom);
        let mut has_custom = false;
        self.profiles
            .each(user, &mut |attribute, _| has_custom |= is_custom(attribute));
        if has_custom {
            writer.key(b"custom_attributes");
            writer.open(b"{");
            self.write_fields(user, Namespace::Custom, &mut writer);
            writer.close(b"}");
        }
        writer.close(b"}");
        writer.finish()
    }

    fn namespace(&self, attribute: AttributeIx) -> Option<Namespace> {
        self.profiles
            .name(attribute)
            .map(|(namespace, _)| namespace)
    }

    fn write_ids(&self, user: UserIx, writer: &mut Writer<'_>) {
        let of = |kind| move |id: &crate::identity::directory::UserId<'_>| id.kind == kind;
        let ids = || self.directory.ids(user);
        for (kind, field) in [
            (ProfileIdKind::External, "external_id"),
            (ProfileIdKind::Braze, "braze_id"),
        ] {
            if let Some(id) = ids().find(of(kind)) {
                writer.field(field, id.name);
            }
        }
        if ids().any(|id| id.kind == ProfileIdKind::Deprecated) {
            writer.key(b"deprecated_external_ids");
            writer.open(b"[");
            for id in ids().filter(of(ProfileIdKind::Deprecated)) {
                writer.next();
                writer.text(id.name);
            }
            writer.close(b"]");
        }
        if ids().any(|id| id.kind == ProfileIdKind::Alias) {
            writer.key(b"user_aliases");
            writer.open(b"[");
            for id in ids().filter(of(ProfileIdKind::Alias)) {
                writer.open(b"{");
                writer.field("alias_name", id.name);
                writer.field("alias_label", id.label);
                writer.close(b"}");
            }
            writer.close(b"]");
        }
    }

    /// Devices of which no more is known than their ids: those are the directory's alone.
    fn write_bare_devices(&self, user: UserIx, writer: &mut Writer<'_>) {
        let mut has_more = false;
        self.profiles.each(user, &mut |attribute, _| {
            has_more |= matches!(
                self.profiles.name(attribute),
                Some((Namespace::Default, b"devices" | b"push_tokens"))
            );
        });
        let ids = || self.directory.ids(user);
        if has_more || !ids().any(|id| id.kind == ProfileIdKind::Device) {
            return;
        }
        writer.key(b"devices");
        writer.open(b"[");
        for id in ids().filter(|id| id.kind == ProfileIdKind::Device) {
            writer.open(b"{");
            writer.field("device_id", id.name);
            writer.close(b"}");
        }
        writer.close(b"]");
    }

    fn write_fields(&self, user: UserIx, namespace: Namespace, writer: &mut Writer<'_>) {
        // INVARIANT: a profile's devices are what it said last, so their numbers are the directory's.
        let device = |number: u32| {
            let ids = self.directory.ids(user);
            let mut devices = ids.filter(|id| id.kind == ProfileIdKind::Device);
            devices.nth(number as usize).map_or(&[][..], |id| id.name)
        };
        let mut at = None;
        let mut closing = Vec::new();
        self.profiles.each(user, &mut |attribute, item| {
            let Some((_, name)) = self
                .profiles
                .name(attribute)
                .filter(|(of, _)| *of == namespace)
            else {
                return;
            };
            if at.replace(attribute) != Some(attribute) {
                writer.key(name);
            }
            writer.item(item, device, &mut closing);
        });
    }
}
