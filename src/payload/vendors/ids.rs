//! Whom a message names.

use super::list::IdField;
use super::member::{self, Wanted};
use super::reader::Payload;
use crate::json::{Kind, Reader, Step, Text};
use crate::path::Path;
use crate::payload::{body, braze};
use crate::problem::{Code, Finding, Problems};

/// What somebody is to do with an id, or is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The message decides.
    Open,
    Enters,
    Leaves,
    IsMember,
}

/// What an id is to Braze.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdKind {
    /// Whatever the caller says that the vendor's ids are.
    User,
    /// A device.
    Device,
    /// An alias's name.
    Alias,
}

/// An id as it stands in the body.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub id: Text,
    /// Of an alias.
    pub label: Text,
    pub kind: IdKind,
    pub role: Role,
    /// The index of its message.
    pub message: u32,
}

impl Payload<'_> {
    /// The list of members at the cursor.
    pub(super) fn members(
        &mut self,
        role: Role,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        if reader.kind(path, problems)? != Kind::Array {
            return member::wrong_type(reader, path, problems);
        }
        let mut items = reader.array(path, problems)?;
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            self.member(role, reader, &Path::Index(path, index), problems)?;
        }
        Ok(())
    }

    /// The object of a member at the cursor.
    pub(super) fn member(
        &mut self,
        role: Role,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let key = self.now.key.decode(self.scout.body);
        let wanted = match (self.id_field, self.vendor.id_field) {
            (Some(given), _) => Wanted::Named(given),
            (None, IdField::Named(name)) => Wanted::Known(name),
            _ if self.vendor.adapter.key.is_none() => Wanted::Only(&self.only),
            _ if self.now.key.is_missing() => return reader.skip(path, problems),
            _ => Wanted::Named(&key),
        };
        let id = member::member(wanted, reader, path, problems)?;
        self.keep(id, IdKind::User, role, path, problems)
    }

    /// The list of texts at the cursor.
    pub(super) fn ids(
        &mut self,
        kind: IdKind,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        if reader.kind(path, problems)? != Kind::Array {
            return member::wrong_type(reader, path, problems);
        }
        let mut items = reader.array(path, problems)?;
        while let Some(index) = reader.next_item(&mut items, path, problems)? {
            let path = &Path::Index(path, index);
            let id = member::id(reader, path, problems)?;
            self.keep(id, kind, Role::Open, path, problems)?;
        }
        Ok(())
    }

    /// The aliases at the cursor: a list, or a single one.
    pub(super) fn aliases(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        match reader.kind(path, problems)? {
            Kind::Object => self.alias(reader, path, problems),
            Kind::Array => {
                let mut items = reader.array(path, problems)?;
                while let Some(index) = reader.next_item(&mut items, path, problems)? {
                    let path = &Path::Index(path, index);
                    if reader.kind(path, problems)? == Kind::Object {
                        self.alias(reader, path, problems)?;
                    } else {
                        reader.refuse(Finding::error(Code::AliasType), path, problems)?;
                    }
                }
                Ok(())
            }
            _ => member::wrong_type(reader, path, problems),
        }
    }

    fn alias(
        &mut self,
        reader: &mut Reader<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        let [id, label] = braze::alias::read(reader, false, path, problems)?;
        if id.is_missing() || label.is_missing() {
            return Ok(());
        }
        // A plan has no alias whose label is empty.
        if label.is_empty() {
            let path = &Path::Key(path, "alias_label");
            let finding = Finding::error(Code::VendorType).name("alias_label");
            problems.push(finding, path, label.span());
            return Ok(());
        }
        self.keep(id, IdKind::Alias, Role::Open, path, problems)?;
        if let Some(entry) = self.entries.last_mut() {
            entry.label = label;
        }
        Ok(())
    }

    /// Keeps an id.
    pub(super) fn keep(
        &mut self,
        id: Text,
        kind: IdKind,
        role: Role,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Step<()> {
        if id.is_missing() {
            return Ok(());
        }
        let entry = Entry {
            id,
            label: Text::MISSING,
            kind,
            role,
            message: 0,
        };
        body::push(&mut self.entries, entry, id.span().start, path, problems)
    }
}
