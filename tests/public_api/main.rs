//! What others' code can call: `crate.txt` lists the crate's public items, `package.txt` the types
//! and entries that the npm package declares. Read the difference when one changes, and write it into
//! `pkg/CHANGELOG.md` where it is the package's; then accept it with
//! `UPDATE=1 cargo test --test public_api`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod items;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use support::files::files_under;

#[test]
fn the_crate_offers_what_its_snapshot_says() {
    let mut shown = String::new();
    for file in files_under(&root().join("src")) {
        let module = file.strip_prefix(root().join("src")).unwrap();
        // The bindings are called by the package's JavaScript alone.
        if module.starts_with("wasm") {
            continue;
        }
        let items = items::public(&fs::read_to_string(&file).unwrap());
        if !items.is_empty() {
            writeln!(
                shown,
                "{}\n    {}\n",
                module.display(),
                items.join("\n    ")
            )
            .unwrap();
        }
    }
    assert!(shown.lines().count() > 200, "the items were not found");
    compare("crate.txt", &shown);
}

#[test]
fn the_package_declares_what_its_snapshot_says() {
    let package = fs::read_to_string(root().join("pkg/package.json")).unwrap();
    let package: serde_json::Value = serde_json::from_str(&package).unwrap();
    let mut shown = format!(
        "exports\n{}\n\n",
        serde_json::to_string_pretty(&package["exports"]).unwrap()
    );
    for name in [
        "edge.d.ts",
        "gateway.d.ts",
        "known.d.ts",
        "vendors.d.ts",
        "segment.d.ts",
        "explain.d.ts",
        "types.d.ts",
        "worker.d.ts",
    ] {
        let types = fs::read_to_string(root().join("pkg").join(name)).unwrap();
        writeln!(shown, "{name}\n{}", without_comments(&types)).unwrap();
    }
    compare("package.txt", &shown);
}

/// Lines of a declaration file without its comments. That they are comments alone is held below.
fn without_comments(types: &str) -> String {
    let mut shown = String::new();
    let mut inside = false;
    for line in types.lines() {
        let start = line.trim_start();
        inside |= start.starts_with("/*");
        let told = !inside && !start.is_empty() && !start.starts_with("// ");
        if told {
            shown.push_str(line);
            shown.push('\n');
        }
        inside &= !line.ends_with("*/");
    }
    shown
}

#[test]
fn only_comments_are_left_out() {
    let types = "/// <reference lib=\"x\" />\n/** One. */\nexport type A =\n  /** Two\n   * lines. */\n  | B;\n// plain\n";
    assert_eq!(
        without_comments(types),
        "/// <reference lib=\"x\" />\nexport type A =\n  | B;\n"
    );
}

fn compare(name: &str, shown: &str) {
    let file = root().join("tests/public_api").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, shown).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap();
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for line in expected
        .lines()
        .filter(|line| !shown.lines().any(|other| other == *line))
    {
        gone.push(format!("- {line}"));
    }
    for line in shown
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
    {
        come.push(format!("+ {line}"));
    }
    assert!(
        shown == expected,
        "what others can call has changed:\n{}\n{}\n\
         If that is meant, tell users of the package in pkg/CHANGELOG.md and accept it with\n  \
         UPDATE=1 cargo test --test public_api",
        gone.join("\n"),
        come.join("\n")
    );
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
