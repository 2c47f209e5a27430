//! Debian's Rust for WebAssembly: a compiler from packages, a standard library built here.
//!
//! Debian has no compiled standard library for the target, but its source. It is built once into a
//! private folder (a sysroot) that also shows Debian's own one, so that plain cargo then works.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};
use crate::system;
use crate::toolchain::TARGET;

const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const HOST_LIBRARIES: &str = "/usr/lib/rustlib/x86_64-unknown-linux-gnu";
const SYSTEM_PATH: &str = "/usr/bin:/bin";
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";

/// A seed that pulls the standard library in; an own workspace, as it lies inside this one.
const SEED: &str = "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
    [lib]\npath = \"lib.rs\"\n\n[profile.release]\npanic = \"abort\"\n\n[workspace]\n";

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
    let made = Toolchain {
        sysroot: repository.target.join("wasm-sysroot"),
        target: repository.target.join("debian"),
    };
    let version = process::read(clean(RUSTC).arg("-vV"), "Is the package rustc-web whole?")?;
    check_version(&version)?;
    let inputs = Inputs::default()
        .word(&version)
        .word(include_str!("debian.rs"));
    let stamp = Stamp::new(made.sysroot.join("stamp"), &inputs);
    if !stamp.is_fresh(&[])? {
        println!("building Rust's standard library for {TARGET}: about a minute, once");
        build_sysroot(&made.sysroot)?;
        stamp.write(&[])?;
    }
    Ok(made)
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

fn build_sysroot(sysroot: &Path) -> Result<()> {
    let seed = sysroot.join("seed");
    if sysroot.exists() {
        fs::remove_dir_all(sysroot)
            .with_context(|| format!("could not remove {}", sysroot.display()))?;
    }
    write(&seed.join("Cargo.toml"), SEED)?;
    write(&seed.join("lib.rs"), "")?;
    let mut build = clean(CARGO);
    build
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort,test",
        ])
        .current_dir(&seed)
        .env("PATH", SYSTEM_PATH)
        .env("CARGO_TARGET_DIR", seed.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        // WHY: without bitcode in it, lto = "fat" finds no section .llvmbc and fails.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    process::run(
        &mut build,
        "Check that cargo reaches its registry: the library's own crates come from there.",
    )?;

    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    fs::create_dir_all(&libraries)
        .with_context(|| format!("could not make {}", libraries.display()))?;
    let built = seed.join("target").join(TARGET).join("release/deps");
    let mut copied = 0;
    for entry in
        fs::read_dir(&built).with_context(|| format!("could not list {}", built.display()))?
    {
        let file = entry
            .with_context(|| format!("could not list {}", built.display()))?
            .path();
        let name = file.file_name().unwrap_or_default();
        let is_library = file
            .extension()
            .is_some_and(|extension| extension == "rlib");
        if is_library && !name.to_string_lossy().starts_with("libseed-") {
            fs::copy(&file, libraries.join(name))
                .with_context(|| format!("could not copy {}", file.display()))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!(
            "the standard library's build left nothing in {}: remove {} and try again",
            built.display(),
            sysroot.display()
        );
    }
    symlink(
        HOST_LIBRARIES,
        sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu"),
    )
    .context("could not link Debian's own standard library")?;
    let wrapper = sysroot.join("bin/rustc");
    write(
        &wrapper,
        &format!(
            "#!/bin/sh\nexec {RUSTC} --sysroot '{}' \"$@\"\n",
            sysroot.display()
        ),
    )?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))
        .context("could not make the wrapper executable")?;
    fs::remove_dir_all(&seed).with_context(|| format!("could not remove {}", seed.display()))
}

/// A program of Debian's, free of what `cargo run` and rustup tell their children.
fn clean(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_ours = ["CARGO", "RUST"]
            .iter()
            .any(|prefix| text.starts_with(prefix));
        if (is_ours
            && text != "CARGO_HOME"
            && !text.starts_with("CARGO_REGISTR")
            && !text.starts_with("CARGO_HTTP")
            && !text.starts_with("CARGO_NET"))
            || text == "LD_LIBRARY_PATH"
        {
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
            "Debian's rustc is {release}, {wanted} is needed: run `apt-get update && apt-get install rustc-web cargo-web rust-web-src rust-web-llvm`"
        );
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("could not write {}", file.display()))
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
