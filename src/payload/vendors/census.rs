//! Census's custom destination, a call by JSON-RPC: the documentation shows `sync_batch`, and that the schema
//! marks the field by which records are matched. Of two that are marked none is chosen.
//!
//! INFERRED: that the object is the audience, and that the operation for records that left is `delete`; the
//! documentation names `mirror` as a mode and shows no call of it, so `mirror` is refused, and so is `update`,
//! which says nothing about who is in.

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[needed("method", KIND), within("params", &PARAMS)]);

static PARAMS: Shape = Shape(&[within("sync_plan", &PLAN), needed("records", MEMBERS)]);

static PLAN: Shape = Shape(&[
    within("object", &OBJECT),
    needed("operation", ACTION),
    possible("sync_run_id", RUN),
    needed("schema", SCHEMA),
]);

static OBJECT: Shape = Shape(&[
    needed("object_api_name", COHORT_ID),
    possible("label", COHORT_NAME),
]);

static KEY_OF: Shape = Shape(&[within("params", &KEY_PARAMS)]);
static KEY_PARAMS: Shape = Shape(&[within("sync_plan", &KEY_PLAN)]);
static KEY_PLAN: Shape = Shape(&[needed("schema", SCHEMA)]);

pub(super) static ADAPTER: Adapter = Adapter {
    key: Some(&KEY_OF),
    kinds: &["sync_batch"],
    ..Adapter::simple(&[Form::new(
        &ROOT,
        &[
            (ACTION, "/params/sync_plan/operation"),
            (MEMBERS, "/params/records"),
        ],
    )])
};
