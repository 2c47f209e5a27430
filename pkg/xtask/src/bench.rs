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
    let runs = |names: &[&str]| asks_for(names, &words) && !is_there("--help") && !is_there("-h");
    if runs(&["W3", "W4"]) && !is_there("--quick") {
        // WHY: large, and only peers: the bench says which it goes without.
        if let Err(fault) = npm::ensure_packages(&session.repository.bench_engines()) {
            println!("the databases that W3 and W4 compare with are not installed: {fault:#}");
        }
    }
    let mut places = Vec::new();
    if runs(&["W4"]) && is_there("--tab") {
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

/// Whether one of these workloads is asked for: none is named, or it.
fn asks_for(workloads: &[&str], words: &[impl AsRef<str>]) -> bool {
    let mut names = words
        .iter()
        .map(AsRef::as_ref)
        .filter(|word| !word.starts_with('-') && word.parse::<u64>().is_err())
        .peekable();
    names.peek().is_none()
        || names.any(|name| {
            workloads
                .iter()
                .any(|wanted| name.eq_ignore_ascii_case(wanted))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_databases_are_for_those_who_ask_for_w3_or_w4() {
        let asked = |words: &[&str]| asks_for(&["W3", "W4"], words);
        assert!(asked(&[]));
        assert!(asked(&["--gate", "--runs", "3"]));
        assert!(asked(&["W2", "w4", "--profiles", "10"]));
        assert!(asked(&["w3"]));
        assert!(!asked(&["W2", "--runs", "3"]));
    }
}
