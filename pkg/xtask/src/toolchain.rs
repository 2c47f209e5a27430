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

// WHY: a server that never answers would hold rustup for three minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(20);

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
            Source::Auto if own_has_target() => Ok(own),
            Source::Auto => {
                if let Some(debian) = debian::find(repository) {
                    return Ok(Self::Debian(debian));
                }
                if add_with_rustup() {
                    return Ok(own);
                }
                println!("rustup cannot: taking Debian's Rust for the wasm modules");
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

    /// What it is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Own { .. } => "the toolchain in use",
            Self::Debian(_) => "Debian's Rust",
        }
    }

    /// A cargo that compiles for the target, to be given its subcommand.
    pub fn cargo(&self) -> Command {
        match self {
            Self::Own { target } => {
                let mut command = Command::new("cargo");
                // The environment's flags would replace those of .cargo/config.toml.
                command
                    .env("CARGO_TARGET_DIR", target)
                    .env_remove("RUSTFLAGS")
                    .env_remove("CARGO_ENCODED_RUSTFLAGS");
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

    /// clippy for the target, by this toolchain where it has clippy, else by Debian's.
    pub fn clippy(&self, repository: &Repository) -> Result<Command> {
        let debian = match self {
            Self::Own { .. } if own_has_tool("clippy", "cargo-clippy") => {
                let mut command = self.cargo();
                command.arg("clippy");
                return Ok(command);
            }
            Self::Own { .. } => &debian::ensure(repository)?,
            Self::Debian(debian) => debian,
        };
        debian::ensure_tool("rust-web-clippy")?;
        Ok(debian.tool("clippy"))
    }
}

/// A tool of cargo for this machine's own target: of the toolchain in use, else of Debian's.
pub fn tool(
    name: &str,
    component: &str,
    package: &str,
    repository: &Repository,
) -> Result<Command> {
    if own_has_tool(component, &format!("cargo-{name}")) {
        let mut command = Command::new("cargo");
        command.arg(name);
        return Ok(command);
    }
    println!("rustup cannot: taking Debian's {package}");
    debian::ensure_tool(package)?;
    Ok(debian::host_tool(name, repository))
}

fn own_has_tool(component: &str, program: &str) -> bool {
    let is_there = || process::succeeds(Command::new(program).arg("--version"));
    if is_there() {
        return true;
    }
    println!("adding {component} with rustup (at most 20 s)");
    let mut add = Command::new("rustup");
    add.args(["component", "add", component]);
    process::succeeds_within(&mut add, RUSTUP_LIMIT) && is_there()
}

fn own_has_target() -> bool {
    let mut print = Command::new("rustc");
    print.args(["--print", "target-libdir", "--target", TARGET]);
    process::read(&mut print, "").is_ok_and(|folder| PathBuf::from(folder.trim()).is_dir())
}

fn add_with_rustup() -> bool {
    println!("adding {TARGET} with rustup (at most 20 s)");
    let mut add = Command::new("rustup");
    add.args(["target", "add", TARGET]);
    process::succeeds_within(&mut add, RUSTUP_LIMIT) && own_has_target()
}
