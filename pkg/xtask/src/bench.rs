//! `cargo xtask bench`: what its program needs beyond the package, then the program.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::npm;
use crate::program;
use crate::session::Session;
use crate::system;

/// Runs tests/bench/main.mjs with these arguments.
pub fn run(session: &Session, arguments: &[OsString]) -> Result<ExitCode> {
    let words: Vec<_> = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .collect();
    let is_there = |wanted: &str| words.iter().any(|word| word == wanted);
    let loads = loads(&words) && !is_there("--help") && !is_there("-h");
    if loads && !is_there("--quick") {
        // WHY: large, and only peers: the bench says which it goes without.
        if let Err(fault) = npm::ensure_packages(&session.repository.bench_engines()) {
            println!("the databases that W4 compares with are not installed: {fault:#}");
        }
    }
    let mut places = Vec::new();
    if loads && is_there("--tab") {
        for (variable, browser) in [
            ("KOHORT_CHROMIUM", system::ensure_chromium()),
            ("KOHORT_FIREFOX", system::ensure_firefox()),
        ] {
            match browser {
                Ok(place) => places.push((variable, place)),
                Err(fault) => println!("a browser is missing: {fault:#}"),
            }
        }
    }
    program::run(session, "tests/bench/main.mjs", arguments, &places)
}

/// Whether W4 is among the workloads: none is named, or it.
fn loads(words: &[impl AsRef<str>]) -> bool {
    let mut names = words
        .iter()
        .map(AsRef::as_ref)
        .filter(|word| !word.starts_with('-') && word.parse::<u64>().is_err())
        .peekable();
    names.peek().is_none() || names.any(|name| name.eq_ignore_ascii_case("W4"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_are_for_those_who_ask_for_w4() {
        assert!(loads(&[] as &[&str]));
        assert!(loads(&["--gate", "--runs", "3"]));
        assert!(loads(&["W2", "w4", "--profiles", "10"]));
        assert!(!loads(&["W2", "--runs", "3"]));
    }
}
