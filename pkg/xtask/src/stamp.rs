//! Notes on what was made from what, so that a second run skips it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A hash over whatever a piece of work reads.
// WHY: not a cryptographic hash, as it only meets its own earlier values.
#[derive(Default)]
pub struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a word: a flag, a version.
    pub fn word(mut self, word: &str) -> Self {
        word.hash(&mut self.0);
        self
    }

    /// Adds the bytes of a file, or of every file in a folder; what is absent counts as absent.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        for file in files_under(path)? {
            file.hash(&mut self.0);
            fs::read(&file)
                .with_context(|| format!("could not read {}", file.display()))?
                .hash(&mut self.0);
        }
        Ok(self)
    }

    fn finish(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// The note on one piece of work.
pub struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// The note called `file` for work that reads `inputs`.
    pub fn new(file: PathBuf, inputs: &Inputs) -> Self {
        Self {
            file,
            inputs: inputs.finish(),
        }
    }

    /// Whether the work was done from the same inputs and its outputs are still as it left them.
    pub fn is_fresh(&self, outputs: &[&Path]) -> Result<bool> {
        let Ok(noted) = fs::read_to_string(&self.file) else {
            return Ok(false);
        };
        Ok(outputs.iter().all(|output| output.exists()) && noted == self.note(outputs)?)
    }

    /// Notes that the work is done.
    pub fn write(&self, outputs: &[&Path]) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("could not make {}", folder.display()))?;
        }
        fs::write(&self.file, self.note(outputs)?)
            .with_context(|| format!("could not write {}", self.file.display()))
    }

    fn note(&self, outputs: &[&Path]) -> Result<String> {
        let mut made = Inputs::default();
        for output in outputs {
            made = made.path(output)?;
        }
        Ok(format!("{} {}\n", self.inputs, made.finish()))
    }
}

/// Every file in a folder, in a fixed order; the path itself when it is a file; none when absent.
pub fn files_under(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in
            fs::read_dir(&folder).with_context(|| format!("could not list {}", folder.display()))?
        {
            let path = entry
                .with_context(|| format!("could not list {}", folder.display()))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
