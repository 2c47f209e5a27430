//! What a condition looks at, and whether any loaded profile has it: partial exports, and operands of another type
//! than the values, give answers that nobody meant.

use super::names::{At, Names};
use super::rule::{Channel, Predicate, Subject};
use crate::problem::{Code, Finding, Problems};

/// What values an operator can hold for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Texts, among them times.
    Text,
    /// Numbers.
    Number,
    /// Truth values.
    Bool,
    /// Lists and objects.
    Tree,
}

/// Tells, of a condition whose names are known, that no loaded profile has what it is about, or none with a value
/// that its operator can hold for.
pub(super) fn tell(
    subject: &Subject,
    predicate: &Predicate,
    names: &dyn Names,
    (path, span): At<'_>,
    problems: &mut Problems,
) {
    let finding = if let Some(field) = field_of(subject)
        && !names.has_field(field)
    {
        Finding::warning(Code::SegmentNotLoaded).name(field)
    } else if let Subject::Custom { name, path } = subject
        && path.is_empty()
        && !kinds_of(predicate).is_empty()
        && !kinds_of(predicate)
            .iter()
            .any(|kind| names.has_kind(name, *kind))
    {
        Finding::warning(Code::SegmentOtherType)
    } else {
        return;
    };
    problems.push(finding, path, span);
}

/// The field of an export, where all that a condition is about stands in one; of devices the directory tells as well.
fn field_of(subject: &Subject) -> Option<&'static str> {
    Some(match subject {
        Subject::Default("external_id") => return None,
        Subject::Default(field) | Subject::State(field) => field,
        Subject::Age | Subject::Recurring { name: None } => "dob",
        Subject::AppUse { .. }
        | Subject::Apps
        | Subject::AppVersion { .. }
        | Subject::Sessions { .. } => "apps",
        Subject::Summary { of, .. } => of,
        Subject::Device(_) => "devices",
        Subject::Location => "last_coordinates",
        Subject::Message { kind, .. } => kind.places().list,
        Subject::Reachable(Channel::Email) => "email",
        Subject::Reachable(channel) if channel.platform().is_some() => "push_tokens",
        _ => return None,
    })
}

/// Empty where it may hold for any value.
fn kinds_of(predicate: &Predicate) -> &'static [ValueKind] {
    match predicate {
        Predicate::TextAnyOf(_)
        | Predicate::TextContains(_)
        | Predicate::Before(_)
        | Predicate::After(_)
        | Predicate::Days(..)
        | Predicate::DayOfYear(..) => &[ValueKind::Text],
        Predicate::Matches(_) => &[ValueKind::Text, ValueKind::Tree],
        Predicate::Number(..) => &[ValueKind::Number],
        Predicate::Is(_) | Predicate::IsOrAbsent(_) => &[ValueKind::Bool],
        Predicate::IncludesAnyOf(_)
        | Predicate::IncludesAllOf(_)
        | Predicate::ElementContains(_)
        | Predicate::HasElement => &[ValueKind::Tree],
        _ => &[],
    }
}
