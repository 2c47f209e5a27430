//! One input for each problem code.

use crate::loading;
use crate::render::render;
use crate::segments;
use crate::support::{self, Endpoint, Found, SEED, check, found};
use crate::vendors;
use kohort::cohort::partner::Partner;
use kohort::hash::Seed;
use kohort::identity::Directory;
use kohort::ingest::Format;
use kohort::limits::{BodyLimits, MAX_DEFINITION_BYTES};
use kohort::path::Path;
use kohort::payload::braze::Options;
use kohort::payload::braze::clusters;
use kohort::payload::braze::profiles::ProfileReader;
use kohort::payload::heap::{signature, webhook};
use kohort::problem::{Code, Finding, Problems, Span};
use kohort::workspace::Workspace;

/// Codes that the package's JavaScript finds, whose samples are words alone: `tests/js/esm/` makes
/// each of them.
pub const OF_JAVASCRIPT: &[&str] = &[
    "cohort.unknown",
    "segment.changed",
    "user.unknown",
    "request.partner_differs",
    "sync.page_conflict",
    "sync.page_out_of_range",
    "sync.total_pages_changed",
    "drift.suspected",
    "gzip.invalid",
    "zip.invalid",
    "zip.unsupported",
    "vendor.full_list",
    "moengage.kind_of_ids",
];

/// How a problem comes about.
pub enum Input {
    Users(Vec<u8>),
    /// A users request with other options.
    Strictly(Vec<u8>, Options, usize),
    Name(Vec<u8>),
    Heap(Vec<u8>),
    /// The `Heap-Hash` header of a body that was signed at `NOW`.
    Header(Option<String>),
    /// The bodies of a plan, of which the last is shown.
    Plan(&'static [&'static str]),
    /// Lines of profiles, and the longest that is taken.
    Profiles(String, usize),
    /// Lines of profiles with all their fields.
    Fields(&'static str),
    /// The same where so many names of attributes may be.
    Names(&'static str, usize),
    Csv(Vec<u8>),
    Vendor(vendors::Given),
    /// A definition of a segment.
    Segment(Vec<u8>),
    /// A definition, looked up in a workspace without users that has the segment `buyers`.
    Named(&'static str),
    /// No text to point at: what fills its message.
    Words(Finding),
}

/// A code, and what makes it.
pub struct Sample {
    pub code: &'static str,
    input: Input,
}

const NOW: &str = "1690000000000";
const KEYS: &str = r#""partner_api_key":"pk","client_secret":"cs""#;

pub fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    let mut add = |code, input| all.push(Sample { code, input });
    let users = |body: &str| Input::Users(body.into());
    let rest = |rest: &str| Input::Users(format!("{{{KEYS},{rest}}}").into());
    let changes = |changes: &str| {
        Input::Users(format!("{{{KEYS},\"cohort_id\":\"c\",\"cohort_changes\":{changes}}}").into())
    };
    let change = |change: &str| changes(&format!("[{change}]"));
    let ids = |ids: &str| change(&format!("{{\"user_ids\":[{ids}]}}"));
    let name = |rest: &str| Input::Name(format!("{{{KEYS},\"cohort_id\":\"c\",{rest}}}").into());
    let sync = |data: &str| {
        Input::Heap(format!("{{\"action_type\":\"segment.users.sync\",\"data\":{data}}}").into())
    };
    let info = |info: &str| {
        sync(&format!(
            r#"{{"segment":{{"id":1,"name":"n"}},"sync_info":{{{info}}}}}"#
        ))
    };
    let with = |body: &str, options: Options, max: usize| {
        Input::Strictly(
            format!("{{{KEYS},\"cohort_id\":\"c\",{body}}}").into(),
            options,
            max,
        )
    };
    let strict = || Options {
        strict: true,
        ..Options::default()
    };
    let sized = |max_bytes| Options {
        limits: BodyLimits {
            max_bytes,
            ..BodyLimits::default()
        },
        ..Options::default()
    };
    let known = || Options {
        keys: support::keys(&["other"], &["other"]),
        ..Options::default()
    };

    add("json.empty", users(" "));
    add("json.packed", Input::Users(b"\x1f\x8b\x08\0".to_vec()));
    add("json.truncated", users("{\n  \"cohort_id\": \"c"));
    add("json.syntax", users("{\n  \"cohort_id\": “c”\n}"));
    add("json.number", rest(r#""cohort_id":"c","note":007"#));
    add("json.control_character", rest("\"cohort_id\":\"a\tb\""));
    add("json.escape", rest(r#""cohort_id":"a\qb""#));
    add("json.invalid_utf8", Input::Users(b"{\"partner_api_key\":\"pk\",\"client_secret\":\"cs\",\"cohort_changes\":[],\"cohort_id\":\"caf\xe9\"}".to_vec()));
    add("json.lone_surrogate", ids(r#""\ud83d""#));
    add(
        "json.duplicate_key",
        rest(r#""cohort_id":"c","cohort_changes":[],"cohort_id":"d""#),
    );
    add("json.trailing", users("{}\n{}"));
    add("json.too_deep", users(&("[".repeat(65))));
    add("json.not_an_object", users(r#"["ada"]"#));
    add("json.bom", users("\u{feff}{}"));
    add(
        "field.unknown",
        rest(r#""cohort_id":"c","cohort_changes":[],"cohortName":"Trials""#),
    );
    add(
        "field.proto",
        rest(r#""cohort_id":"c","cohort_changes":[],"__proto__":{}"#),
    );
    add(
        "limit.bytes",
        with(r#""cohort_changes":[]"#, sized(40), 100),
    );
    add(
        "limit.too_many_problems",
        with(r#""cohort_changes":[1,2,3]"#, Options::default(), 2),
    );
    add(
        "auth.partner_api_key_missing",
        users(r#"{"partner_api_key":"","client_secret":"cs","cohort_id":"c","cohort_changes":[]}"#),
    );
    add(
        "auth.partner_api_key_wrong",
        with(r#""cohort_changes":[]"#, known(), 100),
    );
    add(
        "auth.client_secret_missing",
        users(r#"{"partner_api_key":"pk","cohort_id":"c","cohort_changes":[]}"#),
    );
    add(
        "auth.client_secret_wrong",
        with(r#""cohort_changes":[]"#, known(), 100),
    );
    add("cohort_id.missing", rest(r#""cohort_changes":[]"#));
    add(
        "cohort_id.not_a_string",
        rest(r#""cohort_id":1338065,"cohort_changes":[]"#),
    );
    add(
        "cohort_id.empty",
        rest(r#""cohort_id":"","cohort_changes":[]"#),
    );
    add("cohort_changes.missing", rest(r#""cohort_id":"c""#));
    add(
        "cohort_changes.not_an_array",
        changes(r#"{"user_ids":["ada"]}"#),
    );
    add("cohort_change.not_an_object", change(r#""ada""#));
    add("cohort_change.no_ids", change(r#"{"should_remove":true}"#));
    add(
        "cohort_change.user_ids_absent",
        with(r#""cohort_changes":[{"device_ids":["d"]}]"#, strict(), 100),
    );
    add("ids.not_an_array", change(r#"{"user_ids":"ada"}"#));
    add("aliases.not_an_array", change(r#"{"aliases":"ada"}"#));
    add(
        "aliases.single_object",
        change(r#"{"aliases":{"alias_name":"n","alias_label":"l"}}"#),
    );
    add("alias.not_an_object", change(r#"{"aliases":["ada"]}"#));
    add(
        "alias.field_missing",
        change(r#"{"aliases":[{"alias_name":"n"}]}"#),
    );
    add(
        "alias.field_not_a_string",
        change(r#"{"aliases":[{"alias_name":"n","alias_label":null}]}"#),
    );
    add("id.not_a_string", ids(r#""ada",1338065"#));
    add("id.empty", ids(r#""ada","""#));
    add("id.too_long", ids(&format!("\"{}\"", "x".repeat(998))));
    add(
        "should_remove.not_a_boolean",
        change(r#"{"user_ids":["ada"],"should_remove":"true"}"#),
    );
    add("ids.too_many", ids(&vec!["\"x\""; 1001].join(",")));
    add("id.duplicate", ids(r#""ada","grace","ada""#));
    add(
        "id.conflict",
        change(r#"{"user_ids":["ada"]},{"user_ids":["ada"],"should_remove":true}"#),
    );
    add(
        "name.missing",
        name(r#""created_at":"2021-01-21T19:20:30Z""#),
    );
    add(
        "name.not_a_string",
        name(r#""name":7,"created_at":"2021-01-21T19:20:30Z""#),
    );
    add(
        "name.empty",
        name(r#""name":"","created_at":"2021-01-21T19:20:30Z""#),
    );
    add("created_at.missing", name(r#""name":"n""#));
    add(
        "created_at.not_a_string",
        name(r#""name":"n","created_at":1611256830"#),
    );
    add(
        "created_at.invalid",
        name(r#""name":"n","created_at":"21 Jan 2021""#),
    );
    add(
        "created_at.no_zone",
        name(r#""name":"n","created_at":"2021-01-21""#),
    );
    add("lint.white_space", ids(r#""ada ""#));
    add(
        "lint.alias_swapped",
        change(r#"{"aliases":[{"alias_name":"email","alias_label":"ada@example.org"}]}"#),
    );
    let endpoint = |text| Options {
        rest_endpoint: Some(clusters::Endpoint::of(text)),
        ..Options::default()
    };
    add(
        "lint.cluster",
        with(
            r#""cohort_changes":[]"#,
            endpoint("https://rest.fra-01.braze.com"),
            100,
        ),
    );
    add(
        "lint.cluster_unknown",
        with(
            r#""cohort_changes":[]"#,
            endpoint("https://rest.example.org"),
            100,
        ),
    );

    add(
        "heap.field_missing",
        sync(r#"{"segment":{"id":1,"name":"n"}}"#),
    );
    add("heap.wrong_type", sync("[]"));
    add(
        "heap.entry_not_an_object",
        sync(r#"{"segment":{"id":1,"name":"n"},"add":["ada"]}"#),
    );
    add(
        "heap.unknown_action",
        Input::Heap(
            br#"{"action_type":"segment.users.delete","data":{"segment":{"id":1,"name":"n"}}}"#
                .to_vec(),
        ),
    );
    add(
        "heap.segment_id",
        sync(r#"{"segment":{"id":"1","name":"n"}}"#),
    );
    add(
        "heap.page",
        info(r#""page_number":0,"total_pages":2,"sync_task_id":"t""#),
    );
    add(
        "heap.page_out_of_range",
        info(r#""page_number":3,"total_pages":2,"sync_task_id":"t""#),
    );
    add("heap.drain_with_ids", Input::Heap(br#"{"action_type":"segment.users.drain","data":{"segment":{"id":1,"name":"n"},"add":[{"id":"ada"}]}}"#.to_vec()));

    let good = |at: &str| signature::sign(at, b"{}", b"a secret");
    let header = |text: &str| Input::Header(Some(text.into()));
    add("signature.missing", Input::Header(None));
    add("signature.format", header("sha256=abcdef"));
    add(
        "signature.duplicate_part",
        header(&format!("{},ts:1", good(NOW))),
    );
    add("signature.part_missing", header("ts:1690000000000"));
    add(
        "signature.timestamp",
        header(&good(NOW).replace(NOW, "yesterday")),
    );
    add(
        "signature.base64",
        header("ts:1690000000000,hmac:****************************************ABC="),
    );
    add("signature.length", header("ts:1690000000000,hmac:AAAA"));
    add(
        "signature.mismatch",
        header(&signature::sign(NOW, b"{ }", b"a secret")),
    );
    add("signature.expired", header(&good("1689999000000")));
    add("signature.future", header(&good("1690000009000")));

    for (finding, first) in [
        (Finding::warning(Code::LintDeviceId), 0),
        (Finding::error(Code::PlanSnapshot), 0),
        (Finding::error(Code::PlanSyncId), 0),
        (Finding::error(Code::PlanConflict), 0),
        (Finding::warning(Code::PlanConflictResolved), 3),
        (Finding::warning(Code::PlanSuperseded), 2),
        (Finding::warning(Code::PlanNoSync), 0),
        (Finding::error(Code::PlanPages), 0),
        (Finding::warning(Code::PlanIncomplete), 2),
        (Finding::warning(Code::PlanNothing), 4),
        (Finding::error(Code::ListNewline), 0),
        (Finding::error(Code::ListBom), 0),
        (Finding::error(Code::ListOffsets), 0),
        (Finding::error(Code::LimitMemory), 0),
        (Finding::error(Code::RequestPartner), 0),
        (Finding::error(Code::CohortUnknown), 0),
        (Finding::error(Code::SegmentChanged), 0),
        (Finding::error(Code::UserUnknown), 0),
        (Finding::error(Code::SyncConflict), 0),
        (Finding::error(Code::SyncRange), 0),
        (Finding::warning(Code::SyncTotal), 0),
        (Finding::warning(Code::DriftSuspected), 0),
        (Finding::error(Code::GzipInvalid), 0),
        (Finding::error(Code::ZipInvalid), 0),
        (Finding::error(Code::ZipUnsupported), 0),
    ] {
        let mut problems = Problems::new(1);
        problems.push(finding, &Path::Root, Span::default());
        let code = [problems.errors(), problems.warnings()].concat()[0].code;
        add(code.row().code, Input::Words(finding.numbers(first, 0)));
    }
    loading::samples(&mut add);
    segments::samples(&mut add);
    vendors::samples(&mut add);
    add(
        "request.kind",
        Input::Plan(&[r#"{"cohort_id":"c","users":["ann"]}"#]),
    );
    add(
        "request.cohorts_differ",
        Input::Plan(&[
            r#"{"cohort_id":"c","cohort_changes":[]}"#,
            r#"{"cohort_id":"d","cohort_changes":[]}"#,
        ]),
    );
    for (name, code) in [
        ("directory.bytes", Code::DirectoryBytes),
        ("directory.version", Code::DirectoryVersion),
        ("directory.checksum", Code::DirectoryChecksum),
        ("workspace.busy", Code::WorkspaceBusy),
    ] {
        add(name, Input::Words(Finding::error(code)));
    }
    all
}

impl Sample {
    /// The finding as a person sees it, under a line with its code, severity and path.
    pub fn show(&self) -> String {
        let (found, text) = self.make();
        let wanted: Vec<&Found> = found
            .iter()
            .filter(|found| found.code == self.code)
            .collect();
        let [first, ..] = wanted.as_slice() else {
            panic!(
                "the sample of `{}` makes {:?}",
                self.code,
                found.iter().map(|f| &f.code).collect::<Vec<_>>()
            );
        };
        let severity = format!("{:?}", first.severity).to_lowercase();
        let path = if first.path.is_empty() { "" } else { " at " };
        format!(
            "{severity} {}{path}{}\n{}",
            first.code,
            first.path,
            render(first, &text)
        )
    }

    fn make(&self) -> (Vec<Found>, Vec<u8>) {
        let mut problems = Problems::new(100);
        let braze = |endpoint, body: &[u8], options: &Options, max| {
            let answer = check(endpoint, body, options, max);
            ([answer.problems, answer.warnings].concat(), body.to_vec())
        };
        let text = match &self.input {
            Input::Users(body) => return braze(Endpoint::Users, body, &Options::default(), 100),
            Input::Strictly(body, options, max) => {
                return braze(Endpoint::Users, body, options, *max);
            }
            Input::Name(body) => return braze(Endpoint::Name, body, &Options::default(), 100),
            Input::Heap(body) => {
                let limits = BodyLimits::default();
                webhook::Webhook::default().read(body, limits, &SEED, &mut problems);
                body.clone()
            }
            Input::Header(header) => {
                let mut options = signature::Options::default();
                options.allow(b"a secret");
                let header = header.as_ref().map(String::as_bytes);
                let now = NOW.parse().unwrap();
                signature::verify(b"{}", header, &options, now, &mut problems);
                header.unwrap_or_default().to_vec()
            }
            Input::Plan(bodies) => {
                let bodies: Vec<&[u8]> = bodies.iter().map(|body| body.as_bytes()).collect();
                let mut workspace = Workspace::new(Seed::new(1));
                let refused = workspace.preview(&bodies, Partner::new("heap").unwrap());
                let last = refused.err().and_then(|mut r| r.problems.pop()).unwrap();
                return (
                    found(&last, last.errors()),
                    bodies[bodies.len() - 1].to_vec(),
                );
            }
            Input::Profiles(text, longest) => {
                let mut directory = Directory::new(Seed::new(1));
                let mut reader = ProfileReader::new(Seed::new(2));
                reader.set_max_line_bytes(*longest);
                let pieces = reader.push(text.as_bytes(), &mut directory, &mut problems);
                pieces
                    .and_then(|()| reader.finish(&mut directory, &mut problems))
                    .unwrap();
                text.clone().into_bytes()
            }
            Input::Fields(text) | Input::Names(text, _) => {
                let mut workspace = Workspace::new(Seed::new(1));
                if let Input::Names(_, most) = self.input {
                    workspace.set_max_attributes(most);
                }
                workspace.begin_load(100).unwrap();
                workspace.push(text.as_bytes());
                problems = workspace.finish_load().unwrap().1;
                text.as_bytes().to_vec()
            }
            Input::Csv(text) => {
                let mut workspace = Workspace::new(Seed::new(1));
                workspace.set_format(Some(Format::Csv));
                workspace.begin_load(100).unwrap();
                workspace.push(text);
                problems = workspace.finish_load().unwrap().1;
                text.clone()
            }
            Input::Segment(definition) => {
                let max = MAX_DEFINITION_BYTES;
                kohort::segment::parse(definition, max, &SEED, None, &mut problems);
                definition.clone()
            }
            Input::Named(definition) => {
                let max = MAX_DEFINITION_BYTES;
                let buyers = kohort::segment::parse(b"{}", max, &SEED, None, &mut problems);
                let rule = buyers.unwrap().rule;
                let (mut workspace, segments) = (Workspace::new(SEED), [(&b"buyers"[..], &rule)]);
                let heap = Partner::new("heap").unwrap();
                workspace.begin_load(1).unwrap();
                workspace.push(br#"{"external_id":"ada","custom_attributes":{"plan":"trial"}}"#);
                assert!(workspace.finish_load().unwrap().1.ok());
                for body in [
                    r#"{"cohort_id":"7","cohort_changes":[]}"#,
                    r#"{"cohort_id":"7","name":"Free Customers","created_at":"2026-01-01T00:00:00Z"}"#,
                ] {
                    assert!(workspace.apply(&[body.as_bytes()], heap).is_ok());
                }
                let names = workspace.segment_names(&segments);
                let mut lookup = kohort::segment::Lookup::new(&names);
                let text = definition.as_bytes();
                kohort::segment::parse(text, max, &SEED, Some(&mut lookup), &mut problems);
                text.to_vec()
            }
            Input::Vendor(given) => vendors::make(given, &mut problems),
            Input::Words(finding) => {
                problems.push(*finding, &Path::Root, Span::default());
                Vec::new()
            }
        };
        let all = [problems.errors(), problems.warnings()].concat();
        (found(&problems, &all), text)
    }
}
