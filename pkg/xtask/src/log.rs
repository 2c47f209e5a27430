//! What the programs of one step say: kept, and shown only when the step fails.

use std::cell::OnceCell;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The file that one step's programs write to.
pub struct Log {
    file: PathBuf,
    skipped: OnceCell<String>,
}

impl Log {
    /// An empty log.
    pub fn new(file: PathBuf) -> Result<Self> {
        fs::write(&file, "").with_context(|| format!("could not write {}", file.display()))?;
        Ok(Self {
            file,
            skipped: OnceCell::new(),
        })
    }

    /// Notes that the step cannot run on this machine, and why: it is no test that passed.
    pub fn skip(&self, reason: String) {
        let _ = self.skipped.set(reason);
    }

    /// Why the step did not run, where it did not.
    pub fn skipped(&self) -> Option<&str> {
        self.skipped.get().map(String::as_str)
    }

    /// Runs a program of the step; fails when the program does.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        if process::logged(command, &self.file)? {
            return Ok(());
        }
        bail!("`{}` found something", process::shown(command))
    }

    /// What was said so far; what is not UTF-8 leaves it empty.
    pub fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap_or_default()
    }
}
