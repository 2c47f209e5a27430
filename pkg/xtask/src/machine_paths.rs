//! Paths of this machine, kept out of what is shipped.
//!
//! The compiler writes the place of a source file beside each of its panics.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::repository::Repository;

/// Flags for rustc that shorten the paths of libraries and of the tree.
pub fn flags(repository: &Repository) -> Vec<String> {
    let mut folders = vec![repository.root.clone()];
    if let Some(home) = cargo_home() {
        let sources = fs::read_dir(home.join("registry/src"));
        folders.extend(
            sources
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path()),
        );
    }
    folders.sort();
    folders
        .iter()
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()))
        .collect()
}

/// The flags, and some more, as a setting for `cargo --config`, which adds them to those in
/// `.cargo/config.toml`.
pub fn setting(repository: &Repository, target: &str, more: &[&str]) -> String {
    let flags: Vec<String> = flags(repository)
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .map(|flag| serde_json::json!(flag).to_string())
        .collect();
    format!("target.{target}.rustflags=[{}]", flags.join(","))
}

/// Fails when a built file names a folder of this machine.
pub fn check_absent(repository: &Repository, file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    for folder in [Some(repository.root.clone()), cargo_home()]
        .into_iter()
        .flatten()
    {
        if contains(&bytes, folder.to_string_lossy().as_bytes()) {
            bail!(
                "{} names the folder {} of this machine: see machine_paths.rs",
                file.display(),
                folder.display()
            );
        }
    }
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    wanted.len() > 1 && bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_anywhere_in_a_file() {
        assert!(contains(b"\0asm /home/a/src/x.rs", b"/home/a"));
        assert!(!contains(b"\0asm /home/b/src/x.rs", b"/home/a"));
        assert!(!contains(b"/", b"/"));
    }
}
