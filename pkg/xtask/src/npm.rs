//! Node, npm and the packages that the lock files name.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::lock_file;
use crate::process;
use crate::stamp::{Inputs, Stamp};
use crate::system::on_path;

/// The oldest Node that can `require` an ES module, as the package's CommonJS users do.
const OLDEST_NODE: (u32, u32) = (20, 19);

const ADVICE: &str = "Install Node 20.19 or newer (with npm) and try again.";

/// Fails clearly where Node or npm is missing or too old.
fn check_node() -> Result<()> {
    let version = process::read(Command::new("node").arg("--version"), ADVICE)?;
    match parse_node_version(version.trim()) {
        Some(found) if found >= OLDEST_NODE => {}
        _ => bail!("this is Node {}, too old. {ADVICE}", version.trim()),
    }
    process::read(Command::new("npm").arg("--version"), ADVICE)?;
    Ok(())
}

fn check_found(is_found: impl Fn(&str) -> bool) -> Result<()> {
    match ["node", "npm"].iter().find(|program| !is_found(program)) {
        Some(program) => bail!("there is no {program} on the path. {ADVICE}"),
        None => Ok(()),
    }
}

/// Installs what the lock file in `folder` names, unless that was done already.
pub fn ensure_packages(folder: &Path) -> Result<()> {
    // Also where nothing is to be installed: what comes next runs both.
    check_found(|program| on_path(program).is_some())?;
    let lock = folder.join("package-lock.json");
    let text = fs::read_to_string(&lock).with_context(|| {
        format!(
            "could not read {}: make it with `npm install` in that folder",
            lock.display()
        )
    })?;
    lock_file::check(&text).with_context(|| format!("{} cannot stay like this", lock.display()))?;
    let modules = folder.join("node_modules");
    let stamp = Stamp::new(
        modules.join(".kohort-stamp"),
        &Inputs::default().word(&text),
    );
    if stamp.is_fresh(&[])? {
        return Ok(());
    }
    check_node()?;
    println!(
        "installing npm packages in {}/",
        folder.file_name().unwrap_or_default().to_string_lossy()
    );
    // WHY: --ignore-scripts, so that every machine installs the same and no package runs code here;
    // esbuild and workerd find their binaries without.
    process::run(
        Command::new("npm")
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(folder),
        "If package.json was changed, run `npm install` in that folder and commit the lock file; \
         otherwise check that npm reaches its registry.",
    )?;
    stamp.write(&[])
}

fn parse_node_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_path_is_named_with_what_to_do() {
        assert!(check_found(|_| true).is_ok());
        for missing in ["node", "npm"] {
            let fault = check_found(|program| program != missing).map_err(|f| f.to_string());
            assert!(fault.is_err_and(|text| text.contains(missing) && text.contains("Install")));
        }
    }

    #[test]
    fn node_versions_compare_by_number() {
        assert_eq!(parse_node_version("v20.9.0"), Some((20, 9)));
        assert!(parse_node_version("v20.9.0") < Some(OLDEST_NODE));
        assert!(parse_node_version("v24.0.1") > Some(OLDEST_NODE));
        assert_eq!(parse_node_version("20"), None);
    }
}
