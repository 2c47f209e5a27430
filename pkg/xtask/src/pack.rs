//! The packed npm package, and fresh projects that install it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self as own_process, Command};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repository::Repository;

/// The packed package: what `npm publish` would send.
#[derive(Clone, Debug)]
pub struct Tarball(PathBuf);

/// Packs what the build left in `pkg/`.
pub fn pack(repository: &Repository) -> Result<Tarball> {
    let folder = repository.target.join("npm");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let said = process::read(
        Command::new("npm")
            .args(["pack", "--silent", "--ignore-scripts", "--pack-destination"])
            .arg(&folder)
            .current_dir(repository.pkg()),
        "Run `npm pack` in pkg/ to see why.",
    )?;
    let file = folder.join(said.lines().last().unwrap_or_default().trim());
    if !file.is_file() {
        bail!(
            "npm pack made no {}: run it in pkg/ to see why",
            file.display()
        );
    }
    Ok(Tarball(file))
}

/// A project outside the tree, as a user of the package has one; removed when dropped.
#[derive(Debug)]
pub struct Project(PathBuf);

impl Project {
    /// A fresh project with the package installed, without the network.
    // WHY: outside the tree, so that nothing is found in the tree's own node_modules.
    pub fn with(tarball: &Tarball) -> Result<Self> {
        let project = Self(env::temp_dir().join(format!("kohort-project-{}", own_process::id())));
        if project.0.exists() {
            fs::remove_dir_all(&project.0)
                .with_context(|| format!("could not remove {}", project.0.display()))?;
        }
        fs::create_dir_all(&project.0)
            .with_context(|| format!("could not make {}", project.0.display()))?;
        install_into(&project.0, tarball)?;
        Ok(project)
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn install_into(folder: &Path, tarball: &Tarball) -> Result<()> {
    let package = folder.join("package.json");
    fs::write(&package, "{ \"name\": \"project\", \"private\": true }\n")
        .with_context(|| format!("could not write {}", package.display()))?;
    process::read(
        Command::new("npm")
            .args([
                "install",
                "--silent",
                "--offline",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
            ])
            .args(["--no-package-lock", "--prefix"])
            .arg(folder)
            .arg(&tarball.0)
            .current_dir(folder),
        "The package must install without the network: has it gained dependencies?",
    )?;
    Ok(())
}
