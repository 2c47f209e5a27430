//! `cargo xtask build`: from the crate to the files of the npm package.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bindings;
use crate::bundle;
use crate::machine_paths;
use crate::modules::{MODULES, Module};
use crate::npm;
use crate::optimise;
use crate::process;
use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::{TARGET, Toolchain};

/// Builds what is not up to date.
pub fn build(repository: &Repository, toolchain: &Toolchain) -> Result<()> {
    let lock = repository.root.join("Cargo.lock");
    let cargo_lock =
        fs::read_to_string(&lock).with_context(|| format!("could not read {}", lock.display()))?;
    bindings::check_versions(&cargo_lock)?;
    npm::ensure_packages(&repository.pkg())?;
    for module in MODULES {
        build_module(repository, toolchain, module, &cargo_lock)?;
    }
    copy_texts(repository)?;
    bundle::ensure(repository)
}

/// The compiled module of the crate, as the compiler leaves it.
fn compile(repository: &Repository, toolchain: &Toolchain, module: &Module) -> Result<PathBuf> {
    let compiled = toolchain.output().join(module.name).join("kohort.wasm");
    if !compiled.exists() {
        println!(
            "{}: compiling, the first time with all libraries",
            module.name
        );
    }
    let mut cargo = toolchain.cargo();
    cargo
        .args([
            "build",
            "--quiet",
            "--locked",
            "--lib",
            "--package",
            "kohort",
        ])
        .args([
            "--target",
            TARGET,
            "--profile",
            module.name,
            "--no-default-features",
            "--features",
            module.name,
        ])
        .arg("--config")
        .arg(machine_paths::setting(
            repository,
            TARGET,
            module.compiler_flags,
        ))
        .current_dir(&repository.root);
    process::run(&mut cargo, "Correct what the compiler says and try again.")?;
    Ok(compiled)
}

/// Compiles the edge module alone, into a file outside the package, and says by which compiler: for
/// the test of the second way to one.
pub fn edge_module(repository: &Repository, toolchain: &Toolchain, file: &Path) -> Result<()> {
    let module = MODULES
        .iter()
        .find(|module| module.name == "edge")
        .context("there is no edge module any more")?;
    let compiled = compile(repository, toolchain, module)?;
    let binaryen = repository.pkg().join("node_modules/binaryen/package.json");
    let inputs = Inputs::default().path(&compiled)?.path(&binaryen)?;
    let stamp = Stamp::new(file.with_extension("stamp"), &inputs);
    if !stamp.is_fresh(&[file])? {
        optimise::write(&repository.pkg(), &compiled, module.optimise, file)?;
        machine_paths::check_absent(repository, file)?;
        stamp.write(&[file])?;
    }
    println!("compiled by {}", toolchain.name());
    Ok(())
}

fn build_module(
    repository: &Repository,
    toolchain: &Toolchain,
    module: &Module,
    cargo_lock: &str,
) -> Result<()> {
    let compiled = compile(repository, toolchain, module)?;
    let stem = module.stem();
    let binaryen = repository.pkg().join("node_modules/binaryen/package.json");
    let inputs = Inputs::default()
        .path(&compiled)?
        .path(&binaryen)?
        .word(bindings::locked_version(cargo_lock, "wasm-bindgen-cli-support").unwrap_or_default())
        .word(&stem)
        .word(include_str!("bindings.rs"))
        .word(&optimise::flags(module.optimise).join(" "));
    let made = repository.dist().join("wasm").join(module.name);
    let stamp = Stamp::new(repository.target.join("stamps").join(module.name), &inputs);
    if stamp.is_fresh(&[&made])? {
        return Ok(());
    }

    println!(
        "{}: bindings, then wasm-opt {}",
        module.name,
        module.optimise.join(" ")
    );
    let folder = repository.target.join("bindings").join(module.name);
    start_empty(&folder)?;
    let wasm = format!("{stem}_bg.wasm");
    if module.has_bindings {
        bindings::write(&compiled, &stem, &folder)?;
    } else {
        copy(&compiled, &folder.join(&wasm))?;
    }
    start_empty(&made)?;
    optimise::write(
        &repository.pkg(),
        &folder.join(&wasm),
        module.optimise,
        &made.join(&wasm),
    )?;
    if module.has_bindings {
        for name in [format!("{stem}.js"), format!("{stem}.d.ts")] {
            copy(&folder.join(&name), &made.join(&name))?;
        }
    }
    machine_paths::check_absent(repository, &made.join(&wasm))?;
    stamp.write(&[&made])
}

/// The package carries its licences and the README, whose links into `pkg/` lead beside it there;
/// npm packs nothing from above its folder.
fn copy_texts(repository: &Repository) -> Result<()> {
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&repository.root.join(name), &repository.pkg().join(name))?;
    }
    let readme = repository.root.join("README.md");
    let text = fs::read_to_string(&readme)
        .with_context(|| format!("could not read {}", readme.display()))?;
    let packed = repository.pkg().join("README.md");
    fs::write(&packed, text.replace("](pkg/", "]("))
        .with_context(|| format!("could not write {}", packed.display()))
}

fn start_empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("could not remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
