//! A row into the profile of its user.
//!
//! **Source**: Braze, "CSV import": `true` and `false` are truth values; numbers have neither spaces nor
//! commas, with a leading zero they are texts; what stands in quotes is a text; a blank field changes
//! nothing; a row that has another number of fields than the header is not taken, nor one with quotes
//! that are neither around a field nor doubled; one that is blank is no row.
//!
//! Ours, as Braze does not say: of single quotes, too, nothing is taken off; `TRUE` and `True` are truth
//! values; a number with a plus sign, an exponent, or beyond the whole numbers that doubles hold is a
//! text, so that it keeps its digits.

use super::cells::Row;
use super::header::{Header, Means, half_alias};
use crate::identity::directory::{Full, Refusal};
use crate::identity::{ProfileIdKind, ProfileIds, UserIx};
use crate::ingest::fields::Holds;
use crate::ingest::intake::Intake;
use crate::ingest::tree::{Tree, owned, push};
use crate::ingest::{change, fields};
use crate::limits::MAX_ID_BYTES;
use crate::path::Path;
use crate::problem::{Code, Finding, Problems, Span};
use crate::profile::AttributeIx;
use alloc::vec::Vec;

/// What became of a row.
pub(super) enum Taken {
    New,
    Known,
    Rejected,
    /// It says nothing.
    Blank,
    /// It was not taken, as is noted, and no other can be.
    Last,
}

impl From<Full> for Taken {
    fn from(_: Full) -> Taken {
        Taken::Last
    }
}

/// The ids and settings of a row that take two fields.
#[derive(Default)]
struct Pairs<'a> {
    alias_name: &'a [u8],
    alias_label: &'a [u8],
    group: &'a [u8],
    state: &'a [u8],
}

/// A row on its way into a profile.
pub(super) struct Take<'a>(pub(super) &'a Row<'a>);

impl Take<'_> {
    /// Takes the row into a profile.
    pub(super) fn take(
        &self,
        header: &mut Header,
        intake: &mut Intake<'_>,
        ids: &mut ProfileIds,
        problems: &mut Problems,
    ) -> Taken {
        if header.is_again(self.0) {
            return Taken::Blank;
        }
        if !self.0.is_text(problems) {
            return Taken::Rejected;
        }
        if self.0.text.is_empty() {
            return Taken::Blank;
        }
        if header.is_another(self.0) {
            let finding = Finding::error(Code::CsvOtherHeader);
            problems.push(finding, &Path::Root, self.0.span());
            return Taken::Last;
        }
        if self.0.count != header.columns.len() {
            let finding = Finding::error(Code::CsvFields)
                .numbers(self.0.count as u32, header.columns.len() as u32);
            problems.push(finding, &Path::Root, self.0.span());
            return Taken::Rejected;
        }
        match self.put(header, intake, ids, problems) {
            Ok(taken) | Err(taken) => {
                if let Taken::Last = taken {
                    let finding = Finding::error(Code::LimitMemory);
                    problems.push(finding, &Path::Root, self.0.span());
                }
                taken
            }
        }
    }

    fn put(
        &self,
        header: &mut Header,
        intake: &mut Intake<'_>,
        ids: &mut ProfileIds,
        problems: &mut Problems,
    ) -> Result<Taken, Taken> {
        ids.clear();
        intake.draft.clear();
        let mut pairs = Pairs::default();
        let mut start = 0;
        for (index, cell) in self.0.cells.iter().enumerate() {
            let text = self.0.text.get(start..cell.end).unwrap_or(&[]);
            start = cell.end;
            if !text.is_empty() {
                let is_quoted = self.0.raw.get(cell.from) == Some(&b'"');
                self.put_field(
                    index,
                    Field {
                        text,
                        is_quoted,
                        span: cell.span(),
                    },
                    &mut pairs,
                    header,
                    intake,
                    ids,
                    problems,
                )?;
            }
        }
        match (pairs.alias_name, pairs.alias_label) {
            (b"", b"") => {}
            (name, label) if !name.is_empty() && !label.is_empty() => ids.push_alias(name, label),
            (name, _) => {
                problems.push(half_alias(!name.is_empty()), &Path::Root, self.0.span());
                return Ok(Taken::Rejected);
            }
        }
        let user = intake.directory.whose(ids)?;
        if let Some((id, state)) = self.group(&pairs, problems) {
            let mut group = Vec::new();
            for (key, text) in [(change::GROUP_ID, id), (change::GROUP_STATE, state)] {
                push(&mut group, (owned(key)?, Tree::Text(owned(text)?)))?;
            }
            let mut groups = Vec::new();
            push(&mut groups, Tree::Object(group))?;
            intake.set_groups(user, Some(groups))?;
        }
        self.answer(user, intake, ids, problems)
    }

    fn answer(
        &self,
        user: Option<UserIx>,
        intake: &mut Intake<'_>,
        ids: &mut ProfileIds,
        problems: &mut Problems,
    ) -> Result<Taken, Taken> {
        match intake.change(user, ids) {
            Ok(put) => {
                if put.taken_aliases > 0 {
                    let finding = Finding::warning(Code::ProfileAliasTaken);
                    problems.push(finding, &Path::Root, self.0.span());
                }
                if put.taken_ids > 0 {
                    let finding = Finding::warning(Code::ProfileIdsDisagree);
                    problems.push(finding, &Path::Root, self.0.span());
                }
                Ok(if put.is_new { Taken::New } else { Taken::Known })
            }
            Err(Refusal::Memory) => Err(Taken::Last),
            Err(refusal) => {
                problems.push(refusal.finding(), &Path::Root, self.0.span());
                Ok(Taken::Rejected)
            }
        }
    }

    /// The subscription group that the row names and its state, if it says both.
    ///
    /// **Source**: Braze, "CSV import": a row says one group's state, and others stay.
    fn group<'a>(
        &self,
        pairs: &Pairs<'a>,
        problems: &mut Problems,
    ) -> Option<(&'a [u8], &'a [u8])> {
        if pairs.group.is_empty() && pairs.state.is_empty() {
            return None;
        }
        let name = if pairs.group.is_empty() {
            "subscription_group_id"
        } else if change::is_group_state(pairs.state) {
            return Some((pairs.group, pairs.state));
        } else {
            "subscription_state"
        };
        let path = Path::Key(&Path::Root, name);
        problems.push(fields::wrong(name), &path, self.0.span());
        None
    }

    #[expect(clippy::too_many_arguments, reason = "all that a row is read into")]
    fn put_field<'a>(
        &self,
        index: usize,
        field: Field<'a>,
        pairs: &mut Pairs<'a>,
        header: &mut Header,
        intake: &mut Intake<'_>,
        ids: &mut ProfileIds,
        problems: &mut Problems,
    ) -> Result<(), Full> {
        let Some(means) = header.columns.get(index).map(|column| column.means) else {
            return Ok(());
        };
        match means {
            Means::LeftOut => {}
            Means::Id(kind, name) => put_id(kind, name, &field, ids, problems),
            Means::AliasName => {
                pairs.alias_name = field.text;
                check_id("user_alias_name", &field, problems);
            }
            Means::AliasLabel => {
                pairs.alias_label = field.text;
                check_id("user_alias_label", &field, problems);
            }
            Means::GroupId => pairs.group = field.text,
            Means::GroupState => pairs.state = field.text,
            Means::Custom => {
                let value = if field.is_quoted {
                    Value::Text(field.text)
                } else {
                    Value::of(field.text)
                };
                put_value(value, index, header, intake)?;
            }
            Means::Field(name, holds) => match default_value(holds, field.text) {
                Some(value) => put_value(value, index, header, intake)?,
                None => {
                    let path = Path::Key(&Path::Root, name);
                    problems.push(fields::wrong(name), &path, field.span);
                }
            },
        }
        Ok(())
    }
}

/// A field that is not blank.
struct Field<'a> {
    text: &'a [u8],
    is_quoted: bool,
    span: Span,
}

/// A single value.
#[derive(Clone, Copy)]
enum Value<'a> {
    Bool(bool),
    Number(f64),
    Text(&'a [u8]),
}

impl Value<'_> {
    /// What a field without quotes says.
    fn of(text: &[u8]) -> Value<'_> {
        let value = truth(text).map(Value::Bool);
        let value = value.or_else(|| number(text).map(Value::Number));
        value.unwrap_or(Value::Text(text))
    }
}

fn truth(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case(b"false").then_some(false)
}

/// A number without leading zeros, whose digits a double keeps.
fn number(text: &[u8]) -> Option<f64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let mut parts = digits.splitn(2, |&byte| byte == b'.');
    let whole = parts.next()?;
    let is_number = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let has_leading_zero = whole.len() > 1 && whole.starts_with(b"0");
    if !is_number(whole) || has_leading_zero || !parts.next().is_none_or(is_number) {
        return None;
    }
    // Beyond 2^53 - 1 not every whole number is one.
    let number: f64 = core::str::from_utf8(text).ok()?.parse().ok()?;
    (number.abs() <= 9_007_199_254_740_991.0).then_some(number)
}

/// What a default field says; `None` if Braze does not have it there.
fn default_value(holds: Holds, text: &[u8]) -> Option<Value<'_>> {
    match holds {
        Holds::Bool => truth(text).map(Value::Bool),
        Holds::Number => number(text).map(Value::Number),
        _ => holds.text(text).map(Value::Text),
    }
}

fn put_value(
    value: Value<'_>,
    index: usize,
    header: &mut Header,
    intake: &mut Intake<'_>,
) -> Result<(), Full> {
    let Some(attribute) = attribute(index, header, intake)? else {
        return Ok(());
    };
    match value {
        Value::Bool(truth) => intake.draft.bool(attribute, truth),
        Value::Number(number) => intake.draft.number(attribute, number),
        Value::Text(text) => intake.draft.text(attribute, text),
    }
}

/// The attribute of a column, looked up until the store knows it.
fn attribute(
    index: usize,
    header: &mut Header,
    intake: &mut Intake<'_>,
) -> Result<Option<AttributeIx>, Full> {
    let Some(column) = header.columns.get(index) else {
        return Ok(None);
    };
    let (Some(namespace), None) = (column.means.namespace(), column.attribute) else {
        return Ok(column.attribute);
    };
    let name = header.name(column);
    let known = intake.profiles.find(namespace, name)?;
    if known.is_none() {
        return intake.number(namespace, name).map(Some);
    }
    if let Some(column) = header.columns.get_mut(index) {
        column.attribute = known;
    }
    Ok(known)
}

fn put_id(
    kind: ProfileIdKind,
    name: &'static str,
    field: &Field<'_>,
    ids: &mut ProfileIds,
    problems: &mut Problems,
) {
    check_id(name, field, problems);
    ids.push(kind, field.text);
}

fn check_id(name: &'static str, field: &Field<'_>, problems: &mut Problems) {
    if field.text.len() > MAX_ID_BYTES {
        let finding = Finding::warning(Code::IdLong).numbers(MAX_ID_BYTES as u32, 0);
        problems.push(finding, &Path::Key(&Path::Root, name), field.span);
    }
}
