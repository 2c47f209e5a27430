//! What a person reads when something is wrong: `snapshot.txt` shows every problem code once, with
//! its message, the place it points at and its help. Read the difference when it changes, then
//! write it anew with `UPDATE=1 cargo test --test diagnostics`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod loading;
mod render;
mod samples;
mod segments;
#[path = "../support/mod.rs"]
mod support;
mod vendors;

use kohort::problem::{Code, Row, TABLE};
use samples::{OF_JAVASCRIPT, samples};
use std::collections::BTreeSet;

#[test]
fn every_problem_reads_as_in_the_snapshot() {
    let shown: Vec<String> = samples().iter().map(|sample| sample.show()).collect();
    let shown = shown.join("\n");
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/diagnostics/snapshot.txt"
    );
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, &shown).unwrap();
    }
    let expected = std::fs::read_to_string(file).unwrap();
    for (shown, expected) in shown.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(
            shown, expected,
            "\n--- now:\n{shown}\n--- snapshot:\n{expected}\n"
        );
    }
    assert_eq!(
        shown.len(),
        expected.len(),
        "there are more or fewer than in the snapshot"
    );
}

#[test]
fn every_code_has_a_sample() {
    let shown: BTreeSet<&str> = samples().iter().map(|sample| sample.code).collect();
    let all: BTreeSet<&str> = TABLE.iter().map(|row| row.code).collect();
    assert_eq!(TABLE.len(), Code::ALL.len());
    assert_eq!(all.len(), TABLE.len(), "a code stands for two things");
    for code in &all {
        assert!(shown.contains(code), "`{code}` needs a sample");
    }
}

#[test]
fn every_code_of_javascript_is_made_in_its_tests() {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/js/esm");
    let tests: String = std::fs::read_dir(tests)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for code in OF_JAVASCRIPT {
        assert!(tests.contains(&format!("\"{code}\"")), "`{code}`");
    }
}

#[test]
fn every_message_is_one_plain_sentence() {
    for row in TABLE {
        plain(row, row.message);
        assert!(row.message.contains(' '), "{}", row.code);
    }
}

/// A sentence begins with what to do, or says it after a semicolon.
#[test]
fn every_help_says_what_to_do() {
    let verbs = [
        "add", "ask", "build", "check", "choose", "close", "copy", "correct", "encode", "escape",
        "expect", "flatten", "give", "handle", "leave", "load", "look", "make", "mend", "name",
        "pack", "pass", "plan", "put", "raise", "refuse", "remove", "save", "see", "send", "split",
        "store", "swap", "trim", "unpack", "use", "wait", "wrap", "write",
    ];
    for row in TABLE {
        plain(row, row.help);
        let says = row
            .help
            .split("; ")
            .any(|part| verbs.contains(&part.split([' ', ',', ':']).next().unwrap_or("")));
        assert!(says, "{}: {}", row.code, row.help);
        assert!(row.help != row.message, "{}", row.code);
    }
}

#[test]
fn every_code_is_an_area_and_a_reason() {
    for row in TABLE {
        let words = |part: &str| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
        };
        let (area, reason) = row.code.split_once('.').unwrap();
        assert!(words(area) && words(reason), "{}", row.code);
    }
}

/// Lowercase, no period at the end, fields in backticks, no names of Rust's types, and no
/// placeholder but those that are filled in.
fn plain(row: &Row, text: &str) {
    let first = text.chars().next().unwrap();
    assert!(
        first.is_lowercase() || "`{".contains(first),
        "{}: {text}",
        row.code
    );
    assert!(!text.ends_with(['.', '!', ' ']), "{}: {text}", row.code);
    assert!(!text.contains(['\n', '\t']), "{}: {text}", row.code);
    assert_eq!(text.matches('`').count() % 2, 0, "{}: {text}", row.code);
    let types = [
        "usize", "u8", "u16", "u32", "u64", "i64", "f64", "str", "String", "Vec", "Option", "None",
        "Some", "Result", "HashMap", "enum", "struct",
    ];
    for (index, part) in text.split('`').enumerate() {
        let quoted = index % 2 == 1;
        for word in part.split(|c: char| !c.is_alphanumeric() && c != '_') {
            assert!(!types.contains(&word), "{}: `{word}` in {text}", row.code);
            assert!(
                quoted || !word.contains('_'),
                "{}: `{word}` in {text}",
                row.code
            );
        }
    }
    if std::ptr::eq(text, row.message) {
        for (at, _) in text.match_indices('{') {
            let filled = ["{name}", "{0}", "{1}"];
            assert!(
                filled.iter().any(|f| text[at..].starts_with(f)),
                "{}: {text}",
                row.code
            );
        }
    }
}
