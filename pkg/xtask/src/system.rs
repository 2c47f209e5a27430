//! Packages of the system, installed only where something is missing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// Makes sure that these Debian packages are installed; `purpose` completes "needed for …".
pub fn ensure_packages(packages: &[&str], purpose: &str) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !process::succeeds(Command::new("apt-get").arg("--version")) {
        bail!(
            "needed for {purpose}: {}. This machine has no apt-get: install them by hand",
            missing.join(", ")
        );
    }
    if !is_root() {
        bail!(
            "needed for {purpose}: {}. Run this line, then try again:\n  {}",
            missing.join(", "),
            install_line(&missing)
        );
    }
    println!(
        "installing for {purpose}: {} (about a minute)",
        missing.join(", ")
    );
    let advice = format!("By hand it would be:\n  {}", install_line(&missing));
    // One unreachable source of many must not stop us: what counts is whether the install works.
    if !process::succeeds(apt_get().args(["-qq", "update"])) {
        println!("apt-get update had trouble: trying with the package lists at hand");
    }
    // WHY: --no-remove, so that nothing of the machine's owner is taken away to make room.
    process::read(
        apt_get()
            .args([
                "-qq",
                "-y",
                "--no-install-recommends",
                "--no-remove",
                "-o",
                "Dpkg::Use-Pty=0",
                "install",
            ])
            .args(&missing),
        &advice,
    )?;
    Ok(())
}

/// Why these packages are neither installed nor can be: only Debian has them, and only root installs.
pub fn unavailable(packages: &[&str]) -> Option<String> {
    if packages.iter().all(|name| is_installed(name)) {
        return None;
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    if !is_debian(&release) {
        return Some("this is not Debian, whose packages it needs".to_owned());
    }
    (!is_root()).then(|| {
        format!(
            "it needs packages, and this is not root. Run this line to have it run:\n  {}",
            install_line(packages)
        )
    })
}

fn is_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .any(|line| matches!(line.trim(), "ID=debian" | "ID=\"debian\""))
}

/// A Chromium for the browser tests: `$CHROMIUM`, what is on the path, or Debian's package.
pub fn ensure_chromium() -> Result<PathBuf> {
    let programs = ["chromium", "chromium-browser", "google-chrome"];
    ensure_browser("CHROMIUM", &programs, "chromium")
}

/// A Firefox, likewise.
pub fn ensure_firefox() -> Result<PathBuf> {
    ensure_browser("FIREFOX", &["firefox-esr", "firefox"], "firefox-esr")
}

fn ensure_browser(variable: &str, programs: &[&str], package: &str) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        if path.is_file() {
            return Ok(path);
        }
        bail!(
            "${variable} names {}, which is not there: correct it or unset it",
            path.display()
        );
    }
    let find = || programs.iter().find_map(|name| on_path(name));
    if let Some(path) = find() {
        return Ok(path);
    }
    ensure_packages(&[package], "the browser tests")?;
    match find() {
        Some(path) => Ok(path),
        None => {
            bail!("{package} is installed but not found on the path: set ${variable} to its place")
        }
    }
}

/// The place of a program on the search path.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .output()
        .is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

fn is_root() -> bool {
    if Path::new("/proc/self").exists() {
        return std::os::unix::fs::MetadataExt::uid(&match std::fs::metadata("/proc/self") {
            Ok(own) => own,
            Err(_) => return false,
        }) == 0;
    }
    false
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-o", "DPkg::Lock::Timeout=300"]);
    command
}

/// The line that a person runs to install packages.
pub fn install_line(packages: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_is_known_by_its_id_and_not_by_what_is_like_it() {
        assert!(is_debian("NAME=\"Debian GNU/Linux\"\nID=debian\n"));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }
}
