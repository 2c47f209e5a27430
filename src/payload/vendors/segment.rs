//! Audiences of Segment's Engage as its documentation shows them: a `track` event says that somebody entered
//! or left, an `identify` has a trait, named as the audience's key, that is true or false.
//!
//! INFERRED: several in the `batch` of one body, as Segment's own tracking API takes them. An event without
//! `userId` is refused, since it names nobody that Braze could know.

use super::adapter::*;
use crate::json::Shape;

static BATCH: Shape = Shape(&[needed("batch", MESSAGES)]);

static TRACK: Shape = Shape(&[
    needed("type", KIND),
    needed("event", ACTION),
    needed("userId", ID),
    possible("messageId", SYNC),
    within("context", &CONTEXT),
]);

static IDENTIFY: Shape = Shape(&[
    needed("type", KIND),
    needed("traits", KEYED_FLAG),
    needed("userId", ID),
    possible("messageId", SYNC),
    within("context", &CONTEXT),
]);

static CONTEXT: Shape = Shape(&[within("personas", &PERSONAS)]);

static PERSONAS: Shape = Shape(&[
    needed("computation_class", CLASS),
    needed("computation_id", COHORT_ID),
    needed("computation_key", COHORT_NAME),
]);

static KEY_OF: Shape = Shape(&[within("context", &KEY_CONTEXT)]);
static KEY_CONTEXT: Shape = Shape(&[within("personas", &KEY_PERSONAS)]);
static KEY_PERSONAS: Shape = Shape(&[needed("computation_key", KEY)]);

const OF_TRACK: Form = Form::new(
    &TRACK,
    &[
        (ACTION, "/event"),
        (CLASS, "/context/personas/computation_class"),
    ],
);
const OF_IDENTIFY: Form = Form::new(
    &IDENTIFY,
    &[
        (CLASS, "/context/personas/computation_class"),
        (KEYED_FLAG, "/traits"),
    ],
);

pub(super) static ADAPTER: Adapter = Adapter {
    root: Forms {
        told_by: &Shape(&[possible("batch", 0), possible("event", 1)]),
        of: &[
            Form::new(&BATCH, &[(MESSAGES, "/batch")]),
            OF_TRACK,
            OF_IDENTIFY,
        ],
    },
    nested: Some(Forms {
        told_by: &Shape(&[possible("event", 0)]),
        of: &[OF_TRACK, OF_IDENTIFY],
    }),
    key: Some(&KEY_OF),
    kinds: &["track", "identify"],
    classes: &["audience"],
};
