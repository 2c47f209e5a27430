//! Mixpanel's custom webhook as its documentation shows it.
//!
//! `members` is the whole cohort, in as many pages as `page_info` says; the other two are changes. INFERRED:
//! that `page_info` may be missing, and that one session may have messages of several actions, whose pages count
//! each for itself. UNKNOWN: what `page_info` says of a message without members.

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[needed("action", ACTION), within("parameters", &PARAMETERS)]);

static PARAMETERS: Shape = Shape(&[
    needed("mixpanel_cohort_id", COHORT_ID),
    possible("mixpanel_cohort_name", COHORT_NAME),
    possible("mixpanel_session_id", RUN),
    perhaps_within("page_info", &PAGES),
    needed("members", MEMBERS),
]);

static PAGES: Shape = Shape(&[needed("page_count", PAGE), needed("total_pages", TOTAL)]);

pub(super) static ADAPTER: Adapter = Adapter::simple(&[Form::new(
    &ROOT,
    &[(COHORT_ID, "/parameters/mixpanel_cohort_id")],
)]);
