//! RudderStack's events about audiences: `record`, of one member whose one identifier matters, and
//! `audiencelist`, of members that enter and leave. INFERRED from the vendor's public transformer, whose tests
//! hold both; a changed record stays a member, as there. Ours: the first member's only field is that of all.
//!
//! Neither says which audience it is about, so that the caller must.

use super::adapter::*;
use crate::json::Shape;

static LIST: Shape = Shape(&[
    needed("type", KIND),
    possible("messageId", SYNC),
    within("properties", &PROPERTIES),
]);

static PROPERTIES: Shape = Shape(&[within_as("listData", LISTS, &OF_LISTS)]);

static OF_LISTS: Shape = Shape(&[possible("add", ADD), possible("remove", REMOVE)]);

static RECORD: Shape = Shape(&[
    needed("type", KIND),
    needed("action", ACTION),
    possible("messageId", SYNC),
    needed("identifiers", MEMBER),
]);

pub(super) static ADAPTER: Adapter = Adapter {
    root: Forms {
        told_by: &Shape(&[possible("properties", 0)]),
        of: &[
            Form {
                unless_said: Some(Deed::Add),
                any_of: &[(ADD, "add"), (REMOVE, "remove")],
                ..Form::new(&LIST, &[(KIND, "/type"), (LISTS, "/properties/listData")])
            },
            Form::new(
                &RECORD,
                &[
                    (KIND, "/type"),
                    (ACTION, "/action"),
                    (MEMBER, "/identifiers"),
                ],
            ),
        ],
    },
    kinds: &["record", "audiencelist"],
    ..Adapter::simple(&[])
};
