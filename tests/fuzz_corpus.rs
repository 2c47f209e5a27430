//! The inputs of the fuzz targets, and what fuzzing found, as ordinary tests; and inputs made from
//! them by chance. The conformance data are inputs of every target too.
//!
//! What is found belongs into `tests/fuzz/regressions/`, a file for each, named in words. To look
//! for more than the few thousand inputs that are tried each time:
//! `KOHORT_FUZZ_SECONDS=60 cargo test --release --test fuzz_corpus`, or cargo-fuzz (see
//! `tests/fuzz/Cargo.toml`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "fuzz/mutate.rs"]
mod mutate;
mod support;
#[path = "fuzz/targets.rs"]
mod targets;

use mutate::mutated;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::chance::Chance;
use support::files::files_under;

/// Inputs that are made by chance each time.
const MADE: usize = 3_000;

#[test]
fn the_reader_holds_its_laws() {
    run("reader", targets::reader);
}

#[test]
fn the_checker_holds_its_laws() {
    run("checker", targets::checker);
}

#[test]
fn the_webhook_holds_its_laws() {
    run("webhook", targets::webhook);
}

#[test]
fn payloads_of_other_vendors_hold_their_laws() {
    run("vendors", targets::vendors);
}

#[test]
fn exports_hold_their_laws() {
    run("export", targets::export);
}

#[test]
fn track_bodies_hold_their_laws() {
    run("track", targets::track);
}

#[test]
fn patterns_hold_their_laws() {
    run("pattern", targets::pattern);
}

#[test]
fn definitions_hold_their_laws() {
    run("definition", targets::definition);
}

#[test]
fn csv_holds_its_laws() {
    run("csv", targets::csv);
}

fn run(name: &str, target: fn(&[u8])) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = ["fuzz/corpus", "fuzz/regressions"].map(|kind| tests.join(kind).join(name));
    let mut inputs = Vec::new();
    for folder in folders.into_iter().chain([tests.join("conformance")]) {
        let files = files(&folder);
        assert!(
            !files.is_empty() || folder.ends_with(format!("regressions/{name}")),
            "{} holds nothing",
            folder.display()
        );
        for file in files {
            let input = std::fs::read(&file).unwrap();
            if catch_unwind(|| target(&input)).is_err() {
                panic!("{}", file.display());
            }
            inputs.push(input);
        }
    }
    make(name, target, &inputs);
}

/// Tries inputs made from these: always the same few, or others for as long as is asked.
fn make(name: &str, target: fn(&[u8]), inputs: &[Vec<u8>]) {
    let seconds = std::env::var("KOHORT_FUZZ_SECONDS").ok();
    let seconds = seconds.map(|text| Duration::from_secs(text.parse().unwrap()));
    let seed = match seconds {
        Some(_) => std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64,
        None => 0x6b6f_686f_7274,
    };
    let (mut dice, began, mut made) = (Chance::new(seed), Instant::now(), 0);
    while seconds.map_or(made < MADE, |seconds| began.elapsed() < seconds) {
        let input = &inputs[dice.below(inputs.len())];
        // The largest would take most of the time.
        if input.len() > 1 << 16 {
            continue;
        }
        let input = mutated(input, &inputs[dice.below(inputs.len())], &mut dice);
        made += 1;
        if catch_unwind(|| target(&input)).is_err() {
            let found =
                Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{seed}-{made}"));
            std::fs::write(&found, &input).unwrap();
            panic!(
                "a law is broken by {}: put it into tests/fuzz/regressions/{name}/",
                found.display()
            );
        }
    }
    if seconds.is_some() {
        println!("{name}: {made} inputs from seed {seed}");
    }
}

/// A list of what is expected is no input.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_under(folder);
    files.retain(|file| file.file_name().is_some_and(|name| name != "expected.json"));
    files
}
