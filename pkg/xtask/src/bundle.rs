//! The package's JavaScript, bundled by `pkg/bundle.mjs`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::repository::Repository;
use crate::stamp::{Inputs, Stamp};

/// Runs the bundler when something that it reads has changed, then checks what package.json promises.
pub fn ensure(repository: &Repository) -> Result<()> {
    let pkg = repository.pkg();
    let dist = repository.dist();
    let mut inputs = Inputs::default()
        .path(&dist.join("wasm"))?
        .path(&pkg.join("js"))?
        .path(&repository.root.join("src/limits.rs"))?
        .path(&repository.root.join("src/problem"))?
        .path(&repository.root.join("src/cohort/matching.rs"))?
        .path(&repository.root.join("src/payload/braze/clusters.rs"))?
        .path(&repository.root.join("src/payload/vendors/list.rs"))?
        .path(&repository.root.join("src/segment"))?;
    for name in [
        "bundle.mjs",
        "tables.mjs",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
        "types.d.ts",
        "edge.d.ts",
        "worker.d.ts",
        "worker-engine.d.ts",
        "gateway.d.ts",
        "known.d.ts",
        "vendors.d.ts",
        "segment.d.ts",
        "explain.d.ts",
    ] {
        inputs = inputs.path(&pkg.join(name))?;
    }
    let stamp = Stamp::new(repository.target.join("stamps/js"), &inputs);
    if stamp.is_fresh(&[&dist])? {
        return Ok(());
    }
    println!("js: bundling");
    process::run(
        Command::new("node").arg("bundle.mjs").current_dir(&pkg),
        "Correct what the bundler says and try again.",
    )?;
    fs::write(dist.join("segment.schema.json"), kohort::segment::schema())
        .context("could not write dist/segment.schema.json")?;
    fs::write(dist.join("segment.rules.json"), rules())
        .context("could not write dist/segment.rules.json")?;
    let text =
        fs::read_to_string(pkg.join("package.json")).context("could not read pkg/package.json")?;
    let missing: Vec<String> = promised_files(&text)?
        .into_iter()
        .filter(|file| !pkg.join(file).is_file())
        .collect();
    if !missing.is_empty() {
        bail!(
            "pkg/package.json promises files that the build does not make: {}",
            missing.join(", ")
        );
    }
    stamp.write(&[&dist])
}

/// Every file that the exports map of a package.json names, once.
fn promised_files(package_json: &str) -> Result<Vec<String>> {
    let package: Value =
        serde_json::from_str(package_json).context("pkg/package.json is not JSON")?;
    let mut files = Vec::new();
    let mut open = vec![
        package
            .get("exports")
            .context("pkg/package.json has no exports")?,
    ];
    while let Some(value) = open.pop() {
        match value {
            Value::String(file) => files.push(file.clone()),
            Value::Object(conditions) => open.extend(conditions.values()),
            _ => bail!("pkg/package.json: exports hold only paths and conditions"),
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// What decides of conditions of segments: a status and a sentence for each code.
fn rules() -> String {
    let rules: serde_json::Map<String, Value> = kohort::segment::Meaning::ALL
        .iter()
        .map(|meaning| {
            let row = meaning.row();
            let words = serde_json::json!({ "status": row.status.word(), "says": row.says });
            (row.code.to_owned(), words)
        })
        .collect();
    Value::Object(rules).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promised_files_are_found_under_every_condition_once() {
        let text = r#"{"exports":{".":{"types":"./t.d.ts","node":"./a.js","bun":"./a.js"},"./w":"./w.wasm"}}"#;
        let files = promised_files(text).unwrap_or_default();
        assert_eq!(files, ["./a.js", "./t.d.ts", "./w.wasm"]);
    }

    #[test]
    fn the_package_promises_an_entry_for_every_runtime() {
        let files = promised_files(include_str!("../../package.json")).unwrap_or_default();
        for module in ["edge", "full", "vendors"] {
            for runtime in ["node", "workerd", "edge-light", "browser", "inline"] {
                let file = format!("./dist/{module}.{runtime}.js");
                assert!(files.contains(&file), "{file}");
            }
        }
    }
}
