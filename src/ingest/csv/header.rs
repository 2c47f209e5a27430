//! The columns that the first row names.

use super::cells::Row;
use super::names;
use crate::identity::ProfileIdKind;
use crate::identity::directory::Full;
use crate::ingest::fields::{self, Holds};
use crate::json::BOM;
use crate::limits::MAX_CSV_COLUMNS;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::{AttributeIx, Namespace, order};
use alloc::vec::Vec;
use core::ops::Range;

/// What the fields of a column are.
#[derive(Clone, Copy)]
pub(super) enum Means {
    Id(ProfileIdKind, &'static str),
    AliasName,
    AliasLabel,
    GroupId,
    GroupState,
    /// A default field.
    Field(&'static str, Holds),
    /// A custom attribute.
    Custom,
    /// Nothing.
    LeftOut,
}

/// A column.
pub(super) struct Column {
    pub(super) means: Means,
    name: Range<usize>,
    /// Its attribute, once the store knows it.
    pub(super) attribute: Option<AttributeIx>,
}

/// The columns.
#[derive(Default)]
pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    names: Vec<u8>,
    /// Where each name ends, also of a column that is left out.
    ends: Vec<usize>,
    /// The row as it came.
    raw: Vec<u8>,
}

/// Why there is no header.
pub(super) enum NoHeader {
    /// A fault that is noted.
    Noted,
    Full,
}

impl From<Full> for NoHeader {
    fn from(_: Full) -> NoHeader {
        NoHeader::Full
    }
}

impl From<alloc::collections::TryReserveError> for NoHeader {
    fn from(_: alloc::collections::TryReserveError) -> NoHeader {
        NoHeader::Full
    }
}

impl Means {
    fn of(name: &[u8]) -> Means {
        match name {
            b"external_id" => Means::Id(ProfileIdKind::External, "external_id"),
            b"braze_id" => Means::Id(ProfileIdKind::Braze, "braze_id"),
            b"user_alias_name" => Means::AliasName,
            b"user_alias_label" => Means::AliasLabel,
            b"subscription_group_id" => Means::GroupId,
            b"subscription_state" => Means::GroupState,
            b"" => Means::LeftOut,
            _ => match fields::default_field(name) {
                Some((name, holds)) => Means::Field(name, holds),
                None => Means::Custom,
            },
        }
    }

    /// The namespace of the attribute, if it is one by itself.
    pub(super) fn namespace(self) -> Option<Namespace> {
        match self {
            Means::Field(..) => Some(Namespace::Default),
            Means::Custom => Some(Namespace::Custom),
            _ => None,
        }
    }
}

impl Header {
    /// The name of a column.
    pub(super) fn name(&self, column: &Column) -> &[u8] {
        self.names.get(column.name.clone()).unwrap_or(&[])
    }

    /// Is the row this header again? So begins the next file of several that come as one, such as those
    /// of a zip.
    pub(super) fn is_again(&self, row: &Row<'_>) -> bool {
        // A mark of byte order before a quote makes another text of the first field.
        if row.raw_fields().strip_prefix(BOM) == Some(&self.raw) {
            return true;
        }
        let text = row.text.strip_prefix(BOM).unwrap_or(row.text);
        let mark = row.text.len() - text.len();
        let ends = row.cells.iter().map(|cell| cell.end);
        text == self.names
            && row.count == self.columns.len()
            && ends.eq(self.ends.iter().map(|end| end + mark))
    }

    /// Is the row another header? Its rows would be read by the columns of this one, which nothing else
    /// would tell. Nobody's id is the name of a column of ids.
    pub(super) fn is_another(&self, row: &Row<'_>) -> bool {
        let mut start = 0;
        let mut texts = row.cells.iter().map(|cell| {
            let text = row.text.get(start..cell.end).unwrap_or(&[]);
            start = cell.end;
            text
        });
        let is_id = |means| matches!(means, Means::Id(..) | Means::AliasName | Means::AliasLabel);
        let (mut names_id, mut names_user) = (false, false);
        for (index, text) in texts.by_ref().enumerate() {
            let text = text.strip_prefix(BOM).unwrap_or(text);
            let means = Means::of(text);
            names_id |= is_id(means);
            names_user |= self
                .columns
                .get(index)
                .is_some_and(|column| is_id(column.means))
                && !matches!(means, Means::Custom | Means::LeftOut);
        }
        names_id && names_user
    }

    /// Reads the first row.
    ///
    /// **Errors**: [`NoHeader`] where no row could be taken.
    pub(super) fn read(row: &Row<'_>, problems: &mut Problems) -> Result<Header, NoHeader> {
        if row.count > MAX_CSV_COLUMNS {
            let finding = Finding::error(Code::CsvColumns).numbers(MAX_CSV_COLUMNS as u32, 0);
            problems.push(finding, &Path::Root, row.span());
            return Err(NoHeader::Noted);
        }
        if !row.is_text(problems) {
            return Err(NoHeader::Noted);
        }
        let mut header = Header::default();
        header.columns.try_reserve_exact(row.count)?;
        header.names.try_reserve_exact(row.text.len())?;
        header.names.extend_from_slice(row.text);
        header.ends.try_reserve_exact(row.cells.len())?;
        header.ends.extend(row.cells.iter().map(|cell| cell.end));
        header.raw.try_reserve_exact(row.raw_fields().len())?;
        header.raw.extend_from_slice(row.raw_fields());
        let mut start = 0;
        for cell in row.cells {
            header.columns.push(Column {
                means: Means::of(row.text.get(start..cell.end).unwrap_or(&[])),
                name: start..cell.end,
                attribute: None,
            });
            start = cell.end;
        }
        for (index, cell) in row.cells.iter().enumerate() {
            header.check(index, cell.span(), problems);
        }
        header.leave_out_repeats(row, problems)?;
        header.check_ids(row, problems)?;
        Ok(header)
    }

    fn leave_out_repeats(
        &mut self,
        row: &Row<'_>,
        problems: &mut Problems,
    ) -> Result<(), NoHeader> {
        let mut order: Vec<usize> = Vec::new();
        order.try_reserve_exact(self.columns.len())?;
        order.extend(0..self.columns.len());
        let name = |index: usize| self.columns.get(index).map(|column| self.name(column));
        order::sort(&mut order, &mut |one, other| {
            (name(one), one).cmp(&(name(other), other))
        });
        // WHY: in place, so that no second list is needed: what comes first of a name counts.
        order.dedup_by(|later, first| {
            let is_named = name(*later).is_some_and(|name| !name.is_empty());
            if !is_named || name(*later) != name(*first) {
                return false;
            }
            if let Some(cell) = row.cells.get(*later) {
                let finding = Finding::error(Code::CsvColumnTwice);
                problems.push(finding, &path_of(*later), cell.span());
            }
            true
        });
        order::sort(&mut order, &mut |one, other| one.cmp(&other));
        let mut first = order.into_iter().peekable();
        for (index, column) in self.columns.iter_mut().enumerate() {
            if first.next_if_eq(&index).is_none() {
                column.means = Means::LeftOut;
                column.name = 0..0;
            }
        }
        Ok(())
    }

    fn check(&mut self, index: usize, span: Span, problems: &mut Problems) {
        let Some(column) = self.columns.get(index) else {
            return;
        };
        let name = self.name(column);
        let finding = match column.means {
            Means::LeftOut => Finding::warning(Code::CsvColumnUnnamed),
            Means::Custom => match names::nearest(name) {
                Some(near) => Finding::warning(Code::CsvColumnNear).name(near),
                None => match list_named(name) {
                    Some(list) => Finding::warning(Code::CsvColumnList).name(list),
                    None => return,
                },
            },
            Means::Field(name, holds) if !is_single(holds) => {
                Finding::warning(Code::CsvColumnList).name(name)
            }
            _ => return,
        };
        if finding.code == Code::CsvColumnList
            && let Some(column) = self.columns.get_mut(index)
        {
            column.means = Means::LeftOut;
        }
        problems.push(finding, &path_of(index), span);
    }

    fn check_ids(&mut self, row: &Row<'_>, problems: &mut Problems) -> Result<(), NoHeader> {
        let has = |means: fn(Means) -> bool| self.columns.iter().any(|column| means(column.means));
        let has_external = has(|means| matches!(means, Means::Id(ProfileIdKind::External, _)));
        let has_id = has(|means| matches!(means, Means::Id(..)));
        let has_name = has(|means| matches!(means, Means::AliasName));
        let has_label = has(|means| matches!(means, Means::AliasLabel));
        if has_name != has_label {
            problems.push(half_alias(has_name), &Path::Root, row.span());
            for column in &mut self.columns {
                if matches!(column.means, Means::AliasName | Means::AliasLabel) {
                    column.means = Means::LeftOut;
                }
            }
        }
        if !(has_id || has_name && has_label) {
            problems.push(Finding::error(Code::CsvNoId), &Path::Root, row.span());
            return Err(NoHeader::Noted);
        }
        if has_external && has_name && has_label {
            problems.push(Finding::warning(Code::CsvTwoIds), &Path::Root, row.span());
        }
        Ok(())
    }
}

/// An alias of which one half is there alone.
pub(super) fn half_alias(has_name: bool) -> Finding {
    Finding::error(Code::AliasFieldMissing).name(if has_name {
        "user_alias_label"
    } else {
        "user_alias_name"
    })
}

/// Where a column stands that has no name of the schema, among all.
pub(super) fn path_of(index: usize) -> Path<'static> {
    Path::Unknown(&Path::Root, index as u32)
}

/// Can a field of a row hold it?
fn is_single(holds: Holds) -> bool {
    matches!(
        holds,
        Holds::Text | Holds::Number | Holds::Bool | Holds::Day | Holds::State | Holds::TimeZone
    )
}

/// Ids and settings that are lists, and no default fields of their own.
fn list_named(name: &[u8]) -> Option<&'static str> {
    [
        "deprecated_external_ids",
        "subscription_groups",
        "user_aliases",
    ]
    .into_iter()
    .find(|list| list.as_bytes() == name)
}
