//! Knowledge runs one way. These tests read the sources and hold what `src/lib.rs` says about
//! them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::files::files_under;

/// Crates that talk to JavaScript, by the names by which sources call them.
const OF_JAVASCRIPT: [&str; 4] = ["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen"];

/// Lines of the longest file.
const LONGEST: usize = 520;

/// The endings of sources.
const SOURCES: [&str; 9] = ["rs", "ts", "mts", "cts", "js", "mjs", "cjs", "css", "html"];

#[test]
fn each_module_uses_only_those_before_it() {
    let order = order();
    let mut wrong = Vec::new();
    let mut used = 0;
    for file in sources() {
        let module = module_of(&file);
        let Some(own) = module.first().filter(|name| *name != "lib") else {
            continue;
        };
        let place = order.iter().position(|name| name == own);
        let Some(place) = place else {
            wrong.push(format!("`{own}` is not in the order that src/lib.rs tells"));
            continue;
        };
        let text = code_of(&std::fs::read_to_string(&file).unwrap());
        for other in outer_modules(&text, &module) {
            used += 1;
            match order.iter().position(|name| *name == other) {
                None => wrong.push(format!("{}: `{other}` is in no order", file.display())),
                Some(at) if at > place => {
                    wrong.push(format!("{}: `{own}` uses `{other}`", file.display()));
                }
                Some(_) => {}
            }
        }
    }
    assert!(
        used > 20,
        "the scan found only {used} paths, so it is broken"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_maps_every_module() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let is_mapped = |name: &String| {
        let places = [format!("`src/{name}/`"), format!("`src/{name}.rs`")];
        places.iter().any(|place| readme.contains(place))
    };
    let order = order();
    let missing: Vec<_> = order.iter().filter(|name| !is_mapped(name)).collect();
    assert!(missing.is_empty(), "not in README's folders: {missing:?}");
}

#[test]
fn the_scan_finds_paths_however_they_are_written() {
    let text = "use crate::{hash::Seed, json::{self, Text}};\nuse super::super::super::problem::Code;\nlet x = crate::limits::MAX;";
    let module = ["payload", "braze", "auth"].map(String::from);
    let found = outer_modules(&code_of(text), &module);
    let expected = ["hash", "json", "limits", "problem"].map(String::from);
    assert_eq!(found, BTreeSet::from(expected));
    let nested = outer_modules("use super::root;", &module);
    assert_eq!(nested, BTreeSet::from(["payload".to_string()]));
    assert_eq!(code_of("a // crate::b\n\"crate::c\""), "a \n\"\"");
}

#[test]
fn only_the_bindings_know_javascript() {
    for file in sources() {
        let text = code_of(&std::fs::read_to_string(&file).unwrap());
        if module_of(&file)
            .first()
            .is_some_and(|module| module == "wasm")
        {
            continue;
        }
        for name in OF_JAVASCRIPT {
            assert!(!text.contains(name), "{} names {name}", file.display());
        }
    }
}

#[test]
fn javascript_calls_what_the_edge_module_exports() {
    let read = |file: &str| std::fs::read_to_string(root().join(file)).unwrap();
    let text = read("src/wasm/exports.rs");
    let (_, table) = text.split_once("\nexports! {").unwrap();
    let (table, functions) = table.split_once("\n}").unwrap();
    let rows = table
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let others = functions.split("extern \"C\" fn ").skip(1);
    let exported: BTreeSet<String> = rows
        .chain(others.filter_map(|rest| rest.split('(').next()))
        .map(|name| name.trim().to_string())
        .collect();
    assert!(exported.len() > 10, "the scan found only {exported:?}");

    let text = read("pkg/js/engine.ts");
    let mut called = BTreeSet::new();
    for object in ["checker_", "desk_"] {
        let (_, names) = text.split_once(&format!("`{object}${{")).unwrap();
        let (names, _) = names.split_once('}').unwrap();
        called.extend(
            names
                .split('"')
                .skip(1)
                .step_by(2)
                .map(|name| format!("{object}{name}")),
        );
    }
    assert_eq!(called, exported);
}

#[test]
fn every_file_holds_one_thing() {
    for file in tracked() {
        let ending = file.extension().and_then(|ending| ending.to_str());
        if !ending.is_some_and(|ending| SOURCES.contains(&ending)) {
            continue;
        }
        // A file that git knows may be gone from here.
        let Ok(text) = std::fs::read_to_string(root().join(&file)) else {
            continue;
        };
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.display());
        let name = file.file_stem().unwrap().to_str().unwrap();
        assert!(
            !["util", "utils", "helper", "helpers", "misc", "common"].contains(&name),
            "{} is not named after what it holds",
            file.display()
        );
    }
}

/// What would tie the repository to one machine, or lead its users elsewhere than they chose. Cut
/// in two, so that this file does not hold them itself.
#[test]
fn no_tracked_file_names_a_machine_or_a_registry_host() {
    let hosts: Vec<String> = [
        ("registry.npm", "js.org"),
        ("registry.yarn", "pkg.com"),
        ("index.crates", ".io"),
        ("static.crates", ".io"),
        ("npm", "mirror"),
    ]
    .map(|(a, b)| format!("{a}{b}"))
    .to_vec();
    let folders: Vec<String> = [
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("/wo", "rk/"),
        ("/tm", "p/wt"),
    ]
    .map(|(a, b)| format!("{a}{b}"))
    .to_vec();
    let mut wrong = Vec::new();
    // What finds such paths in the built modules holds some as examples.
    let about_them = Path::new("pkg/xtask/src/machine_paths.rs");
    for file in tracked().into_iter().filter(|file| file != about_them) {
        let Ok(text) = std::fs::read_to_string(root().join(&file)) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let found = hosts.iter().find(|host| line.contains(*host)).or_else(|| {
                folders.iter().find(|folder| {
                    // Only where a path begins: `users/export/` and web addresses are none.
                    line.match_indices(folder.as_str()).any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}*~".contains(c))
                    })
                })
            });
            if let Some(found) = found {
                wrong.push(format!("{}:{} {found}", file.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The order of modules, as the documentation of the crate tells it: the sentence after "Knowledge
/// runs one way:".
fn order() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let docs: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .collect();
    let docs = docs.join(" ");
    let (_, after) = docs.split_once("Knowledge runs one way:").unwrap();
    let (sentence, _) = after.split_once('.').unwrap();
    sentence
        .split(',')
        .map(|name| name.trim().trim_matches('`').to_string())
        .collect()
}

fn sources() -> Vec<PathBuf> {
    let mut files = files_under(&root().join("src"));
    files.retain(|file| file.extension().is_some_and(|ending| ending == "rs"));
    files
}

/// `src/json/text.rs` is `["json", "text"]`, `src/json/mod.rs` is `["json"]`.
fn module_of(file: &Path) -> Vec<String> {
    let path = file
        .strip_prefix(root().join("src"))
        .unwrap()
        .with_extension("");
    let mut parts: Vec<String> = path
        .iter()
        .map(|part| part.to_str().unwrap().to_string())
        .collect();
    parts.retain(|part| part != "mod");
    parts
}

/// The source without comments and without what stands in quotes.
fn code_of(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '/' if !quoted && characters.peek() == Some(&'/') => break,
                '\\' if quoted => drop(characters.next()),
                '"' => {
                    quoted = !quoted;
                    out.push('"');
                }
                _ if !quoted => out.push(character),
                _ => {}
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The first parts of all paths of `text` that begin at the crate's root, also of those that reach
/// it by `super`.
fn outer_modules(text: &str, module: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        found.extend(heads(&text[at + "crate::".len()..]));
    }
    for (at, _) in text.match_indices("super::") {
        if text[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &text[at..];
        let mut up = 0;
        while let Some(after) = rest.strip_prefix("super::") {
            up += 1;
            rest = after;
        }
        match module.len().saturating_sub(up) {
            0 => found.extend(heads(rest)),
            _ => found.extend(module.first().cloned()),
        }
    }
    found
}

/// The names with which a path goes on: one, or those between braces.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(inside) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for character in inside.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().unwrap().push(character),
            _ => {}
        }
    }
    parts
        .iter()
        .map(|part| name(part))
        .filter(|part| !part.is_empty())
        .collect()
}

/// All files that git would commit; all files of the usual folders where there is no git.
fn tracked() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output();
    match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout)
            .unwrap()
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(PathBuf::from)
            .collect(),
        _ => sources()
            .into_iter()
            .map(|file| file.strip_prefix(root()).unwrap().to_path_buf())
            .collect(),
    }
}
