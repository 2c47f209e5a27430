//! How a plan is made, and what it says of the ids.

use crate::cohort::id_list::IdList;
use crate::identity::IdKind;

/// What the ids are to the receiver.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mapping<'a> {
    /// External ids.
    UserIds,
    /// Device ids.
    DeviceIds,
    /// Each is the name of an alias with this label.
    Aliases {
        /// The label.
        alias_label: &'a str,
    },
}

impl<'a> Mapping<'a> {
    /// The kind of the ids.
    pub fn kind(self) -> IdKind {
        match self {
            Mapping::UserIds => IdKind::External,
            Mapping::DeviceIds => IdKind::Device,
            Mapping::Aliases { .. } => IdKind::Alias,
        }
    }

    /// The aliases' label; empty for the other kinds.
    pub fn label(self) -> &'a str {
        match self {
            Mapping::Aliases { alias_label } => alias_label,
            _ => "",
        }
    }
}

/// What happens to an id that is in both lists of one page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Conflict {
    /// It is removed: keeping a person out is the safer mistake.
    #[default]
    Remove,
    /// It is added.
    Add,
    /// The plan is refused.
    Reject,
}

/// How a plan is made.
#[derive(Clone, Copy, Default)]
pub struct Rules<'a> {
    /// For an id in both lists of one page.
    pub conflict: Conflict,
    /// Who is in the cohort, as far as it was sent: what a drain removes.
    pub members: Option<&'a IdList>,
    /// The caller's name of this sync or drain. It goes before the sender's own.
    pub sync_id: Option<&'a str>,
}

/// The list that an id came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Source {
    /// The ids that enter.
    Add,
    /// The ids that leave.
    Remove,
    /// The members that a drain removes.
    Members,
}

impl Source {
    /// The list's name, as pages and options have it.
    pub const fn name(self) -> &'static str {
        match self {
            Source::Add => "add",
            Source::Remove => "remove",
            Source::Members => "members",
        }
    }
}

/// Where an id came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The index of the page among those given.
    pub page: u32,
    /// The list.
    pub source: Source,
    /// The index in the list.
    pub index: u32,
}

/// What became of the ids, in numbers.
///
/// `received == sent + duplicates + conflicts + superseded + empty` and
/// `sent == adds + removes`, always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Ids in all lists of all pages, or among the members.
    pub received: u32,
    /// Ids in all parts.
    pub sent: u32,
    /// Of these, to add.
    pub adds: u32,
    /// And to remove.
    pub removes: u32,
    /// Repeats within one list.
    pub duplicates: u32,
    /// Ids that lost to the other list of their page.
    pub conflicts: u32,
    /// Ids of a list that lost to a later page.
    pub superseded: u32,
    /// Ids without a character.
    pub empty: u32,
}
