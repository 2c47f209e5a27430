//! Tealium's webhook connector for audiences: its body is the customer's own, so this is the one to write, with
//! an action for each trigger of the audience.
//!
//! ```json
//! {"audience_id": "…", "audience_name": "…", "action": "joined", "visitor_id": "…"}
//! ```

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[
    needed("audience_id", COHORT_ID),
    possible("audience_name", COHORT_NAME),
    needed("action", ACTION),
    possible("visitor_id", ID),
]);

pub(super) static ADAPTER: Adapter = Adapter::simple(&[Form {
    any_of: &[(ID, "visitor_id")],
    ..Form::new(&ROOT, &[(COHORT_ID, "/audience_id"), (ACTION, "/action")])
}]);
