//! Hightouch's embedded destination, a call by JSON-RPC for the rows that were added, changed or removed:
//! INFERRED from the vendor's own examples. `idColumn` names the id among the columns of a row.
//!
//! The call does not say which audience it is about, so that the caller must. The body of Hightouch's HTTP
//! request destination is the customer's own, and is not read.

use super::adapter::*;
use crate::json::Shape;

static ROOT: Shape = Shape(&[needed("method", ACTION), within("params", &PARAMS)]);

static PARAMS: Shape = Shape(&[needed("idColumn", KEY), needed("rows", MEMBERS)]);

static KEY_OF: Shape = Shape(&[within("params", &KEY_PARAMS)]);
static KEY_PARAMS: Shape = Shape(&[needed("idColumn", KEY)]);

pub(super) static ADAPTER: Adapter = Adapter {
    key: Some(&KEY_OF),
    ..Adapter::simple(&[Form::new(
        &ROOT,
        &[
            (ACTION, "/method"),
            (KEY, "/params/idColumn"),
            (MEMBERS, "/params/rows"),
        ],
    )])
};
