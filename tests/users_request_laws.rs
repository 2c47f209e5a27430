//! Laws of users requests that hold for every input.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod oracle;
mod support;

use kohort::payload::braze::Options;
use kohort::payload::braze::users_request::UsersRequest;
use kohort::problem::Problems;
use proptest::prelude::*;
use serde_json::Value;
use support::chance::Chance;
use support::spelling::spell;
use support::{Answer, Endpoint, Found, SEED, bodies, check, line_and_column};

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

fn options(strict: bool) -> Options {
    Options {
        strict,
        lints: false,
        ..Options::default()
    }
}

const ALL: usize = usize::MAX;

// What a check says of a body is what the specification says.

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn a_users_request_is_judged_as_the_oracle_judges_it(
        body in bodies::users_request(),
        strict: bool,
        seed: u64,
    ) {
        let text = spell(&body, Some(seed));
        let answer = check(Endpoint::Users, text.as_bytes(), &options(strict), ALL);
        let expected = oracle::judge_users(&body, strict);
        prop_assert_eq!(codes(&answer.problems), expected.errors, "{}", text);
        prop_assert_eq!(codes(&answer.warnings), expected.warnings, "{}", text);
        prop_assert_eq!(answer.status, expected.status, "{}", text);
        prop_assert_eq!(answer.counts, expected.counts, "{}", text);
        lawful(&answer, text.as_bytes())?;
    }
}

// Numbers.

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn every_id_is_new_a_repeat_or_a_conflict(
        ids in prop::collection::vec((0u32..300, any::<bool>(), 0usize..3), 0..1_200),
    ) {
        let changes: Vec<Value> = ids
            .iter()
            .map(|&(id, remove, kind)| match kind {
                0 => serde_json::json!({ "user_ids": [id.to_string()], "should_remove": remove }),
                1 => serde_json::json!({ "device_ids": [id.to_string()], "should_remove": remove }),
                _ => serde_json::json!({ "aliases": [{ "alias_name": id.to_string(), "alias_label": "l" }], "should_remove": remove }),
            })
            .collect();
        let body = serde_json::json!({
            "partner_api_key": "p", "client_secret": "s", "cohort_id": "c", "cohort_changes": changes,
        });
        let answer = check(Endpoint::Users, body.to_string().as_bytes(), &options(false), ALL);
        let counts = answer.counts;
        let different: std::collections::HashSet<_> =
            ids.iter().map(|&(id, _, kind)| (id, kind)).collect();
        let directed: std::collections::HashSet<_> = ids.iter().collect();
        prop_assert_eq!(counts.total as usize, ids.len());
        prop_assert_eq!(counts.distinct as usize, different.len());
        prop_assert_eq!(counts.conflicts as usize, directed.len() - different.len());
        prop_assert_eq!(counts.total, counts.distinct + counts.duplicates + counts.conflicts);
        prop_assert_eq!(codes(&answer.problems), if ids.len() > 1_000 { vec!["ids.too_many"] } else { vec![] });
    }
}

// Spelling.

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn white_space_escapes_and_the_order_of_keys_change_nothing(
        body in bodies::users_request(),
        seeds: [u64; 2],
    ) {
        let [one, other] = seeds.map(|seed| {
            let text = spell(&body, Some(seed));
            check(Endpoint::Users, text.as_bytes(), &Options::default(), ALL)
        });
        prop_assert_eq!(codes(&one.problems), codes(&other.problems));
        prop_assert_eq!(codes(&one.warnings), codes(&other.warnings));
        prop_assert_eq!((one.status, one.counts, one.cohort_id), (other.status, other.counts, other.cohort_id));
    }

    #[test]
    fn an_id_reads_as_it_was_meant(
        texts in prop::collection::vec(any::<String>(), 0..20),
        seed: u64,
    ) {
        let ids = Value::from(texts.clone());
        let body = format!(r#"{{"cohort_changes":[{{"user_ids":{}}}]}}"#, spell(&ids, Some(seed)));
        let mut request = UsersRequest::default();
        request.check(body.as_bytes(), &options(false), &SEED, &mut Problems::new(ALL));
        let read: Vec<String> = (0..request.changes().len() as u32)
            .map(|index| request.changes().id(index, body.as_bytes()).unwrap())
            .map(|id| String::from_utf8(id.name.into_owned()).unwrap())
            .collect();
        prop_assert_eq!(read, texts);
    }
}

// A request without fault is read by few quick functions, any other by those that know everything.

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn the_quick_reader_and_the_one_of_everything_see_the_same(
        mut body in bodies::good_request(),
        seed: u64,
        strict: bool,
        require_keys: bool,
    ) {
        if !require_keys {
            // As a planned body is, before its keys are put in.
            for key in ["partner_api_key", "client_secret"] {
                body.as_object_mut().unwrap().remove(key);
            }
        }
        let quick = spell(&body, Some(seed));
        let slow = quick.replacen('{', "{\"unknown\":null,", 1);
        let [quick_answer, slow_answer] = [&quick, &slow].map(|text| {
            check(Endpoint::Users, text.as_bytes(), &Options { strict, require_keys, ..Options::default() }, ALL)
        });
        lawful(&quick_answer, quick.as_bytes())?;
        prop_assert_eq!(codes(&quick_answer.problems), Vec::<&str>::new(), "{}", &quick);
        prop_assert_eq!(quick_answer.counts, slow_answer.counts, "{}", &quick);
        prop_assert_eq!(&quick_answer.cohort_id, &slow_answer.cohort_id);
        let places = |answer: &Answer, moved: u64| -> Vec<(String, String, u64)> {
            let known = answer.warnings.iter().filter(|found| found.code != "field.unknown");
            known.map(|found| (found.code.clone(), found.path.clone(), found.offset - moved)).collect()
        };
        let moved = (slow.len() - quick.len()) as u64;
        prop_assert_eq!(places(&quick_answer, 0), places(&slow_answer, moved), "{}", &quick);
        prop_assert_eq!(ids(&quick), ids(&slow));
        prop_assert_eq!(ids(&quick), ids(&body.to_string()));
    }
}

/// The ids of a body, in order, with a place that says of which change they are.
fn ids(body: &str) -> Vec<String> {
    let body = body.as_bytes();
    let mut request = UsersRequest::default();
    request.check(body, &options(false), &SEED, &mut Problems::new(ALL));
    let changes = request.changes();
    let mut all: Vec<String> = (0..changes.kept() as u32)
        .map(|index| {
            let (id, place) = (changes.id(index, body).unwrap(), changes.place(index));
            format!("{place:?} {:?} {:?}", id.name, id.label)
        })
        .collect();
    // The keys of a change come in any order.
    all.sort();
    all
}

// Reading is total, and says where.

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn any_bytes_have_an_answer(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for endpoint in [Endpoint::Users, Endpoint::Name] {
            lawful(&check(endpoint, &body, &Options::default(), 100), &body)?;
        }
    }

    #[test]
    fn a_damaged_body_has_an_answer(
        body in bodies::users_request(),
        seed: u64,
        damages in 1usize..4,
    ) {
        let mut text = spell(&body, Some(seed)).into_bytes();
        damage(&mut text, &mut Chance::new(seed ^ 0x5eed), damages);
        lawful(&check(Endpoint::Users, &text, &Options::default(), ALL), &text)?;
        lawful(&check(Endpoint::Name, &text, &Options::default(), 3), &text)?;
        grammar_agrees(&text)?;
    }

    #[test]
    fn only_as_many_problems_are_listed_as_asked_for(
        body in bodies::users_request(),
        seed: u64,
        max in 0usize..6,
    ) {
        let text = spell(&body, Some(seed));
        let all = check(Endpoint::Users, text.as_bytes(), &Options::default(), ALL);
        let some = check(Endpoint::Users, text.as_bytes(), &Options::default(), max);
        prop_assert_eq!(all.status, some.status);
        prop_assert_eq!(all.ok, some.ok);
        for (all, some) in [(all.problems, some.problems), (all.warnings, some.warnings)] {
            if all.len() <= max {
                prop_assert_eq!(all, some);
                continue;
            }
            let (last, listed) = some.split_last().unwrap();
            prop_assert_eq!(listed.len(), max);
            prop_assert!(listed.iter().all(|found| all.contains(found)));
            prop_assert_eq!(&last.code, "limit.too_many_problems");
            let message = format!("{} more problems are not listed", all.len() - max);
            prop_assert_eq!(&last.message, &message);
        }
    }
}

#[test]
fn no_body_that_is_cut_is_good() {
    let text = spell(&bodies::rich(), None);
    assert!(check(Endpoint::Users, text.as_bytes(), &Options::default(), ALL).ok);
    for end in 0..text.len() {
        let cut = &text.as_bytes()[..end];
        let answer = check(Endpoint::Users, cut, &Options::default(), ALL);
        assert_eq!(answer.status, 400, "{end}");
        let code = if end == 0 {
            "json.empty"
        } else {
            "json.truncated"
        };
        assert!(
            answer.problems.iter().any(|found| found.code == code),
            "{end}"
        );
        lawful(&answer, cut).unwrap();
    }
}

#[test]
fn every_byte_replaced_inserted_or_left_out_is_judged_as_another_reader_judges_it() {
    let text = spell(&bodies::rich(), Some(17)).into_bytes();
    let bytes = b"\0\x01\t\n\x0c \"'+,-./019:;Aa[\\]eEfntu{}\x7f\x80\xbf\xc2\xe2\xed\xf0\xff";
    for at in 0..text.len() {
        let mut left_out = text.clone();
        left_out.remove(at);
        grammar_agrees(&left_out).unwrap();
        for &byte in bytes {
            let mut replaced = text.clone();
            replaced[at] = byte;
            grammar_agrees(&replaced).unwrap();
            let mut inserted = text.clone();
            inserted.insert(at, byte);
            grammar_agrees(&inserted).unwrap();
        }
    }
}

/// What the grammar says is said by another reader too. Stricter than it we are in three things,
/// `json.duplicate_key`, `json.too_deep` and `json.not_an_object`; more lenient in one, a byte order
/// mark.
fn grammar_agrees(body: &[u8]) -> Result<(), TestCaseError> {
    let ours = check(Endpoint::Users, body, &Options::default(), ALL);
    let stricter = ["json.duplicate_key", "json.too_deep", "json.not_an_object"];
    let refused = ours
        .problems
        .iter()
        .any(|found| found.code.starts_with("json.") && !stricter.contains(&found.code.as_str()));
    let too_deep = ours
        .problems
        .iter()
        .any(|found| found.code == "json.too_deep");
    let unmarked = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match serde_json::from_slice::<Value>(unmarked) {
        Ok(_) => prop_assert!(!refused, "{}: {:?}", body.escape_ascii(), ours.problems),
        // A number may be as large as it likes: it is text to us.
        Err(error) if error.to_string().contains("out of range") => {}
        Err(error) => {
            prop_assert!(refused || too_deep, "{}: {}", body.escape_ascii(), error);
        }
    }
    Ok(())
}

/// What holds for every answer.
fn lawful(answer: &Answer, body: &[u8]) -> Result<(), TestCaseError> {
    let Answer {
        problems,
        warnings,
        counts,
        ..
    } = answer;
    prop_assert_eq!(answer.ok, problems.is_empty());
    prop_assert_eq!(answer.ok, answer.status == 200);
    prop_assert_eq!(
        counts.total,
        counts.distinct + counts.duplicates + counts.conflicts
    );
    let sides = [counts.add, counts.remove];
    let kinds = sides.map(|side| side.external_ids + side.device_ids + side.aliases);
    prop_assert_eq!(counts.total, kinds[0] + kinds[1]);
    let text = std::str::from_utf8(body).ok();
    for list in [problems, warnings] {
        prop_assert!(list.is_sorted_by_key(|found| found.offset));
        for found in list {
            prop_assert!(found.offset <= found.end_offset && found.end_offset <= body.len() as u64);
            prop_assert!(found.line >= 1 && found.column >= 1);
            prop_assert!(found.path.is_empty() || found.path.starts_with('/'));
            let Some(text) = text else { continue };
            let (start, end) = (found.offset as usize, found.end_offset as usize);
            prop_assert!(
                text.is_char_boundary(start) && text.is_char_boundary(end),
                "{:?}",
                found
            );
            prop_assert_eq!((found.line, found.column), line_and_column(text, start));
        }
    }
    Ok(())
}

fn codes(found: &[Found]) -> Vec<&str> {
    let mut codes: Vec<_> = found.iter().map(|found| found.code.as_str()).collect();
    codes.sort_unstable();
    codes
}

/// Cuts, doubles, swaps and overwrites.
fn damage(text: &mut Vec<u8>, chance: &mut Chance, times: usize) {
    let pieces: [&[u8]; 12] = [
        b"\"",
        b"\\",
        b"\\u",
        b"\\ud83d",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\xff",
        b"\xed\xa0\x80",
    ];
    for _ in 0..times {
        let at = chance.below(text.len() + 1);
        let end = (at + chance.below(8)).min(text.len());
        match chance.below(5) {
            0 => text.truncate(at),
            1 => drop(text.drain(at..end)),
            2 => {
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
            3 => drop(text.splice(at..at, pieces[chance.below(pieces.len())].iter().copied())),
            _ if at < text.len() => text[at] = chance.below(256) as u8,
            _ => {}
        }
    }
}
