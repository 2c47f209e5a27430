//! A Rust toolchain that compiles for WebAssembly, found or made.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::debian;
use crate::process;
use crate::repository::Repository;

/// The compilation target of the package's modules.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to come by the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// What is installed, else rustup, else Debian's packages.
    #[default]
    Auto,
    /// The toolchain in use, with rustup adding the target where it is missing.
    Rustup,
    /// Debian's rustc-web, with a standard library built from Debian's source.
    Debian,
}

/// A toolchain that has the target.
#[derive(Clone, Debug)]
pub enum Toolchain {
    /// The one that this program was started with.
    Own {
        /// Where it puts what it compiles.
        target: PathBuf,
    },
    /// Debian's.
    Debian(debian::Toolchain),
}

impl Toolchain {
    /// Finds a toolchain with the target, or makes one.
    pub fn ensure(source: Source, repository: &Repository) -> Result<Self> {
        let own = Self::Own {
            target: repository.target.clone(),
        };
        match source {
            Source::Auto if own_has_target() || add_with_rustup() => Ok(own),
            Source::Auto => {
                println!(
                    "rustup cannot add {TARGET} here: taking Debian's Rust for the wasm modules"
                );
                debian::ensure(repository).map(Self::Debian)
            }
            Source::Rustup if own_has_target() || add_with_rustup() => Ok(own),
            Source::Rustup => bail!(
                "rustup could not add {TARGET}. Run `rustup target add {TARGET}` to see why, \
                 or use `--toolchain debian`"
            ),
            Source::Debian => debian::ensure(repository).map(Self::Debian),
        }
    }

    /// A cargo that compiles for the target, to be given its subcommand.
    pub fn cargo(&self) -> Command {
        match self {
            Self::Own { target } => {
                let mut command = Command::new("cargo");
                command.env("CARGO_TARGET_DIR", target);
                command
            }
            Self::Debian(debian) => debian.cargo(),
        }
    }

    /// The folder of compiled files for the target.
    pub fn output(&self) -> PathBuf {
        match self {
            Self::Own { target } => target.join(TARGET),
            Self::Debian(debian) => debian.target().join(TARGET),
        }
    }

    /// Makes sure that this toolchain can run clippy.
    pub fn ensure_clippy(&self) -> Result<()> {
        match self {
            Self::Own { .. } => ensure_component("clippy", "cargo-clippy"),
            Self::Debian(_) => debian::ensure_clippy(),
        }
    }
}

/// Makes sure that the toolchain in use has a component of rustup, say `rustfmt`.
pub fn ensure_component(component: &str, program: &str) -> Result<()> {
    if process::succeeds(Command::new(program).arg("--version")) {
        return Ok(());
    }
    println!("adding {component} with rustup");
    let mut add = Command::new("rustup");
    add.args(["component", "add", component]);
    if process::succeeds_within(&mut add, Duration::from_secs(60)) {
        return Ok(());
    }
    bail!(
        "{component} is missing and rustup could not add it: run `rustup component add {component}` to see why"
    )
}

fn own_has_target() -> bool {
    let mut print = Command::new("rustc");
    print.args(["--print", "target-libdir", "--target", TARGET]);
    process::read(&mut print, "").is_ok_and(|folder| PathBuf::from(folder.trim()).is_dir())
}

// WHY: a time limit, as a server that never answers would hold rustup for three minutes.
fn add_with_rustup() -> bool {
    println!("adding {TARGET} with rustup (at most 20 s)");
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]);
    process::succeeds_within(&mut add, Duration::from_secs(20)) && own_has_target()
}
