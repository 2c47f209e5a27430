//! What the two requests have in common: the two keys and the cohort's id; and what the two readers
//! of users requests, the fast one and the full one, do.

use super::Options;
use super::auth::Key;
use crate::identity::IdKind;
use crate::json::{Field, Found, Own, Reader, Shape, Step, Text, Wants};
use crate::path::Path;
use crate::payload::body;
use crate::problem::{Code, Finding, Problems};

/// A string that must be there.
pub(super) const fn text(name: &'static str, slot: u8, missing: Code, wrong: Code) -> Field {
    Field::required(name, slot, Wants::Text, missing, wrong)
}

pub(super) const PARTNER_API_KEY: Field = text(
    "partner_api_key",
    0,
    Code::AuthPartnerKeyMissing,
    Code::AuthPartnerKeyMissing,
);
pub(super) const CLIENT_SECRET: Field = text(
    "client_secret",
    1,
    Code::AuthClientSecretMissing,
    Code::AuthClientSecretMissing,
);
pub(super) const COHORT_ID: Field = text("cohort_id", 2, Code::CohortIdMissing, Code::CohortIdType);

/// The first slot that is not taken here.
pub(super) const FREE_SLOT: u8 = 3;

/// What the lists of a change of a users request hold, by slot.
pub(super) const LISTS: [IdKind; 3] = [IdKind::External, IdKind::Device, IdKind::Alias];

/// Levels of nesting in a users request, the deeper of the two.
pub(super) const DEPTH: u32 = 5;

/// Reads a whole request, and looks at its keys and its cohort's id.
pub(super) fn read(
    shape: &'static Shape,
    found: &mut Found<'_>,
    own: &mut Own<'_>,
    reader: &mut Reader<'_>,
    options: &Options,
    problems: &mut Problems,
) -> Step<()> {
    let waived = if options.require_keys {
        0
    } else {
        1 << PARTNER_API_KEY.slot | 1 << CLIENT_SECRET.slot
    };
    body::open(reader, problems)?;
    let read = reader.shape(shape, waived, found, own, &Path::Root, problems);
    look(found.texts(), reader.bytes(), options, problems);
    read?;
    reader.finish(problems)
}

/// Looks at the two keys and the cohort's id, by their slots.
pub(super) fn look(texts: &[Text], body: &[u8], options: &Options, problems: &mut Problems) {
    let get = |slot: u8| {
        texts
            .get(usize::from(slot))
            .filter(|text| !text.is_missing())
    };
    for (field, key) in [
        (PARTNER_API_KEY, Key::PartnerApiKey),
        (CLIENT_SECRET, Key::ClientSecret),
    ] {
        if let Some(text) = get(field.slot)
            && let Some(code) = options.keys.refusal(key, *text, body)
        {
            let path = &Path::Key(&Path::Root, field.name);
            problems.push(Finding::error(code), path, text.span());
        }
    }
    if let Some(id) = get(COHORT_ID.slot)
        && id.is_empty()
    {
        let finding = Finding::error_if(options.strict, Code::CohortIdEmpty);
        problems.push(finding, &Path::Key(&Path::Root, COHORT_ID.name), id.span());
    }
}
