//! Size budgets: what a runtime loads, against `pkg/size-budgets.json`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::repository::Repository;

const BUDGETS: &str = "size-budgets.json";
const MEASURES: [&str; 3] = ["raw", "gzip", "brotli"];

/// What one runtime loads.
#[derive(Debug, PartialEq, Eq)]
struct Budget {
    name: String,
    /// Files under `pkg/`, each with everything that it imports.
    loads: Vec<String>,
    /// Bytes, in the order of [`MEASURES`].
    limit: [Option<u64>; 3],
    /// What the limit is to become, where that is not reached yet.
    aim: [Option<u64>; 3],
}

/// Prints every size; fails when one is over its budget.
pub fn check(repository: &Repository) -> Result<()> {
    let file = repository.pkg().join(BUDGETS);
    let text =
        fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
    let budgets = parse(&text)?;
    let mut over = Vec::new();
    for budget in &budgets {
        let measured = measure(repository, budget)?;
        println!("{}: {}", budget.name, describe(budget, measured));
        over.extend(
            (0..3)
                .filter(|&at| budget.limit[at].is_some_and(|limit| measured[at] > limit))
                .map(|at| format!("{} ({})", budget.name, MEASURES[at])),
        );
    }
    if !over.is_empty() {
        bail!(
            "over budget: {}. Make it smaller; a budget is only raised with a reason in the commit",
            over.join(", ")
        );
    }
    Ok(())
}

fn measure(repository: &Repository, budget: &Budget) -> Result<[u64; 3]> {
    let said = process::read(
        Command::new("node")
            .arg("xtask/measure.mjs")
            .args(&budget.loads)
            .current_dir(repository.pkg()),
        "Is the package built? `cargo xtask build` does it; a renamed file is renamed in pkg/size-budgets.json too.",
    )?;
    let json: Value =
        serde_json::from_str(&said).context("pkg/xtask/measure.mjs did not answer in JSON")?;
    match bytes(&json) {
        [Some(raw), Some(gzip), Some(brotli)] => Ok([raw, gzip, brotli]),
        _ => bail!("pkg/xtask/measure.mjs left a size out"),
    }
}

fn parse(text: &str) -> Result<Vec<Budget>> {
    let json: Value =
        serde_json::from_str(text).with_context(|| format!("pkg/{BUDGETS} is not JSON"))?;
    let entries = json
        .as_array()
        .with_context(|| format!("pkg/{BUDGETS} is a list of budgets"))?;
    entries.iter().map(parse_budget).collect()
}

fn parse_budget(entry: &Value) -> Result<Budget> {
    let name = entry
        .get("name")
        .and_then(Value::as_str)
        .with_context(|| format!("pkg/{BUDGETS}: a budget has no `name`"))?;
    let loads: Option<Vec<String>> =
        entry
            .get("loads")
            .and_then(Value::as_array)
            .and_then(|files| {
                files
                    .iter()
                    .map(|file| file.as_str().map(str::to_owned))
                    .collect()
            });
    let loads = loads
        .filter(|files| !files.is_empty())
        .with_context(|| format!("pkg/{BUDGETS}: `{name}` needs `loads`, a list of files"))?;
    let limit = entry.get("limit").map(bytes).unwrap_or_default();
    if limit == [None; 3] {
        bail!("pkg/{BUDGETS}: `{name}` needs a `limit` with raw, gzip or brotli bytes");
    }
    Ok(Budget {
        name: name.to_owned(),
        loads,
        limit,
        aim: entry.get("aim").map(bytes).unwrap_or_default(),
    })
}

fn bytes(sizes: &Value) -> [Option<u64>; 3] {
    MEASURES.map(|name| sizes.get(name).and_then(Value::as_u64))
}

fn describe(budget: &Budget, measured: [u64; 3]) -> String {
    let mut parts = Vec::new();
    for (at, (name, bytes)) in MEASURES.iter().zip(measured).enumerate() {
        let (limit, aim) = (budget.limit[at], budget.aim[at]);
        let mut part = format!("{name} {bytes}");
        if let Some(limit) = limit {
            part += &format!(" of {limit}");
        }
        if let Some(aim) = aim.filter(|&aim| aim < bytes) {
            part += &format!(", {} above the aim of {aim}", bytes - aim);
        }
        parts.push(part);
    }
    parts.join(", ") + " bytes"
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        r#"[{"name":"a","loads":["x.js"],"limit":{"brotli":10},"aim":{"raw":5,"brotli":8}}]"#;

    #[test]
    fn a_budget_is_read() {
        let budgets = parse(ONE).unwrap_or_default();
        assert_eq!(
            budgets,
            [Budget {
                name: "a".into(),
                loads: vec!["x.js".into()],
                limit: [None, None, Some(10)],
                aim: [Some(5), None, Some(8)],
            }]
        );
    }

    #[test]
    fn a_size_is_shown_with_its_limit_and_how_far_its_aim_is() {
        let budgets = parse(ONE).unwrap_or_default();
        let shown: Vec<String> = budgets
            .iter()
            .map(|budget| describe(budget, [4, 6, 9]))
            .collect();
        assert_eq!(
            shown,
            ["raw 4, gzip 6, brotli 9 of 10, 1 above the aim of 8 bytes"]
        );
    }

    #[test]
    fn a_budget_that_limits_nothing_is_refused() {
        assert!(parse(r#"[{"name":"a","loads":["x.js"]}]"#).is_err());
        assert!(parse(r#"[{"name":"a","loads":[],"limit":{"raw":1}}]"#).is_err());
        assert!(parse(r#"{"name":"a"}"#).is_err());
    }

    #[test]
    fn the_budgets_of_this_tree_want_the_edge_module_in_28_kb() {
        let budgets = parse(include_str!("../../size-budgets.json")).unwrap_or_default();
        assert!(
            budgets
                .iter()
                .any(|budget| budget.aim[2].or(budget.limit[2]) == Some(28 * 1024))
        );
    }
}
