//! `cargo xtask test`: runs the steps, says how each went, and closes with one line.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::log::Log;
use crate::session::Session;
use crate::steps::{STEPS, Step};
use crate::tally::Tally;

/// Prints the names of all steps.
pub fn list() {
    for step in STEPS {
        println!("{:12} {}", step.name, step.title);
    }
}

/// Runs the steps named in `only`, or all; says whether every one passed.
pub fn test(session: &Session, only: &[String]) -> Result<bool> {
    let steps = select(only)?;
    let logs = session.repository.target.join("test-logs");
    fs::create_dir_all(&logs).with_context(|| format!("could not make {}", logs.display()))?;
    let started = Instant::now();
    let mut total = Tally::default();
    let mut failed_steps = Vec::new();
    let mut skipped_steps = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!(
            "\n[{}/{}] {}: {}",
            index + 1,
            steps.len(),
            step.name,
            step.title
        );
        let log = Log::new(logs.join(format!("{}.log", step.name)))?;
        let began = Instant::now();
        let outcome = (step.run)(session, &log);
        if let (Ok(()), Some(reason)) = (&outcome, log.skipped()) {
            println!("  skipped: {reason}");
            skipped_steps.push(step.name);
            continue;
        }
        let output = log.text();
        let tally = Tally::of(&output, outcome.is_ok());
        total.passed += tally.passed;
        total.failed += tally.failed;
        let seconds = began.elapsed().as_secs_f32();
        match outcome {
            Ok(()) => println!("  ok, {} passed, {seconds:.1} s", tally.passed),
            Err(fault) => {
                print!("{output}");
                println!(
                    "  FAILED, {} passed, {} failed, {seconds:.1} s",
                    tally.passed, tally.failed
                );
                println!("  {fault:#}\n  {}", step.advice);
                failed_steps.push(step.name);
            }
        }
    }
    if !failed_steps.is_empty() {
        println!(
            "\nfailed: {}. Again: `cargo xtask test --only {}`",
            failed_steps.join(", "),
            failed_steps.join(",")
        );
    }
    if !skipped_steps.is_empty() {
        println!(
            "\nskipped, and counted nowhere: {}",
            skipped_steps.join(", ")
        );
    }
    println!("\nin {:.0} s:", started.elapsed().as_secs_f32());
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(failed_steps.is_empty())
}

fn select(only: &[String]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        bail!("there is no step `{unknown}`: `cargo xtask test --list` names them");
    }
    Ok(STEPS
        .iter()
        .filter(|step| only.is_empty() || only.iter().any(|name| name == step.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_selected_in_the_order_of_the_table() {
        let only = ["size".to_owned(), "format".to_owned()];
        let names: Vec<&str> = select(&only)
            .unwrap_or_default()
            .iter()
            .map(|step| step.name)
            .collect();
        assert_eq!(names, ["format", "size"]);
    }

    #[test]
    fn an_unknown_step_is_named() {
        assert!(
            select(&["siez".to_owned()]).is_err_and(|fault| fault.to_string().contains("siez"))
        );
    }

    #[test]
    fn no_two_steps_share_a_name() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(
                STEPS
                    .iter()
                    .skip(index + 1)
                    .all(|other| other.name != step.name),
                "{}",
                step.name
            );
        }
    }
}
