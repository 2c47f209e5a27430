//! `POST /partners/{partner}/cohorts`: the request that names a cohort, or renames it.

use super::auth::{self, Key};
use super::{Options, lints, root};
use crate::hash::Seed;
use crate::json::{self, Kind, Reader, Step, Text};
use crate::path::Path;
use crate::payload::{body, timestamp};
use crate::problem::{Code, Finding, Problems};

const FIELDS: [&str; 5] = [
    "partner_api_key",
    "client_secret",
    "cohort_id",
    "name",
    "created_at",
];
const NAME: usize = 3;
const CREATED_AT: usize = 4;

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
        seed: &Seed,
        problems: &mut Problems,
    ) -> NameRequest {
        let mut request = NameRequest::default();
        if !body::fits(body, options.max_bytes, problems) {
            return request;
        }
        let mut reader = Reader::new(body, options.max_depth, seed);
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
        let path = &Path::Root;
        let mut members = body::open(reader, problems)?;
        while let Some(key) = reader.next_key(&mut members, &FIELDS, path, problems)? {
            match key {
                json::Key::Known(0) => {
                    auth::read(Key::PartnerApiKey, &options.keys, reader, path, problems)?;
                }
                json::Key::Known(1) => {
                    auth::read(Key::ClientSecret, &options.keys, reader, path, problems)?;
                }
                json::Key::Known(2) => {
                    self.cohort_id = root::cohort_id(reader, options, problems)?;
                }
                json::Key::Known(NAME) => {
                    self.name = read_text("name", Code::NameType, reader, problems)?;
                    if let Some(name) = self.name.filter(|name| name.is_empty()) {
                        let path = &Path::Key(path, "name");
                        problems.push(Finding::error(Code::NameEmpty), path, name.span());
                    }
                }
                json::Key::Known(_) => {
                    self.created_at =
                        read_text("created_at", Code::CreatedAtType, reader, problems)?;
                    if let Some(text) = self.created_at {
                        check_time(text, reader.bytes(), problems);
                    }
                }
                json::Key::Unknown(place) => {
                    reader.unknown(&mut members, place, path, problems)?;
                }
            }
        }
        root::close(&members, options, problems);
        for (index, code) in [
            (NAME, Code::NameMissing),
            (CREATED_AT, Code::CreatedAtMissing),
        ] {
            if !members.has(index) {
                root::missing(code, &members, problems);
            }
        }
        reader.finish(problems)
    }
}

fn read_text(
    field: &'static str,
    wrong_type: Code,
    reader: &mut Reader<'_>,
    problems: &mut Problems,
) -> Step<Option<Text>> {
    let path = &Path::Key(&Path::Root, field);
    if reader.kind(path, problems)? != Kind::String {
        reader.refuse(Finding::error(wrong_type), path, problems)?;
        return Ok(None);
    }
    let text = reader.string(path, problems)?;
    text.check(reader.bytes(), path, problems);
    Ok(Some(text))
}

fn check_time(text: Text, bytes: &[u8], problems: &mut Problems) {
    let path = &Path::Key(&Path::Root, "created_at");
    match timestamp::zone_of(&text.decode(bytes)) {
        None => problems.push(Finding::error(Code::CreatedAtInvalid), path, text.span()),
        Some(timestamp::Zone::Unsaid) => {
            problems.push(Finding::warning(Code::CreatedAtZone), path, text.span());
        }
        Some(timestamp::Zone::Said) => {}
    }
}
