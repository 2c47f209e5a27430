//! What the steps of one run share: each piece is made when first needed, once.

use std::cell::OnceCell;
use std::env;
use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::build;
use crate::npm;
use crate::pack::{self, Project};
use crate::repository::Repository;
use crate::toolchain::{Source, Toolchain};

/// One run of the task runner.
pub struct Session {
    /// The tree.
    pub repository: Repository,
    /// Do tests play as many random worlds as are worth waiting for?
    pub thorough: bool,
    source: Source,
    toolchain: OnceCell<Result<Toolchain, String>>,
    built: OnceCell<Result<(), String>>,
    project: OnceCell<Result<Project, String>>,
}

impl Session {
    /// A run that has made nothing yet.
    pub fn new(repository: Repository, source: Source) -> Self {
        Self {
            repository,
            thorough: false,
            source,
            toolchain: OnceCell::new(),
            built: OnceCell::new(),
            project: OnceCell::new(),
        }
    }

    /// The toolchain for WebAssembly.
    pub fn toolchain(&self) -> Result<&Toolchain> {
        once(
            &self.toolchain,
            "finding a compiler for WebAssembly",
            || Toolchain::ensure(self.source, &self.repository),
        )
    }

    /// The built package.
    pub fn build(&self) -> Result<()> {
        once(&self.built, "the build", || {
            build::build(&self.repository, self.toolchain()?)
        })
        .copied()
    }

    /// A project outside the tree with the built and packed package, and the tests' npm packages.
    pub fn project(&self) -> Result<&Project> {
        once(&self.project, "installing the package", || {
            self.build()?;
            npm::ensure_packages(&self.repository.tests())?;
            Project::with(&pack::pack(&self.repository)?)
        })
    }

    /// A Node program that uses the package as installed in [`Session::project`].
    pub fn node(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Command> {
        let mut command = Command::new("node");
        command
            .args(arguments)
            .env("KOHORT_PACKAGE_DIR", self.project()?.folder());
        if env::var_os("NO_COLOR").is_none() && env::var_os("CI").is_some() {
            command.env("NO_COLOR", "1");
        }
        Ok(command)
    }
}

/// Makes something once; whoever needs it again after a failure hears of it in a line.
fn once<'a, T>(
    cell: &'a OnceCell<Result<T, String>>,
    what: &str,
    make: impl FnOnce() -> Result<T>,
) -> Result<&'a T> {
    if let Some(Err(_)) = cell.get() {
        return Err(anyhow!("{what} failed before (see above)"));
    }
    cell.get_or_init(|| make().map_err(|fault| format!("{fault:#}")))
        .as_ref()
        .map_err(|fault| anyhow!("{fault}"))
}
