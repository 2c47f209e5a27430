//! Debian's Rust for WebAssembly: a compiler from packages, a standard library built here.
//!
//! Debian has no compiled standard library for the target, but its source. It is built once into a
//! private folder (a sysroot) that also shows Debian's own one, so that plain cargo then works.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};
use crate::sysroot;
use crate::system;
use crate::toolchain::TARGET;

const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
/// Where Debian's programs are found.
pub const SYSTEM_PATH: &str = "/usr/bin:/bin";
/// Debian's compiler.
pub const RUSTC: &str = "/usr/bin/rustc";
/// Debian's cargo.
pub const CARGO: &str = "/usr/bin/cargo";

/// Debian's toolchain with its private sysroot.
#[derive(Clone, Debug)]
pub struct Toolchain {
    sysroot: PathBuf,
    target: PathBuf,
}

impl Toolchain {
    /// A cargo that compiles for the target.
    pub fn cargo(&self) -> Command {
        self.using_sysroot(clean(CARGO))
    }

    /// A tool of cargo, say `clippy`, for the target.
    pub fn tool(&self, name: &str) -> Command {
        self.using_sysroot(tool(name))
    }

    fn using_sysroot(&self, mut command: Command) -> Command {
        let own = self.sysroot.join("bin");
        command
            .env("PATH", format!("{}:{SYSTEM_PATH}", own.display()))
            .env("RUSTC", own.join("rustc"))
            // For clippy, which does not go through the wrapper.
            .env("SYSROOT", &self.sysroot)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Where it puts what it compiles.
    pub fn target(&self) -> &Path {
        &self.target
    }
}

/// Installs the packages and builds the standard library, each only where missing.
pub fn ensure(repository: &Repository) -> Result<Toolchain> {
    system::ensure_packages(PACKAGES, "compiling to WebAssembly")?;
    let (made, stamp) = expected(repository)?;
    if !stamp.is_fresh(&[])? {
        println!("building Rust's standard library for {TARGET}: about a minute, once");
        sysroot::build(repository, &made.sysroot)?;
        stamp.write(&[])?;
    }
    Ok(made)
}

/// Why this machine cannot have it, where it cannot.
pub fn unavailable() -> Option<String> {
    system::unavailable(PACKAGES)
}

/// The toolchain where an earlier run made it.
pub fn find(repository: &Repository) -> Option<Toolchain> {
    let (made, stamp) = expected(repository).ok()?;
    stamp.is_fresh(&[]).is_ok_and(|fresh| fresh).then_some(made)
}

fn expected(repository: &Repository) -> Result<(Toolchain, Stamp)> {
    let version = process::read(clean(RUSTC).arg("-vV"), "Is the package rustc-web whole?")?;
    check_version(&version)?;
    let made = Toolchain {
        sysroot: repository.target.join("wasm-sysroot"),
        target: repository.target.join("debian"),
    };
    let inputs = Inputs::default()
        .word(&version)
        .word(include_str!("sysroot.rs"))
        .word(&made.sysroot.to_string_lossy());
    let stamp = Stamp::new(made.sysroot.join("stamp"), &inputs);
    Ok((made, stamp))
}

/// Installs Debian's Rust with one of its tools.
pub fn ensure_tool(package: &str) -> Result<()> {
    system::ensure_packages(
        &["rustc-web", "cargo-web", package],
        "the checks of the sources",
    )
}

/// A tool of Debian's cargo, say `clippy`, for this machine's own target.
pub fn host_tool(name: &str, repository: &Repository) -> Command {
    let mut command = tool(name);
    command
        .env("PATH", SYSTEM_PATH)
        .env("CARGO_TARGET_DIR", repository.target.join("debian"));
    command
}

// WHY: not `cargo clippy`, as cargo looks in its home first and finds rustup's there.
fn tool(name: &str) -> Command {
    let mut command = clean(&format!("/usr/bin/cargo-{name}"));
    command.arg(name);
    command
}

/// What Debian's programs hear of the environment's words for cargo: where it downloads to and from.
const KEPT: &[&str] = &[
    "CARGO_HOME",
    "CARGO_HTTP",
    "CARGO_NET",
    "CARGO_REGISTR",
    "CARGO_SOURCE",
];

/// A program of Debian's, free of what `cargo run` and rustup tell their children.
pub fn clean(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let starts_with = |prefix: &&str| text.starts_with(*prefix);
        let is_of_cargo = ["CARGO", "RUST", "LD_LIBRARY_PATH"].iter().any(starts_with);
        if is_of_cargo && !KEPT.iter().any(starts_with) {
            command.env_remove(name);
        }
    }
    command
}

/// Debian's packages grow with its browsers; an old package list may still offer a compiler from before.
fn check_version(verbose: &str) -> Result<()> {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let release = verbose
        .lines()
        .find_map(|line| line.strip_prefix("release: "))
        .unwrap_or_default();
    let number = |text: &str| {
        let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    if number(release) < number(wanted) {
        bail!(
            "Debian's rustc is {release}, {wanted} is needed. Run this line, then try again:\n  {}",
            system::install_line(PACKAGES)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_compiler_is_refused() {
        assert!(check_version("rustc 1.85.0\nrelease: 1.85.0\n").is_err());
        assert!(check_version("").is_err());
        assert!(check_version("release: 1.96.0\n").is_ok());
        assert!(check_version("release: 2.0.0\n").is_ok());
    }
}
