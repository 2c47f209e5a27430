//! The step `segments`: random worlds, as the oracle has them, played through the package.

use std::process::Command;

use anyhow::Result;

use crate::log::Log;
use crate::session::Session;
use crate::steps::suite_with;

/// Worlds of a thorough run: of `tests/segments_agree.rs` they are some ten million comparisons.
const THOROUGH: &str = "250";

/// Writes scripts and plays them; in a thorough run more, and the engine alone before.
pub fn check(session: &Session, log: &Log) -> Result<()> {
    let scripts = session.repository.target.join("segment-scripts.ndjson");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--locked", "--test", "segment_scripts"])
        .env("KOHORT_SCRIPTS", &scripts)
        .current_dir(&session.repository.root);
    if session.thorough {
        cargo
            .args(["--test", "segments_agree", "--release"])
            .env("KOHORT_WORLDS", THOROUGH);
    }
    log.run(&mut cargo)?;
    let scripts = ("KOHORT_SCRIPTS", scripts.as_os_str());
    suite_with(session, log, "tests/js/segments", &[scripts])
}
