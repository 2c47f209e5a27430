//! What no set says, and each user has to be asked.

use crate::identity::UserIx;
use crate::profile::AttributeIx;
use crate::segment::answer::Answer;
use crate::segment::ask::World;
use crate::segment::index::{Answers, Place};
use crate::segment::{Apps, Condition};

/// What is asked user by user.
pub(in crate::segment) struct Questions<'a> {
    pub(in crate::segment) of: Question<'a>,
    /// Where the answers are kept, if they are.
    pub(in crate::segment) place: Option<Place>,
    pub(in crate::segment) answers: Answers,
}

/// A question about a user.
#[derive(Clone, Copy)]
pub(in crate::segment) enum Question<'a> {
    Condition(&'a Condition),
    /// About a single value of this attribute.
    Of(&'a Condition, AttributeIx),
    Apps(&'a Apps),
}

impl Question<'_> {
    pub(in crate::segment) fn ask(self, world: &World<'_>, user: UserIx) -> Answer {
        match self {
            Question::Condition(condition) => condition.ask(world, user),
            Question::Of(condition, at) => condition.ask_of(at, world, user),
            Question::Apps(apps) => apps.ask(world, user),
        }
    }

    pub(super) fn is(self, other: Question<'_>) -> bool {
        match (self, other) {
            (
                Question::Condition(a) | Question::Of(a, _),
                Question::Condition(b) | Question::Of(b, _),
            ) => core::ptr::eq(a, b),
            (Question::Apps(a), Question::Apps(b)) => core::ptr::eq(a, b),
            _ => false,
        }
    }
}
