//! `POST /partners/{partner}/cohorts`: the request that names a cohort, or renames it.

use super::{Options, lints, root};
use crate::hash::SeedSource;
use crate::json::{Found, Own, Reader, Shape, Step, Text};
use crate::path::Path;
use crate::payload::{body, timestamp};
use crate::problem::{Code, Finding, Problems};

const NAME: u8 = root::FREE_SLOT;
const CREATED_AT: u8 = NAME + 1;

static REQUEST: Shape = Shape(&[
    root::PARTNER_API_KEY,
    root::CLIENT_SECRET,
    root::COHORT_ID,
    root::text("name", NAME, Code::NameMissing, Code::NameType),
    root::text(
        "created_at",
        CREATED_AT,
        Code::CreatedAtMissing,
        Code::CreatedAtType,
    ),
]);

/// What a name request says.
#[derive(Clone, Copy, Default)]
pub struct NameRequest {
    /// The cohort's id, where it is a string.
    pub cohort_id: Option<Text>,
    /// The cohort's display name, where it is a string.
    pub name: Option<Text>,
    /// When the cohort was made, where it is a string; as it was written.
    pub created_at: Option<Text>,
}

impl NameRequest {
    /// Reads and checks a request. What is wrong goes to `problems`; the request is good when
    /// there is no error among them.
    ///
    /// **Cost**: one pass over the bytes.
    pub fn check(
        body: &[u8],
        options: &Options,
        seed: &dyn SeedSource,
        problems: &mut Problems,
    ) -> NameRequest {
        let mut request = NameRequest::default();
        if !body::fits(body, options.limits.max_bytes, problems) {
            return request;
        }
        let mut reader = Reader::new(body, options.limits.max_depth, seed);
        // A stop is noted already.
        let _ = request.read(&mut reader, options, problems);
        lints::endpoint(options, problems);
        problems.locate(body);
        request
    }

    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        options: &Options,
        problems: &mut Problems,
    ) -> Step<()> {
        let mut texts = [Text::MISSING; CREATED_AT as usize + 1];
        let found = &mut Found::new(&mut texts);
        let own: &mut Own<'_> = &mut |_, _, _, _| Ok(());
        let read = root::read(&REQUEST, found, own, reader, options, problems);
        self.cohort_id = found.get(root::COHORT_ID.slot);
        self.name = found.get(NAME);
        self.created_at = found.get(CREATED_AT);
        if let Some(name) = self.name.filter(|name| name.is_empty()) {
            let path = &Path::Key(&Path::Root, "name");
            problems.push(Finding::error(Code::NameEmpty), path, name.span());
        }
        if let Some(text) = self.created_at
            && let Some(finding) = timestamp::finding(&text.decode(reader.bytes()))
        {
            let path = &Path::Key(&Path::Root, "created_at");
            problems.push(finding, path, text.span());
        }
        read
    }
}
