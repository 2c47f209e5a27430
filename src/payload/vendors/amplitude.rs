//! Amplitude's cohort webhook as its documentation shows it. The customer may write the body anew: with other
//! fields of a user than `user_id`, by the option `idField`.
//!
//! `in_cohort` says whether the users entered. The list-based partner API, whose action and list stand in the
//! address, is not read: its body alone does not say either.

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[
    needed("cohort_id", COHORT_ID),
    possible("cohort_name", COHORT_NAME),
    needed("in_cohort", FLAG),
    possible("message_id", SYNC),
    needed("users", MEMBERS),
]);

pub(super) static ADAPTER: Adapter = Adapter::simple(&[Form::new(
    &ROOT,
    &[
        (COHORT_ID, "/cohort_id"),
        (FLAG, "/in_cohort"),
        (MEMBERS, "/users"),
    ],
)]);
