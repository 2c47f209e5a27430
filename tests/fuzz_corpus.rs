//! The inputs of the fuzz targets, and what fuzzing found, as ordinary tests. The conformance data
//! are inputs of every target too.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "fuzz/targets.rs"]
mod targets;

use std::path::{Path, PathBuf};

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

fn run(name: &str, target: fn(&[u8])) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = [
        tests.join("fuzz/corpus").join(name),
        tests.join("fuzz/regressions").join(name),
        tests.join("conformance"),
    ];
    for folder in folders {
        let files = files(&folder);
        assert!(!files.is_empty() || folder.ends_with(format!("regressions/{name}")));
        for file in files {
            let input = std::fs::read(&file).unwrap();
            if std::panic::catch_unwind(|| target(&input)).is_err() {
                panic!("{}", file.display());
            }
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.file_name().is_some_and(|name| name != "expected.json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
