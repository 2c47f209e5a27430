//! The conformance data, run natively. `tests/conformance/README.md` tells its form; the same data
//! is run through the npm package.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;
#[path = "support/vendors.rs"]
mod vendors;

use kohort::cohort::id_list::IdList;
use kohort::cohort::page::Action;
use kohort::ingest::{Format, moment};
use kohort::json::Text;
use kohort::limits::BodyLimits;
use kohort::payload::braze::Options;
use kohort::payload::heap::webhook;
use kohort::problem::Problems;
use kohort::workspace::Workspace;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use support::{Answer, Endpoint, Found};

#[test]
fn users_requests_are_judged_as_the_data_says() {
    run("users", |body, options| {
        braze(Endpoint::Users, body, options)
    });
}

#[test]
fn name_requests_are_judged_as_the_data_says() {
    run("name", |body, options| braze(Endpoint::Name, body, options));
}

#[test]
fn heap_webhooks_are_judged_as_the_data_says() {
    run("heap", heap);
}

#[test]
fn payloads_of_other_vendors_are_judged_as_the_data_says() {
    run("vendors", |body, options| {
        let (sources, problems) = vendors::read_as(body, options);
        json!({
            "sources": sources,
            "problems": list(&support::found(&problems, problems.errors())),
            "warnings": list(&support::found(&problems, problems.warnings())),
        })
    });
}

#[test]
fn track_bodies_are_loaded_as_the_data_says() {
    run("track", load);
}

#[test]
fn csv_is_loaded_as_the_data_says() {
    run("csv", load);
}

/// Runs every case of both folders of `area`; the judge answers with the same keys as a case has.
fn run(area: &str, judge: impl Fn(&[u8], &Value) -> Value) {
    let mut wrong = Vec::new();
    for kind in ["valid", "invalid"] {
        let folder = folder().join(area).join(kind);
        let cases = manifest(&folder);
        assert!(!cases.is_empty(), "{area}/{kind} has no case");
        let mut named = BTreeSet::new();
        for case in &cases {
            let file = case["file"].as_str().unwrap();
            named.insert(file.to_string());
            let body = std::fs::read(folder.join(file)).unwrap();
            let mut options = case.get("options").cloned().unwrap_or(json!({}));
            options["before"] = case["before"].clone();
            let answer = judge(&body, &options);
            let mut case = case.clone();
            let fields = case.as_object_mut().unwrap();
            fields.entry("problems").or_insert_with(|| json!([]));
            fields.entry("warnings").or_insert_with(|| json!([]));
            assert_eq!(
                kind == "valid",
                case["problems"] == json!([]),
                "{area}/{kind}/{file} is in the wrong folder"
            );
            for (key, expected) in case.as_object().unwrap() {
                let is_there = match key.as_str() {
                    "file" | "rule" | "options" | "before" => true,
                    "profiles" => doubles(&answer[key]) == doubles(expected),
                    _ => covers(&answer[key], expected),
                };
                if !is_there {
                    wrong.push(format!(
                        "{area}/{kind}/{file} {}\n  {key} should be {expected}\n  and is        {}",
                        case.get("options").unwrap_or(&Value::Null),
                        answer[key]
                    ));
                }
            }
        }
        assert_eq!(
            named,
            files(&folder),
            "the manifest of {area}/{kind} and its files"
        );
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Does `answer` say all that `expected` says? Lists must be of one length; objects may say more.
fn covers(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (Value::Array(answer), Value::Array(expected)) => {
            answer.len() == expected.len() && answer.iter().zip(expected).all(|(a, e)| covers(a, e))
        }
        (Value::Object(answer), Value::Object(expected)) => expected
            .iter()
            .all(|(key, expected)| answer.get(key).is_some_and(|a| covers(a, expected))),
        _ => answer == expected,
    }
}

/// Numbers as JavaScript reads them.
fn doubles(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(doubles).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), doubles(value)))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

/// Loads a source into a workspace that knows what was before.
fn load(body: &[u8], given: &Value) -> Value {
    let mut workspace = Workspace::new(support::SEED);
    let as_of = given["asOf"].as_str();
    workspace.set_as_of(as_of.map(|text| moment(text.as_bytes()).unwrap()));
    if let Some(before) = given["before"].as_str() {
        workspace.begin_load(1).unwrap();
        workspace.push(before.as_bytes());
        assert!(workspace.finish_load().unwrap().1.ok(), "{before}");
    }
    workspace.set_format(match given["format"].as_str() {
        Some("track") => Some(Format::Track),
        Some("csv") => Some(Format::Csv),
        Some(other) => panic!("{other}"),
        None => None,
    });
    workspace.begin_load(100).unwrap();
    workspace.push(body);
    let (loaded, problems) = workspace.finish_load().unwrap();
    let profiles = (0..workspace.directory().len() as u32).map(|user| {
        let mut out = Vec::new();
        workspace.write_profile(user, &mut out).unwrap();
        serde_json::from_slice::<Value>(&out).unwrap()
    });
    json!({
        "counts": {
            "loaded": loaded.loaded,
            "updated": loaded.updated,
            "rejected": loaded.rejected,
            "covered": loaded.covered,
        },
        "profiles": profiles.collect::<Vec<_>>(),
        "problems": list(&support::found(&problems, problems.errors())),
        "warnings": list(&support::found(&problems, problems.warnings())),
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn manifest(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn files(folder: &Path) -> BTreeSet<String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "expected.json")
        .collect()
}

fn braze(endpoint: Endpoint, body: &[u8], given: &Value) -> Value {
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => several.iter().map(|s| s.as_str().unwrap().into()).collect(),
            _ => Vec::new(),
        }
    };
    let partner = texts(&given["keys"]["partnerApiKey"]);
    let secrets = texts(&given["keys"]["clientSecret"]);
    let options = Options {
        strict: given["strict"].as_bool().unwrap_or(false),
        lints: given["lints"].as_bool().unwrap_or(true),
        keys: support::keys(&partner, &secrets),
        limits: limits(given),
        ..Options::default()
    };
    let max_problems = given["maxProblems"].as_u64().unwrap_or(100) as usize;
    in_words(&support::check(endpoint, body, &options, max_problems))
}

fn limits(given: &Value) -> BodyLimits {
    let default = BodyLimits::default();
    let number = |name: &str| given["limits"][name].as_u64();
    BodyLimits {
        max_bytes: number("maxBytes").map_or(default.max_bytes, |n| n as usize),
        max_depth: number("maxDepth").map_or(default.max_depth, |n| n as u32),
    }
}

fn heap(body: &[u8], given: &Value) -> Value {
    let limits = limits(given);
    let mut problems = Problems::new(100);
    let mut webhook = webhook::Webhook::default();
    webhook.read(body, limits, &support::SEED, &mut problems);
    let text = |text: Text| String::from_utf8(text.decode(body).into_owned()).unwrap();
    let mut answer = json!({
        "problems": list(&support::found(&problems, problems.errors())),
        "warnings": list(&support::found(&problems, problems.warnings())),
    });
    if let Some(decoded) = webhook.decode(body).unwrap() {
        let page = decoded.page();
        let ids = |list: &IdList| -> Value {
            list.iter()
                .map(|id| std::str::from_utf8(id).unwrap())
                .collect()
        };
        answer["action"] = match page.action {
            Action::Sync => "sync".into(),
            Action::Drain => "drain".into(),
        };
        answer["idToken"] = webhook.id_token().map(text).into();
        answer["fields"] = webhook
            .fields()
            .iter()
            .map(|field| json!({ "id": text(field.id), "type": field.kind.map(text), "value": text(field.value) }))
            .collect();
        answer["segment"] = json!({ "id": page.segment_id, "name": page.segment_name });
        answer["page"] = page.part.map_or(Value::Null, |part| {
            json!({
                "pageNumber": part.page_number,
                "totalPages": part.total_pages,
                "syncTaskId": part.sync_task_id,
            })
        });
        answer["add"] = ids(page.add);
        answer["remove"] = ids(page.remove);
    }
    answer
}

fn in_words(answer: &Answer) -> Value {
    let kinds = |kinds: kohort::payload::braze::users_request::KindCounts| {
        json!({
            "externalIds": kinds.external_ids,
            "deviceIds": kinds.device_ids,
            "aliases": kinds.aliases,
        })
    };
    let counts = answer.counts;
    json!({
        "status": answer.status,
        "message": answer.message,
        "cohortId": answer.cohort_id.as_ref().map(|id| String::from_utf8_lossy(id).into_owned()),
        "counts": {
            "add": kinds(counts.add),
            "remove": kinds(counts.remove),
            "total": counts.total,
            "distinct": counts.distinct,
            "duplicates": counts.duplicates,
            "conflicts": counts.conflicts,
        },
        "problems": list(&answer.problems),
        "warnings": list(&answer.warnings),
    })
}

fn list(found: &[Found]) -> Value {
    found
        .iter()
        .map(|found| {
            json!({
                "code": found.code,
                "path": found.path,
                "offset": found.offset,
                "endOffset": found.end_offset,
                "line": found.line,
                "column": found.column,
                "message": found.message,
            })
        })
        .collect()
}
