//! What holds for payloads of all vendors, whatever they hold.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

#[path = "support/vendors.rs"]
mod vendors;

use kohort::hash::Seed;
use kohort::limits::BodyLimits;
use kohort::payload::vendors::{ABOUT, SourceAction, VENDORS, guess};
use kohort::problem::{Code, Problems};
use proptest::prelude::*;
use serde_json::{Value, json};
use vendors::{Sample, read_in, samples, texts};

const SEED: Seed = Seed::new(7);

#[test]
fn every_vendor_has_samples_of_each_of_its_actions_and_of_what_is_refused() {
    let (valid, invalid) = (samples("valid"), samples("invalid"));
    assert_eq!(VENDORS.len(), ABOUT.len());
    for vendor in VENDORS {
        let own = |all: &[Sample]| all.iter().filter(|s| s.vendor() == vendor.name).count();
        assert!(own(&valid) > 1 && own(&invalid) > 2, "{}", vendor.name);
        for word in [vendor.add, vendor.remove, vendor.full, vendor.drain].concat() {
            let is_shown = valid.iter().any(|sample| {
                sample.vendor() == vendor.name
                    && String::from_utf8_lossy(&sample.body).contains(word)
            });
            assert!(is_shown, "{} has no sample of {word}", vendor.name);
        }
    }
}

#[test]
fn the_guesser_names_the_vendor_of_each_sample_by_fields_that_are_there() {
    for sample in samples("valid") {
        let mut problems = Problems::new(10);
        let guesses = guess(&sample.body, BodyLimits::default(), &SEED, &mut problems);
        assert!(problems.ok());
        // An empty batch could be anybody's.
        if sample.file == "segment_an_empty_batch.json" {
            assert!(guesses.is_empty());
            continue;
        }
        let names: Vec<_> = guesses.iter().map(|guess| guess.vendor.name).collect();
        assert_eq!(names, [sample.vendor()], "{}", sample.file);
        let body: Value = serde_json::from_slice(&sample.body).unwrap();
        for reason in &guesses[0].reasons {
            assert!(body.pointer(reason).is_some(), "{}: {reason}", sample.file);
        }
    }
}

#[test]
fn what_looks_like_nobody_is_nobodys() {
    for body in [
        "{}",
        r#"{"batch":[]}"#,
        r#"{"batch":[7]}"#,
        r#"{"batch":[{"type":"track","event":"Order Completed","context":{"personas":{}}}]}"#,
        r#"{"action_type":"segment.users.sync","data":{"segment":{"id":1,"name":"n"}}}"#,
        r#"{"jsonrpc":"2.0","method":"list_fields","params":{}}"#,
    ] {
        let mut problems = Problems::new(10);
        let guesses = guess(body.as_bytes(), BodyLimits::default(), &SEED, &mut problems);
        assert!(guesses.is_empty() && problems.ok(), "{body}");
    }
    let body = r#"{"batch":[{"traits":{},"context":{"personas":{"computation_class":1}}}]}"#;
    let guesses = guess(
        body.as_bytes(),
        BodyLimits::default(),
        &SEED,
        &mut Problems::new(10),
    );
    let reasons = [
        "/batch",
        "/batch/0/context/personas/computation_class",
        "/batch/0/traits",
    ];
    assert_eq!(guesses[0].reasons, reasons);
}

#[test]
fn what_one_vendor_sends_no_other_one_reads() {
    for sample in samples("valid") {
        for vendor in VENDORS.iter().filter(|v| v.name != sample.vendor()) {
            let options = json!({ "vendor": vendor.name, "cohort": { "id": "c" } });
            // Segment's empty batch is one to nobody else.
            let (sources, problems) = read_in(&sample.body, &options);
            assert!(
                sources.is_empty() && !problems.ok(),
                "{} as {}",
                sample.file,
                vendor.name
            );
        }
    }
}

/// The pointers of every text and flag of a body, but for ids of members.
fn words(value: &Value, pointer: String, out: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                words(value, format!("{pointer}/{key}"), out);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                words(value, format!("{pointer}/{index}"), out);
            }
        }
        Value::String(_) | Value::Bool(_) => out.push(pointer),
        _ => {}
    }
}

#[test]
fn no_action_but_those_of_the_lists_is_taken() {
    for sample in samples("valid") {
        let body: Value = serde_json::from_slice(&sample.body).unwrap();
        let vendor = VENDORS.iter().find(|v| v.name == sample.vendor()).unwrap();
        let known = [vendor.add, vendor.remove, vendor.full, vendor.drain].concat();
        let mut pointers = Vec::new();
        words(&body, String::new(), &mut pointers);
        for pointer in pointers {
            let held = match body.pointer(&pointer).unwrap() {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            if !known.contains(&held.as_str())
                || pointer.contains("/properties/vip")
                || pointer.contains("/schema/")
            {
                continue;
            }
            for other in [
                json!("ADD"),
                json!(""),
                json!("add "),
                json!(null),
                json!(1),
                json!({}),
                json!("true"),
                json!([true]),
            ] {
                let mut changed = body.clone();
                *changed.pointer_mut(&pointer).unwrap() = other.clone();
                let (sources, problems) = read_in(changed.to_string().as_bytes(), &sample.options);
                assert!(
                    sources.is_empty() && !problems.ok(),
                    "{} {pointer} {other}",
                    sample.file
                );
                let of_it = |code| matches!(code, Code::VendorAction | Code::VendorType);
                assert!(
                    problems.errors().iter().any(|problem| of_it(problem.code)),
                    "{} {pointer} {other}",
                    sample.file
                );
            }
        }
    }
}

#[test]
fn a_body_that_is_cut_is_refused_at_a_place_in_it() {
    for sample in samples("valid").iter().chain(&samples("invalid")) {
        for end in 0..sample.body.len() {
            let body = &sample.body[..end];
            let (sources, problems) = read_in(body, &sample.options);
            assert!(
                sources.is_empty() && !problems.ok(),
                "{} to {end}",
                sample.file
            );
            for problem in problems.errors() {
                assert!(problem.end_offset as usize <= end && problem.line > 0);
            }
            guess(body, BodyLimits::default(), &SEED, &mut Problems::new(10));
        }
    }
}

/// A JSON string, written in one of two ways.
fn written(text: &str, escaped: bool) -> String {
    if escaped {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        return format!("\"{}\"", units.collect::<String>());
    }
    serde_json::to_string(text).unwrap()
}

/// What the last change of each id says, and the changes that count, by a plain look at all.
fn expected(changes: &[(String, bool)]) -> [Vec<&str>; 2] {
    let last = |id: &str| {
        changes
            .iter()
            .rev()
            .find(|(other, _)| other == id)
            .unwrap()
            .1
    };
    [true, false].map(|enters| {
        let counts = changes
            .iter()
            .filter(|(id, e)| *e == enters && last(id) == enters);
        counts.map(|(id, _)| id.as_str()).collect()
    })
}

proptest! {
    #[test]
    fn ids_survive_in_their_order(ids in prop::collection::vec((any::<String>(), any::<bool>()), 0..20)) {
        let users: Vec<String> = ids.iter().map(|(id, way)| format!("{{\"user_id\":{}}}", written(id, *way))).collect();
        let body = format!("{{\"users\":[{}],\"in_cohort\":false,\"cohort_id\":\"c\"}}", users.join(","));
        let (sources, problems) = read_in(body.as_bytes(), &json!({ "vendor": "amplitude" }));
        prop_assert!(problems.ok(), "{body}");
        let wanted: Vec<&str> = ids.iter().map(|(id, _)| id.as_str()).collect();
        prop_assert_eq!(texts(&sources[0].remove), wanted);
        prop_assert!(sources[0].add.is_empty() && sources.len() == 1);
    }

    #[test]
    fn the_last_change_of_an_id_counts(changes in prop::collection::vec(("[a-d]", any::<bool>()), 1..30)) {
        let messages: Vec<Value> = changes.iter().map(|(id, enters)| json!({ "user_ids": [id], "should_remove": !enters })).collect();
        let body = json!({ "cohort_changes": messages, "cohort_id": "c" }).to_string();
        let (sources, problems) = read_in(body.as_bytes(), &json!({ "vendor": "braze" }));
        prop_assert!(problems.ok());
        let [add, remove] = expected(&changes);
        let gone = changes.len() - add.len() - remove.len();
        prop_assert_eq!(texts(&sources[0].add), add);
        prop_assert_eq!(texts(&sources[0].remove), remove);
        let told = problems.warnings().iter().find(|w| w.code == Code::VendorSuperseded);
        prop_assert_eq!(told.map_or(0, |w| w.numbers[0] as usize), gone);
    }

    #[test]
    fn ids_of_two_fields_are_never_taken_together(members in prop::collection::vec((any::<bool>(), 0..3u8, any::<bool>()), 1..12), named in any::<bool>()) {
        let fields = ["email", "user_id", "phone"];
        // Where most are of one field, all often are.
        let fields: Vec<&str> = members.iter().map(|(_, field, rare)| if *rare { fields[*field as usize] } else { "email" }).collect();
        let lists = [true, false].map(|wanted| members.iter().zip(&fields).enumerate()
            .filter(|(_, ((enters, ..), _))| *enters == wanted)
            .map(|(index, (_, field))| json!({ *field: index })).collect::<Vec<Value>>());
        let body = json!({ "type": "audiencelist", "properties": { "listData": { "add": lists[0], "remove": lists[1] } } });
        let mut options = json!({ "vendor": "rudderstack", "cohort": { "id": "c" } });
        let order: Vec<&str> = lists.iter().flatten().map(|member| member.as_object().unwrap().keys().next().unwrap().as_str()).collect();
        let wanted = if named { "email" } else { order[0] };
        if named {
            options["idField"] = json!(wanted);
        }
        let (sources, problems) = read_in(body.to_string().as_bytes(), &options);
        let others = order.iter().filter(|field| **field != wanted).count();
        prop_assert_eq!(problems.errors().len(), others);
        prop_assert!(problems.errors().iter().all(|problem| problem.code == Code::VendorNoId));
        prop_assert_eq!(sources.len(), usize::from(others == 0));
    }

    #[test]
    fn pages_of_two_actions_are_never_the_same(one in "[a-z _]{1,20}", other in "[a-z _]{1,20}", same in any::<bool>()) {
        let vendor = VENDORS.iter().find(|vendor| vendor.name == "mixpanel").unwrap();
        let words = [vendor.add, vendor.remove, vendor.full].concat();
        let sessions = [one.as_str(), if same { &one } else { &other }];
        let mut names: Vec<(String, String)> = Vec::new();
        for (session, word) in sessions.iter().flat_map(|session| words.iter().map(move |word| (*session, *word))) {
            let body = json!({ "action": word, "parameters": {
                "mixpanel_cohort_id": "c", "mixpanel_session_id": session, "members": [],
                "page_info": { "page_count": 1, "total_pages": 1 },
            } });
            let (sources, problems) = read_in(body.to_string().as_bytes(), &json!({ "vendor": "mixpanel" }));
            prop_assert!(problems.ok() && sources[0].part == Some((1, 1)));
            names.push((format!("{session}\n{word}"), sources[0].sync_id.clone().unwrap()));
        }
        for (said, name) in &names {
            for (other_said, other_name) in &names {
                prop_assert_eq!(said == other_said, name == other_name);
            }
        }
    }

    #[test]
    fn a_source_for_each_audience_in_the_order_of_a_batch(events in prop::collection::vec(("[a-c]", 0..3u8, any::<bool>()), 1..30)) {
        let batch: Vec<Value> = events.iter().map(|(user, audience, enters)| json!({
            "type": "identify", "userId": user, "traits": { "k": enters },
            "context": { "personas": { "computation_class": "audience", "computation_id": audience.to_string(), "computation_key": "k" } },
        })).collect();
        let body = json!({ "batch": batch }).to_string();
        let (sources, problems) = read_in(body.as_bytes(), &json!({ "vendor": "segment" }));
        prop_assert!(problems.ok());
        let mut order: Vec<String> = Vec::new();
        for (_, audience, _) in &events {
            if !order.contains(&audience.to_string()) {
                order.push(audience.to_string());
            }
        }
        prop_assert_eq!(sources.iter().map(|s| s.cohort_id.clone()).collect::<Vec<_>>(), order);
        for source in &sources {
            prop_assert!(source.action == SourceAction::Sync);
            let own: Vec<(String, bool)> = events.iter().filter(|(_, a, _)| a.to_string() == source.cohort_id).map(|(u, _, e)| (u.clone(), *e)).collect();
            let [add, remove] = expected(&own);
            prop_assert_eq!(texts(&source.add), add);
            prop_assert_eq!(texts(&source.remove), remove);
        }
    }

    #[test]
    fn damage_never_panics_and_always_has_a_place(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(), vendor in 0..8usize) {
        let all = samples("valid");
        let sample = which.get(&all);
        let mut body = sample.body.clone();
        let at = at.index(body.len());
        body[at] = byte;
        for name in [sample.vendor(), VENDORS[vendor].name] {
            let mut options = sample.options.clone();
            options["vendor"] = json!(name);
            let (sources, problems) = read_in(&body, &options);
            prop_assert!(problems.ok() || sources.is_empty());
            for problem in problems.errors().iter().chain(problems.warnings()) {
                prop_assert!(problem.offset <= problem.end_offset && problem.end_offset as usize <= body.len() && problem.line > 0);
            }
        }
        guess(&body, BodyLimits::default(), &SEED, &mut Problems::new(10));
    }
}
