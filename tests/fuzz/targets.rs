//! What is fuzzed. Each function takes any bytes and panics if a law is broken.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a broken law is told by a panic; each program uses one of these"
)]

use kohort::cohort::Direction;
use kohort::hash::Seed;
use kohort::ingest::Format;
use kohort::json::{Kind, Reader, Step};
use kohort::limits::{BodyLimits, MAX_DEFINITION_BYTES, MAX_FILTER_BYTES, MAX_PATTERN_STATES};
use kohort::path::Path;
use kohort::pattern::{Automaton, Pattern};
use kohort::payload::braze::Options;
use kohort::payload::braze::name_request::NameRequest;
use kohort::payload::braze::profiles::Loaded;
use kohort::payload::braze::users_request::UsersRequest;
use kohort::payload::heap::{signature, webhook};
use kohort::payload::vendors::{self, VENDORS};
use kohort::problem::{Problem, Problems};
use kohort::workspace::Workspace;

const SEED: Seed = Seed::new(0x6b6f_686f_7274);

/// The reader, against another one: both take a text for JSON, or none does; and strings read
/// alike.
pub fn reader(data: &[u8]) {
    let mut problems = Problems::new(usize::MAX);
    let mut reader = Reader::new(data, 64, &SEED);
    let mut texts = Vec::new();
    let step = (|| -> Step<()> {
        reader.begin(&mut problems)?;
        if reader.kind(&Path::Root, &mut problems)? == Kind::Array {
            let mut items = reader.array(&Path::Root, &mut problems)?;
            while let Some(index) = reader.next_item(&mut items, &Path::Root, &mut problems)? {
                let path = Path::Index(&Path::Root, index);
                if reader.kind(&path, &mut problems)? == Kind::String {
                    let text = reader.string(&path, &mut problems)?;
                    text.check(data, &path, &mut problems);
                    texts.push(text.decode(data).into_owned());
                } else {
                    reader.skip(&path, &mut problems)?;
                    texts.clear();
                }
            }
        } else {
            reader.skip(&Path::Root, &mut problems)?;
        }
        reader.finish(&mut problems)
    })();
    problems.locate(data);
    placed(&problems, data);
    assert!(step.is_ok() || !problems.ok());
    let unmarked = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let theirs = serde_json::from_slice::<serde_json::Value>(unmarked);
    let ours_is_stricter = problems
        .errors()
        .iter()
        .all(|problem| ["json.duplicate_key", "json.too_deep"].contains(&problem.code.row().code));
    match theirs {
        Ok(value) => {
            assert!(ours_is_stricter, "{:?}", problems.errors());
            if let Some(list) = value.as_array()
                && problems.ok()
            {
                let theirs: Vec<&str> = list.iter().rev().map_while(|v| v.as_str()).collect();
                let ours = texts.iter().rev().take(theirs.len());
                assert!(ours.eq(theirs.iter().map(|text| text.as_bytes())));
            }
        }
        // Numbers of any size are taken here, since they are text.
        Err(error) if error.to_string().contains("out of range") => {}
        Err(error) => assert!(!problems.ok(), "{error}"),
    }
}

/// Patterns: an automaton within its limit, or a place within the text that is at fault; and a definition
/// that says the same.
pub fn pattern(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let read = Pattern::parse(text);
    match &read {
        Ok(pattern) => {
            let mut automaton = Automaton::new(pattern).unwrap();
            assert!(automaton.states() <= MAX_PATTERN_STATES as usize + 5 * text.len() + 20);
            automaton.matches(data);
            automaton.matches(b"");
        }
        Err(fault) => assert!(text.get(fault.at.clone()).is_some_and(|at| !at.is_empty())),
    }
    let body = serde_json::json!({"custom_attribute_name": "a", "comparison": "matches_regex", "value": text});
    let definition = serde_json::json!({"filter": {"custom_attribute": body}}).to_string();
    let mut problems = Problems::new(usize::MAX);
    kohort::segment::parse(
        definition.as_bytes(),
        MAX_DEFINITION_BYTES,
        &SEED,
        None,
        &mut problems,
    );
    placed(&problems, definition.as_bytes());
    let is_taken = definition.len() > MAX_FILTER_BYTES || problems.ok() == read.is_ok();
    assert!(is_taken, "{:?}", problems.errors());
}

/// Definitions of segments: a rule or errors, and each problem within the text.
pub fn definition(data: &[u8]) {
    let mut problems = Problems::new(usize::MAX);
    let read = kohort::segment::parse(data, MAX_DEFINITION_BYTES, &SEED, None, &mut problems);
    placed(&problems, data);
    assert_eq!(read.is_some(), problems.ok());
    // The same with a workspace, which has more to say and takes no more.
    let mut workspace = Workspace::new(SEED);
    workspace.begin_load(10).unwrap();
    workspace.push(br#"{"external_id":"a","custom_attributes":{"plan":1,"x":1},"custom_events":[{"name":"e"}]}"#);
    workspace.finish_load().unwrap();
    let rule = kohort::segment::parse(b"{}", 10, &SEED, None, &mut Problems::new(1));
    let rule = rule.unwrap().rule;
    let segments = [(&b"n"[..], &rule)];
    let names = workspace.segment_names(&segments);
    let mut lookup = kohort::segment::Lookup::new(&names);
    let mut told = Problems::new(usize::MAX);
    let read = kohort::segment::parse(
        data,
        MAX_DEFINITION_BYTES,
        &SEED,
        Some(&mut lookup),
        &mut told,
    );
    placed(&told, data);
    assert_eq!(read.is_some(), told.ok());
    assert!(told.error_count() >= problems.error_count());
    assert!(!told.ok() || told.warnings().len() >= problems.warnings().len());
    for near in lookup.into_near() {
        let all = told.errors().iter().chain(told.warnings());
        let mut paths = all.map(|problem| told.path(problem));
        assert!(paths.any(|path| path == near.path));
    }
}

/// Braze's two requests, with all options; and a reader used again answers as a new one.
pub fn checker(data: &[u8]) {
    let mut used = UsersRequest::default();
    let warm = br#"{"cohort_changes":[{"user_ids":["a","b","a"],"aliases":[{"alias_name":"n","alias_label":"l"}]}]}"#;
    used.check(warm, &Options::default(), &SEED, &mut Problems::new(1));
    for strict in [false, true] {
        let options = Options {
            strict,
            ..Options::default()
        };
        let mut problems = Problems::new(usize::MAX);
        let mut request = UsersRequest::default();
        request.check(data, &options, &SEED, &mut problems);
        placed(&problems, data);
        let counts = request.counts();
        assert_eq!(
            counts.total,
            counts.distinct + counts.duplicates + counts.conflicts
        );
        assert_eq!(counts.total as usize, request.changes().len());
        assert_eq!(problems.first_fault().is_none(), problems.ok());
        for index in 0..request.changes().len() as u32 {
            let span = request.changes().span(index);
            assert!(span.start <= span.end && span.end <= data.len());
            request.changes().id(index, data);
        }
        let mut again = Problems::new(usize::MAX);
        used.check(data, &options, &SEED, &mut again);
        assert_eq!(format!("{:?}", used.counts()), format!("{counts:?}"));
        assert_eq!(format!("{again:?}"), format!("{problems:?}"));
        let mut few = Problems::new(2);
        used.check(data, &options, &SEED, &mut few);
        assert_eq!(few.first_fault(), problems.first_fault());
        let mut names = Problems::new(usize::MAX);
        NameRequest::check(data, &options, &SEED, &mut names);
        placed(&names, data);
        assert_eq!(names.first_fault().is_none(), names.ok());
    }
}

/// Heap's webhook, and the header of its signature.
pub fn webhook(data: &[u8]) {
    let mut problems = Problems::new(usize::MAX);
    let mut webhook = webhook::Webhook::default();
    webhook.read(data, BodyLimits::default(), &SEED, &mut problems);
    placed(&problems, data);
    match webhook.decode(data) {
        Ok(decoded) => {
            assert_eq!(decoded.is_some(), problems.ok());
            if let Some(decoded) = decoded {
                let page = decoded.page();
                assert_eq!(page.add.len(), webhook.ids(Direction::Add).len());
                assert_eq!(page.remove.len(), webhook.ids(Direction::Remove).len());
                assert!(page.segment_id.bytes().all(|digit| digit.is_ascii_digit()));
            }
        }
        Err(code) => panic!("{}", code.row().code),
    }
    let mut options = signature::Options::default();
    options.allow(b"a secret");
    let mut problems = Problems::new(usize::MAX);
    let verdict = signature::verify(b"{}", Some(data), &options, 1.69e12, &mut problems);
    placed(&problems, data);
    assert_eq!(verdict.status() == 200, problems.ok());
    // Whatever the body: what is signed with the secret is let in.
    let header = signature::sign("1690000000000", data, b"a secret");
    let mut problems = Problems::new(1);
    let verdict = signature::verify(
        data,
        Some(header.as_bytes()),
        &options,
        1.69e12,
        &mut problems,
    );
    assert_eq!(verdict.status(), 200);
}

/// Payloads of other vendors, each read as every vendor's, and what they look like.
pub fn vendors(data: &[u8]) {
    for vendor in VENDORS {
        let mut problems = Problems::new(usize::MAX);
        let options = vendors::Options {
            cohort: Some(("c", None)),
            ..vendors::Options::default()
        };
        let sources = vendors::read(data, vendor, options, &SEED, &mut problems);
        placed(&problems, data);
        assert!(problems.ok() || sources.is_empty());
        for source in &sources {
            for list in [&source.add, &source.remove, &source.members] {
                assert!(list.iter().all(|id| core::str::from_utf8(id).is_ok()));
                assert!(list.bytes().len() <= data.len());
            }
            assert!(!source.cohort_id.is_empty() && !source.cohort_name.is_empty());
        }
        if problems.ok() {
            let mut problems = Problems::new(usize::MAX);
            vendors::guess(data, BodyLimits::default(), &SEED, &mut problems);
            assert!(problems.ok());
        }
    }
}

/// Exports of profiles, by the quick reader and by the one that tells.
pub fn export(data: &[u8]) {
    load(Format::Export, data);
}

/// Bodies of `/users/track`.
pub fn track(data: &[u8]) {
    load(Format::Track, data);
}

/// CSV.
pub fn csv(data: &[u8]) {
    load(Format::Csv, data);
}

/// However a source is cut, it leaves the same and tells the same; whom it says to be new there is, and
/// each profile is JSON. The format is said or not.
fn load(format: Format, data: &[u8]) {
    let format = (!data.len().is_multiple_of(4)).then_some(format);
    let (whole, found, workspace) = load_in(format, data, usize::MAX);
    let size = if !data.len().is_multiple_of(2) {
        1
    } else {
        1 + data.len() % 61
    };
    let (counts, other, _) = load_in(format, data, size);
    assert_eq!((counts, other), (whole, found), "by {size}");
    assert_eq!(whole.loaded, workspace.directory().len() as u64 - 2);
    for user in 0..workspace.directory().len() as u32 {
        let mut profile = Vec::new();
        workspace.write_profile(user, &mut profile).unwrap();
        serde_json::from_slice::<serde_json::Value>(&profile).unwrap();
    }
}

/// Loads a source to two known users, in pieces of a size: what came of it, what was told and who is
/// there, and the workspace.
fn load_in(format: Option<Format>, data: &[u8], size: usize) -> (Loaded, String, Workspace) {
    const KNOWN: &str = r#"{"external_id":"a","dob":"1990-01-02","custom_attributes":{"n":1,"list":["x",{"id":1}],"o":{"k":1}},"custom_events":[{"name":"e","count":1}],"devices":[{"device_id":"d"}]}
{"user_aliases":[{"alias_name":"n","alias_label":"l"}],"braze_id":"b"}"#;
    let mut workspace = Workspace::new(SEED);
    workspace.begin_load(10).unwrap();
    workspace.push(KNOWN.as_bytes());
    workspace.finish_load().unwrap();
    workspace.set_format(format);
    workspace.begin_load(usize::MAX).unwrap();
    for piece in data.chunks(size) {
        workspace.push(piece);
    }
    let (loaded, problems) = workspace.finish_load().unwrap();
    placed(&problems, data);
    let mut found = Vec::new();
    for problem in problems.errors().iter().chain(problems.warnings()) {
        found.extend(format!("{} {problem:?}\n", problems.path(problem)).into_bytes());
    }
    for user in 0..workspace.directory().len() as u32 {
        workspace.write_profile(user, &mut found).unwrap();
    }
    (loaded, String::from_utf8(found).unwrap(), workspace)
}

/// Every finding is within the text, on the bounds of characters where it has some, and in order.
fn placed(problems: &Problems, data: &[u8]) {
    let text = std::str::from_utf8(data).ok();
    for list in [problems.errors(), problems.warnings()] {
        assert!(list.is_sorted_by_key(|problem: &Problem| problem.offset));
        for problem in list {
            let (start, end) = (problem.offset as usize, problem.end_offset as usize);
            assert!(start <= end && end <= data.len() && problem.line > 0 && problem.column > 0);
            if let Some(text) = text {
                assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
            }
            assert!(!problem.message().is_empty());
            let path = problems.path(problem);
            assert!(path.is_empty() || path.starts_with('/'));
        }
    }
}
