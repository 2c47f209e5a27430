//! A private sysroot: Rust's standard library for WebAssembly, built from Debian's source.

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::debian::{CARGO, RUSTC, SYSTEM_PATH, clean};
use crate::machine_paths;
use crate::process;
use crate::repository::Repository;
use crate::toolchain::TARGET;

/// A seed that pulls the standard library in; an own workspace, as it lies inside this one.
const SEED: &str = "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
    [lib]\npath = \"lib.rs\"\n\n[profile.release]\npanic = \"abort\"\n\n[workspace]\n";

/// Builds the library and a `rustc` that finds it, from nothing.
pub fn build(repository: &Repository, sysroot: &Path) -> Result<()> {
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
        // WHY: without bitcode in it, lto = "fat" finds no section .llvmbc and fails. Encoded, since the
        // folder's name may hold spaces.
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            std::iter::once("-Cembed-bitcode=yes".to_owned())
                .chain(machine_paths::flags(repository))
                .collect::<Vec<_>>()
                .join("\x1f"),
        );
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
    let host = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    symlink(
        Path::new("/usr/lib/rustlib").join(&host),
        sysroot.join("lib/rustlib").join(&host),
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

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("could not write {}", file.display()))
}
