//! What an adapter says: a table of the fields that matter, which one reader reads.

use crate::json::{Field, Shape, Wants};
use crate::problem::Code;

/// How a vendor writes.
pub(super) struct Adapter {
    /// What the root may be.
    pub root: Forms,
    /// What the messages of a list at [`MESSAGES`] may be.
    pub nested: Option<Forms>,
    /// Where a message says which field matters; its slot is [`KEY`] or [`SCHEMA`].
    pub key: Option<&'static Shape>,
    /// What stands in [`KIND`] and [`CLASS`] of messages about members; others are refused.
    pub kinds: &'static [&'static str],
    pub classes: &'static [&'static str],
}

/// The forms that a message has.
pub(super) struct Forms {
    /// The keys by which they are told apart, each with its form's index as slot.
    pub told_by: &'static Shape,
    /// The one whose key stands in the message, else the last.
    pub of: &'static [Form],
}

/// A form of a message.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub shape: &'static Shape,
    /// What it does where it does not say it.
    pub unless_said: Option<Deed>,
    /// Of these fields one must be there, unless everybody leaves.
    pub any_of: &'static [(u8, &'static str)],
    /// The slots that must be there for a payload to look like this, and where they stand.
    pub signs: &'static [(u8, &'static str)],
}

impl Adapter {
    /// One whose messages have one form, and say nothing about kinds and fields.
    pub const fn simple(form: &'static [Form]) -> Adapter {
        Adapter {
            root: Forms {
                told_by: &Shape(&[]),
                of: form,
            },
            nested: None,
            key: None,
            kinds: &[],
            classes: &[],
        }
    }
}

impl Form {
    pub const fn new(shape: &'static Shape, signs: &'static [(u8, &'static str)]) -> Form {
        Form {
            shape,
            unless_said: None,
            any_of: &[],
            signs,
        }
    }
}

/// What a message does with those that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Add,
    Remove,
    Full,
    Drain,
}

// What the values of fields mean, whoever sends them.
/// A word for the kind of message.
pub(super) const KIND: u8 = 0;
/// A word for what the message is about.
pub(super) const CLASS: u8 = 1;
/// The action's word.
pub(super) const ACTION: u8 = 2;
/// True or false, which are the action's words.
pub(super) const FLAG: u8 = 3;
/// An object in which the field that the message names is true or false.
pub(super) const KEYED_FLAG: u8 = 4;
pub(super) const COHORT_ID: u8 = 5;
pub(super) const COHORT_NAME: u8 = 6;
/// Names the message.
pub(super) const SYNC: u8 = 7;
pub(super) const PAGE: u8 = 8;
pub(super) const TOTAL: u8 = 9;
/// Objects, each a member.
pub(super) const MEMBERS: u8 = 10;
/// The same for those that enter, and those that leave.
pub(super) const ADD: u8 = 11;
pub(super) const REMOVE: u8 = 12;
/// The one id of the message.
pub(super) const ID: u8 = 13;
/// An object with the one id of the message.
pub(super) const MEMBER: u8 = 14;
/// Texts.
pub(super) const USER_IDS: u8 = 15;
pub(super) const DEVICE_IDS: u8 = 16;
/// Pairs of name and label.
pub(super) const ALIASES: u8 = 17;
/// Messages.
pub(super) const MESSAGES: u8 = 18;
/// The name of the field that matters.
pub(super) const KEY: u8 = 19;
/// Fields, of which the one that matters has `active_identifier`.
pub(super) const SCHEMA: u8 = 20;
/// An object with lists of members.
pub(super) const LISTS: u8 = 21;
/// Names a sync of several messages, which may do different things: its name is that and the action's word.
pub(super) const RUN: u8 = 22;
/// An object on the way.
const PASSED: u8 = 30;

/// A field that must be there.
pub(super) const fn needed(name: &'static str, slot: u8) -> Field {
    Field::required(name, slot, Wants::Own, Code::VendorField, Code::VendorType)
}

/// A field that may be missing.
pub(super) const fn possible(name: &'static str, slot: u8) -> Field {
    Field::own(name, slot)
}

/// An object that must be there.
pub(super) const fn within(name: &'static str, shape: &'static Shape) -> Field {
    let wants = Wants::Object(shape);
    Field::required(name, PASSED, wants, Code::VendorField, Code::VendorType)
}

/// The same, which is itself a sign.
pub(super) const fn within_as(name: &'static str, slot: u8, shape: &'static Shape) -> Field {
    Field {
        slot,
        ..within(name, shape)
    }
}

/// An object that may be missing.
pub(super) const fn perhaps_within(name: &'static str, shape: &'static Shape) -> Field {
    Field::optional(name, PASSED, Wants::Object(shape), Code::VendorType)
}
