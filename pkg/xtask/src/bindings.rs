//! JavaScript for a compiled module, through the library behind the `wasm-bindgen` program.

use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// Writes the glue, its types and the module into `folder`.
pub fn write(compiled: &Path, stem: &str, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(stem)
        .typescript(true)
        // The entry files say where the module lies; the glue must not guess.
        .omit_default_module_path(true)
        .web(true)
        .context("the bindings library refused the output kind")?;
    bindgen.generate(folder).with_context(|| {
        format!(
            "could not make bindings from {}. Does the library read modules of this compiler?",
            compiled.display()
        )
    })
}

/// Fails unless the crate and this task runner use the same version of wasm-bindgen.
pub fn check_versions(cargo_lock: &str) -> Result<()> {
    let runtime = locked_version(cargo_lock, "wasm-bindgen");
    let support = locked_version(cargo_lock, "wasm-bindgen-cli-support");
    match (runtime, support) {
        (Some(runtime), Some(support)) if runtime == support => Ok(()),
        (Some(runtime), Some(support)) => bail!(
            "Cargo.lock has wasm-bindgen {runtime} but wasm-bindgen-cli-support {support}: set both to one \
             version, in Cargo.toml and pkg/xtask/Cargo.toml"
        ),
        _ => bail!(
            "Cargo.lock lacks wasm-bindgen or wasm-bindgen-cli-support: run `cargo update --workspace`"
        ),
    }
}

/// The version of a package in a Cargo.lock.
pub fn locked_version<'a>(cargo_lock: &'a str, package: &str) -> Option<&'a str> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = cargo_lock.lines().skip_while(|line| *line != wanted);
    lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(runtime: &str, support: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{runtime}\"\n\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{support}\"\n"
        )
    }

    #[test]
    fn one_version_passes() {
        assert!(check_versions(&lock("0.2.130", "0.2.130")).is_ok());
    }

    #[test]
    fn two_versions_are_named() {
        let fault = check_versions(&lock("0.2.131", "0.2.130")).map_err(|fault| fault.to_string());
        assert!(fault.is_err_and(|text| text.contains("0.2.131") && text.contains("0.2.130")));
    }

    #[test]
    fn a_missing_package_is_a_fault() {
        assert!(check_versions("").is_err());
    }

    #[test]
    fn the_lock_file_of_this_tree_passes() {
        assert!(check_versions(include_str!("../../../Cargo.lock")).is_ok());
    }
}
