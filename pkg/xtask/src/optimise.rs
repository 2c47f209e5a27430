//! wasm-opt, from the npm package `binaryen`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;

/// The features that the package's engines have; more would let wasm-opt emit what they lack.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-simd",
];

/// What the shipped file goes without.
const STRIPPED: &[&str] = &[
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// All flags for a module that has these of its own, which take effect in their order.
pub fn flags<'f>(own: &[&'f str]) -> Vec<&'f str> {
    [own, FEATURES, STRIPPED].concat()
}

/// Writes an optimised copy of a module.
pub fn write(pkg: &Path, module: &Path, own: &[&str], optimised: &Path) -> Result<()> {
    let mut wasm_opt = Command::new("node");
    wasm_opt
        .arg(pkg.join("node_modules/binaryen/bin/wasm-opt"))
        .arg(module)
        .args(flags(own))
        .arg("-o")
        .arg(optimised);
    process::run(
        &mut wasm_opt,
        "If wasm-opt names a feature, the compiled module uses one that the package's engines lack.",
    )
}
