//! Which of the two requests a body is, told by its fields alone: a stored plan has no endpoint.

use crate::hash::Seed;
use crate::json::{Field, Found, Kind, Own, Reader, Shape, Step, Stop, Wants};
use crate::path::Path;
use crate::problem::{Code, Problems};

/// A users request or a name request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestKind {
    /// Adds users to a cohort and removes them.
    Users,
    /// Names a cohort.
    Name,
}

const fn any(name: &'static str, slot: u8) -> Field {
    Field {
        name,
        slot,
        wants: Wants::Own,
        missing: None,
        wrong: Code::JsonRoot,
    }
}

const COHORT_CHANGES: u8 = 0;
static FIELDS: Shape = Shape(&[
    any("cohort_changes", COHORT_CHANGES),
    any("name", 1),
    any("created_at", 2),
]);

impl RequestKind {
    /// What the body is: with `cohort_changes` a users request, else with `name` or `created_at` a
    /// name request, else neither. What cannot be read to its end without meeting one of them is
    /// called a users request, so that checking it tells what is wrong. What is nested deeper than
    /// `max_depth` cannot be read.
    ///
    /// **Cost**: one pass over the body, up to `cohort_changes`.
    pub fn of(body: &[u8], max_depth: u32, seed: &Seed) -> Option<RequestKind> {
        let mut kind = None;
        let mut problems = Problems::new(0);
        let mut reader = Reader::new(body, max_depth, seed).quiet();
        match read(&mut reader, &mut kind, &mut problems) {
            Ok(()) => kind,
            Err(Stop) => kind.or(Some(RequestKind::Users)),
        }
    }
}

fn read(
    reader: &mut Reader<'_>,
    kind: &mut Option<RequestKind>,
    problems: &mut Problems,
) -> Step<()> {
    let path = &Path::Root;
    reader.begin(problems)?;
    if reader.kind(path, problems)? != Kind::Object {
        return Err(Stop);
    }
    let own: &mut Own<'_> = &mut |slot, reader, path, problems| {
        if slot == COHORT_CHANGES {
            *kind = Some(RequestKind::Users);
            return Err(Stop);
        }
        *kind = Some(RequestKind::Name);
        reader.skip(path, problems)
    };
    reader.shape(&FIELDS, 0, &mut Found::new(&mut []), own, path, problems)
}
