//! The second way to a compiler for WebAssembly, really gone: a machine on which rustup has no such
//! target and cannot add it, played by two programs that stand before the real ones.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::debian;
use crate::log::Log;
use crate::session::Session;
use crate::system;
use crate::toolchain::TARGET;

/// Compiles the edge module by what is found there, and asks it in the package's own place.
pub fn check(session: &Session, log: &Log) -> Result<()> {
    if let Some(reason) = debian::unavailable() {
        log.skip(reason);
        return Ok(());
    }
    let folder = session.repository.target.join("second-way");
    let hidden = folder.join("bin");
    hide_target(&hidden)?;
    let module = folder.join("edge.wasm");
    // wasm-opt and the rest of the package come from the ordinary build.
    session.build()?;
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([hidden].into_iter().chain(env::split_paths(&path)))
        .context("the folder of the tree cannot stand in $PATH: move the tree")?;
    let own = env::current_exe().context("could not find the task runner itself")?;
    log.run(
        Command::new(own)
            .args(["--toolchain", "auto", "edge-module"])
            .arg(&module)
            .env("PATH", path)
            .current_dir(&session.repository.root),
    )?;
    if !log.text().contains("compiled by Debian's Rust") {
        bail!("another compiler than Debian's was found: is rustup's target still seen?");
    }
    let test = session
        .repository
        .tests()
        .join("js/second_way/edge.test.mjs");
    log.run(
        session
            .node(["--test", "--test-reporter=spec"])?
            .arg(test)
            .env("KOHORT_EDGE_MODULE", &module)
            .current_dir(&session.repository.root),
    )
}

/// Writes a `rustc` that has no target for WebAssembly and a `rustup` that can add none.
fn hide_target(folder: &Path) -> Result<()> {
    let rustc = system::on_path("rustc").context("there is no rustc on the path")?;
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    let asks = format!("*\"target-libdir --target {TARGET}\"*");
    for (name, does) in [
        (
            "rustc",
            format!(
                "case \"$*\" in {asks}) echo /nowhere; exit;; esac\nexec '{}' \"$@\"",
                rustc.display()
            ),
        ),
        ("rustup", "exit 1".to_owned()),
    ] {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{does}\n"))
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o755)))
            .with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}
