//! Payloads of other vendors, read as a caller of the package has them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "tests; each uses a part of this"
)]

use kohort::cohort::id_list::IdList;
use kohort::hash::Seed;
use kohort::limits::BodyLimits;
use kohort::payload::vendors::{IdKind, Options, Source, SourceAction, Vendor, read};
use kohort::problem::Problems;
use serde_json::{Value, json};
use std::path::Path;

const SEED: Seed = Seed::new(0x6b6f_686f_7274);

/// A sample that a vendor might send: its file, the call's options, and the body.
pub struct Sample {
    pub file: String,
    pub options: Value,
    pub body: Vec<u8>,
}

impl Sample {
    pub fn vendor(&self) -> &str {
        self.options["vendor"].as_str().unwrap()
    }
}

/// The samples of a folder of the conformance data.
pub fn samples(kind: &str) -> Vec<Sample> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/conformance/vendors")
        .join(kind);
    let text = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let sample = |case: &Value| {
        let file = case["file"].as_str().unwrap().to_string();
        Sample {
            body: std::fs::read(folder.join(&file)).unwrap(),
            options: case["options"].clone(),
            file,
        }
    };
    cases.iter().map(sample).collect()
}

/// Reads a body by the package's options.
pub fn read_in(body: &[u8], given: &Value) -> (Vec<Source>, Problems) {
    let mut problems = Problems::new(100);
    let cohort = &given["cohort"];
    let options = Options {
        limits: BodyLimits::default(),
        id_field: given["idField"].as_str().map(str::as_bytes),
        cohort: cohort["id"]
            .as_str()
            .map(|id| (id, cohort["name"].as_str())),
    };
    let vendor = Vendor::named(given["vendor"].as_str().unwrap()).unwrap();
    let sources = read(body, vendor, options, &SEED, &mut problems);
    (sources, problems)
}

/// The same, with the sources as the package answers them.
pub fn read_as(body: &[u8], given: &Value) -> (Vec<Value>, Problems) {
    let (sources, problems) = read_in(body, given);
    let own = given.get("mapping").cloned().unwrap_or(json!("user_ids"));
    (
        sources.iter().map(|source| told(source, &own)).collect(),
        problems,
    )
}

pub fn texts(list: &IdList) -> Vec<&str> {
    list.iter()
        .map(|id| std::str::from_utf8(id).unwrap())
        .collect()
}

fn told(source: &Source, own: &Value) -> Value {
    let mut out = json!({
        "action": match source.action {
            SourceAction::Sync => "sync",
            SourceAction::Full => "full",
            SourceAction::Drain => "drain",
        },
        "segment": { "id": source.cohort_id, "name": source.cohort_name },
        "mapping": match (source.kind, &source.label) {
            (IdKind::User, _) => own.clone(),
            (IdKind::Device, _) => json!("device_ids"),
            (IdKind::Alias, label) => json!({ "aliases": { "alias_label": label } }),
        },
        "page": null,
        "add": null,
        "remove": null,
        "members": null,
    });
    if let Some(id) = &source.sync_id {
        out["syncId"] = json!(id);
        if let Some((page, total)) = source.part {
            out["page"] = json!({
                "segmentId": source.cohort_id, "syncTaskId": id, "pageNumber": page, "totalPages": total,
            });
        }
    }
    if source.action == SourceAction::Full {
        out["members"] = json!(texts(&source.members));
    } else {
        out["add"] = json!(texts(&source.add));
        out["remove"] = json!(texts(&source.remove));
    }
    out
}
