//! Where things are in the tree.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that the task runner works with.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The top of the tree.
    pub root: PathBuf,
    /// Where cargo and the task runner put built files.
    pub target: PathBuf,
}

impl Repository {
    /// Finds the tree through the folder of this crate, which cargo hands over.
    pub fn find() -> Result<Self> {
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own
            .ancestors()
            .nth(2)
            .map(Path::to_path_buf)
            .with_context(|| {
                format!(
                    "no tree above {}: run `cargo xtask` inside it",
                    own.display()
                )
            })?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The npm package.
    pub fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// The tests, benches and what they need from npm.
    pub fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// Databases that the benches compare with.
    pub fn bench_engines(&self) -> PathBuf {
        self.tests().join("bench/engines")
    }

    /// What the build makes for the npm package.
    pub fn dist(&self) -> PathBuf {
        self.pkg().join("dist")
    }
}
