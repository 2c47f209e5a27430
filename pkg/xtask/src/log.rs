//! What the programs of one step say: kept, and shown only when the step fails.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The file that one step's programs write to.
pub struct Log(PathBuf);

impl Log {
    /// An empty log.
    pub fn new(file: PathBuf) -> Result<Self> {
        fs::write(&file, "").with_context(|| format!("could not write {}", file.display()))?;
        Ok(Self(file))
    }

    /// Runs a program of the step; fails when the program does.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        if process::logged(command, &self.0)? {
            return Ok(());
        }
        bail!("`{}` found something", process::shown(command))
    }

    /// What was said so far; what is not UTF-8 leaves it empty.
    pub fn text(&self) -> String {
        fs::read_to_string(&self.0).unwrap_or_default()
    }
}
