//! The types of the packed package, checked as a TypeScript user has them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::log::Log;
use crate::session::Session;
use crate::stamp::files_under;

/// What the type tests import besides the package.
const IMPORTED: &[&str] = &["expect-type", "@types"];

/// Lets tsc check the package's own sources against its types; then copies `tests/types` beside the
/// installed package and lets tsc check it there, as each of its tsconfig files says.
pub fn check(session: &Session, log: &Log) -> Result<()> {
    let project = session.project()?.folder();
    let modules = session.repository.tests().join("node_modules");
    for package in IMPORTED {
        let link = project.join("node_modules").join(package);
        if !link.exists() {
            symlink(modules.join(package), &link)
                .with_context(|| format!("could not make {}", link.display()))?;
        }
    }
    let copied = project.join("types");
    copy_folder(&session.repository.tests().join("types"), &copied)?;
    let pkg = session.repository.pkg();
    log.run(
        Command::new("node")
            .arg(pkg.join("node_modules/typescript/bin/tsc"))
            .args(["--pretty", "false", "--project", "."])
            .current_dir(&pkg),
    )?;
    for file in files_under(&copied)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("tsconfig") {
            log.run(
                Command::new("node")
                    .arg(modules.join("typescript/bin/tsc"))
                    .args(["--noEmit", "--strict", "--pretty", "false", "--project"])
                    .arg(&file)
                    .current_dir(project),
            )?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for file in files_under(from)? {
        let copy = to.join(file.strip_prefix(from).unwrap_or(&file));
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("could not make {}", folder.display()))?;
        }
        fs::copy(&file, &copy).with_context(|| format!("could not copy {}", file.display()))?;
    }
    Ok(())
}
