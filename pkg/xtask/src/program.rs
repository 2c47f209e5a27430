//! `cargo xtask bench` and `cargo xtask demo`: Node programs over the packed package.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use signal_hook::consts::SIGINT;

use crate::session::Session;

/// Runs a Node program of the tree with the reader's arguments, terminal and folder; ends as it ends.
/// `places`: what it hears of through the environment besides the package's.
pub fn run(
    session: &Session,
    program: &str,
    arguments: &[OsString],
    places: &[(&str, PathBuf)],
) -> Result<ExitCode> {
    let file = session.repository.root.join(program);
    let words = [file.as_os_str()]
        .into_iter()
        .chain(arguments.iter().map(OsStr::new));
    // WHY: Ctrl-C reaches the program as well. It ends itself, and what was made for it is removed
    // after that, which would not happen if this process ended first.
    signal_hook::flag::register(SIGINT, Arc::default()).context("could not watch for Ctrl-C")?;
    let status = session
        .node(words)?
        .envs(places.iter().map(|(name, place)| (name, place)))
        .status()
        .with_context(|| {
            format!("could not start node for {program}. Install Node 20.19 or newer")
        })?;
    // A program that was ended by a signal has no code: the reader stopped it.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
