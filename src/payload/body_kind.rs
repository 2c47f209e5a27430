//! What a body is, told by the fields of its root alone: a stored plan has no endpoint, a file no sender.

use crate::hash::SeedSource;
use crate::json::{Field, Found, Own, Reader, Shape, Step, Stop};
use crate::path::Path;
use crate::payload::body;
use crate::problem::Problems;

/// What a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    /// Braze: adds users to a cohort and removes them.
    Users,
    /// Braze: names a cohort.
    Name,
    /// Heap: a page of a sync, or a drain.
    Webhook,
    /// It can be read, and is none of them.
    Unknown,
    /// It breaks off, or is no object, before it shows what it is. A check of it as whatever of the
    /// three tells what is wrong, and nothing about fields.
    Unreadable,
}

const COHORT_CHANGES: u8 = 0;
const OF_A_NAME: u8 = 1;
const OF_A_WEBHOOK: u8 = 2;
static FIELDS: Shape = Shape(&[
    Field::own("cohort_changes", COHORT_CHANGES),
    Field::own("name", OF_A_NAME),
    Field::own("created_at", OF_A_NAME),
    Field::own("action_type", OF_A_WEBHOOK),
    Field::own("data", OF_A_WEBHOOK),
    Field::own("customer_config", OF_A_WEBHOOK),
]);

impl BodyKind {
    /// What the body is: with `cohort_changes` a users request, else with `name` or `created_at` a
    /// name request, else with a field of a webhook's root a webhook. What is nested deeper than
    /// `max_depth` cannot be read.
    ///
    /// **Cost**: one pass over the body, up to `cohort_changes`.
    pub fn of(body: &[u8], max_depth: u32, seed: &dyn SeedSource) -> BodyKind {
        let mut kind = BodyKind::Unknown;
        let mut reader = Reader::new(body, max_depth, seed).quiet();
        match (read(&mut reader, &mut kind), kind) {
            (Err(Stop), BodyKind::Unknown) => BodyKind::Unreadable,
            (_, kind) => kind,
        }
    }
}

fn read(reader: &mut Reader<'_>, kind: &mut BodyKind) -> Step<()> {
    let problems = &mut Problems::new(0);
    body::open(reader, problems)?;
    let own: &mut Own<'_> = &mut |slot, reader, path, problems| {
        match slot {
            COHORT_CHANGES => {
                *kind = BodyKind::Users;
                return Err(Stop);
            }
            OF_A_NAME => *kind = BodyKind::Name,
            _ if *kind == BodyKind::Unknown => *kind = BodyKind::Webhook,
            _ => {}
        }
        reader.skip(path, problems)
    };
    reader.shape(
        &FIELDS,
        0,
        &mut Found::new(&mut []),
        own,
        &Path::Root,
        problems,
    )
}
