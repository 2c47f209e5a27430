//! What others send in the shape of Braze's own endpoint, with several kinds of ids in one body. Keys are passed
//! over; `checkCohortRequest` of `kohort/edge` is what judges a request to Braze.
//!
//! Braze tells a cohort's name in another request: without the caller's word the id is the name.

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[
    needed("cohort_id", COHORT_ID),
    needed("cohort_changes", MESSAGES),
]);

static CHANGE: Shape = Shape(&[
    possible("user_ids", USER_IDS),
    possible("device_ids", DEVICE_IDS),
    possible("aliases", ALIASES),
    possible("should_remove", FLAG),
]);

pub(super) static ADAPTER: Adapter = Adapter {
    nested: Some(Forms {
        told_by: &Shape(&[]),
        of: &[Form {
            unless_said: Some(Deed::Add),
            any_of: &[
                (USER_IDS, "user_ids"),
                (DEVICE_IDS, "device_ids"),
                (ALIASES, "aliases"),
            ],
            ..Form::new(&CHANGE, &[])
        }],
    }),
    ..Adapter::simple(&[Form::new(&ROOT, &[(MESSAGES, "/cohort_changes")])])
};
