//! The steps of `cargo xtask test`, in order: the one place to add a step.
//!
//! Node programs (tests, benches, the demo) hear of two places through the environment:
//! `KOHORT_PACKAGE_DIR`, a project outside the tree that has the packed package in its
//! `node_modules`, and, in the steps with browsers, `KOHORT_CHROMIUM` and
//! `KOHORT_FIREFOX`, those to start.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::log::Log;
use crate::modules::MODULES;
use crate::second_way;
use crate::segments;
use crate::session::Session;
use crate::size;
use crate::stamp::files_under;
use crate::system;
use crate::toolchain::{self, TARGET};
use crate::types;

/// One step.
pub struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What its heading says.
    pub title: &'static str,
    /// What to do when it fails.
    pub advice: &'static str,
    /// How it runs; it fails or returns nothing.
    pub run: fn(&Session, &Log) -> Result<()>,
}

/// All steps.
pub const STEPS: &[Step] = &[
    Step {
        name: "format",
        title: "Rust sources are formatted",
        advice: "Run `cargo fmt --all`.",
        run: format,
    },
    Step {
        name: "clippy",
        title: "clippy on this machine's target",
        advice: "Correct what clippy names.",
        run: clippy,
    },
    Step {
        name: "clippy-wasm",
        title: "clippy on WebAssembly, each module",
        advice: "Correct what clippy names; code that touches JavaScript compiles only here.",
        run: clippy_wasm,
    },
    Step {
        name: "core",
        title: "the core, natively",
        advice: "Run the test that is named alone: `cargo test NAME`.",
        run: core,
    },
    Step {
        name: "runner",
        title: "the task runner itself",
        advice: "Run `cargo test --profile xtask --package xtask`.",
        run: runner,
    },
    Step {
        name: "build",
        title: "the npm package builds",
        advice: "Run `cargo xtask build`.",
        run: build,
    },
    Step {
        name: "size",
        title: "size budgets",
        advice: "See pkg/size-budgets.json.",
        run: sizes,
    },
    Step {
        name: "types",
        title: "types of the package, tsc --strict",
        advice: "pkg/types.d.ts, pkg/edge.d.ts, pkg/known.d.ts and pkg/vendors.d.ts are written by hand, pkg/segment.d.ts and pkg/explain.d.ts by the test `segment_types`; tests/types/ says what they promise.",
        run: types::check,
    },
    Step {
        name: "esm",
        title: "the packed package in Node, by import",
        advice: "Run it alone with `cargo xtask test --only esm`.",
        run: |session, log| suite(session, log, "tests/js/esm"),
    },
    Step {
        name: "gateway",
        title: "the gateway of the packed package in Node",
        advice: "Run it alone with `cargo xtask test --only gateway`.",
        run: |session, log| suite(session, log, "tests/js/gateway"),
    },
    Step {
        name: "segments",
        title: "segments of random worlds, through the package, against the oracle",
        advice: "Run it alone with `cargo xtask test --only segments`; `--thorough` plays more worlds.",
        run: segments::check,
    },
    Step {
        name: "cjs",
        title: "the packed package in Node, by require",
        advice: "Run it alone with `cargo xtask test --only cjs`.",
        run: |session, log| suite(session, log, "tests/js/cjs"),
    },
    Step {
        name: "workerd",
        title: "the packed package in workerd, the runtime of edge workers",
        advice: "Run it alone with `cargo xtask test --only workerd`.",
        run: |session, log| suite(session, log, "tests/js/workerd"),
    },
    Step {
        name: "crash",
        title: "the example worker in workerd: a Heap sync with faults, and kill -9",
        advice: "Run it alone with `cargo xtask test --only crash`.",
        run: |session, log| suite(session, log, "tests/js/crash"),
    },
    Step {
        name: "runtimes",
        title: "the conformance data in Node, Deno, Bun, workerd and edge-runtime",
        advice: "Run it alone with `cargo xtask test --only runtimes`.",
        run: |session, log| suite(session, log, "tests/js/runtimes"),
    },
    Step {
        name: "bundlers",
        title: "the packed package as wrangler, esbuild, Rollup, Vite and webpack bundle it",
        advice: "Run it alone with `cargo xtask test --only bundlers`.",
        run: |session, log| suite_in_chromium(session, log, "tests/js/bundlers"),
    },
    Step {
        name: "browser",
        title: "the packed package in headless Chromium, and in Firefox under strict policies",
        advice: "Run it alone with `cargo xtask test --only browser`; $CHROMIUM and $FIREFOX name others.",
        run: |session, log| suite_in_browsers(session, log, "tests/js/browser"),
    },
    Step {
        name: "worker",
        title: "kohort/worker in Node, Chromium and Firefox: a plain page, and by Vite and webpack",
        advice: "Run it alone with `cargo xtask test --only worker`; $FIREFOX names another Firefox.",
        run: |session, log| suite_in_browsers(session, log, "tests/js/worker"),
    },
    Step {
        name: "page",
        title: "the dashboard page in headless Chromium",
        advice: "Run it alone with `cargo xtask test --only page`, or look at it with `cargo xtask demo`.",
        run: |session, log| suite_in_chromium(session, log, "tests/page"),
    },
    Step {
        name: "second-way",
        title: "the edge module by Debian's Rust, without rustup's target",
        advice: "Run `cargo xtask build --toolchain debian` to see it alone, then `cargo xtask build`.",
        run: second_way::check,
    },
    Step {
        name: "demo",
        title: "the demo, once through",
        advice: "Run `cargo xtask demo --once`.",
        run: demo,
    },
    Step {
        name: "bench",
        title: "the benches still run, without a verdict",
        advice: "Run `cargo xtask bench --quick`; the tests hold no times, `cargo xtask bench --gate` does.",
        run: bench,
    },
];

fn format(session: &Session, log: &Log) -> Result<()> {
    let mut fmt = toolchain::tool("fmt", "rustfmt", "rustfmt-web", &session.repository)?;
    log.run(
        fmt.args(["--all", "--check"])
            .current_dir(&session.repository.root),
    )
}

fn clippy(session: &Session, log: &Log) -> Result<()> {
    let mut clippy = toolchain::tool("clippy", "clippy", "rust-web-clippy", &session.repository)?;
    log.run(
        clippy
            .args([
                "--quiet",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-Dwarnings",
            ])
            .current_dir(&session.repository.root),
    )
}

fn clippy_wasm(session: &Session, log: &Log) -> Result<()> {
    for module in MODULES {
        log.run(
            session
                .toolchain()?
                .clippy(&session.repository)?
                .args([
                    "--quiet",
                    "--package",
                    "kohort",
                    "--lib",
                    "--locked",
                    "--target",
                    TARGET,
                ])
                .args([
                    "--no-default-features",
                    "--features",
                    module.name,
                    "--",
                    "-Dwarnings",
                ])
                .current_dir(&session.repository.root),
        )?;
    }
    Ok(())
}

fn core(session: &Session, log: &Log) -> Result<()> {
    log.run(
        Command::new("cargo")
            .args([
                "test",
                "--workspace",
                "--exclude",
                "xtask",
                "--locked",
                "--no-fail-fast",
            ])
            .current_dir(&session.repository.root),
    )
}

// WHY: with its own profile, so that what `cargo xtask` compiled to start is not compiled again.
fn runner(session: &Session, log: &Log) -> Result<()> {
    log.run(
        Command::new("cargo")
            .args([
                "test",
                "--package",
                "xtask",
                "--profile",
                "xtask",
                "--locked",
            ])
            .current_dir(&session.repository.root),
    )
}

fn build(session: &Session, _log: &Log) -> Result<()> {
    session.build()
}

fn sizes(session: &Session, _log: &Log) -> Result<()> {
    session.build()?;
    size::check(&session.repository)
}

fn demo(session: &Session, log: &Log) -> Result<()> {
    let program = session.repository.root.join("www/demo/main.mjs");
    log.run(
        session
            .node([program.as_os_str(), "--once".as_ref()])?
            .current_dir(&session.repository.root),
    )
}

fn bench(session: &Session, log: &Log) -> Result<()> {
    let program = session.repository.root.join("tests/bench/main.mjs");
    let words = [program.as_os_str()]
        .into_iter()
        .chain(["--quick"].map(OsStr::new));
    log.run(session.node(words)?.current_dir(&session.repository.root))
}

/// Runs the Node tests in a folder: every `*.test.mjs` and `*.test.cjs`.
fn suite(session: &Session, log: &Log, folder: &str) -> Result<()> {
    suite_with(session, log, folder, &[])
}

/// Runs them, and tells them places by the environment.
pub fn suite_with(
    session: &Session,
    log: &Log,
    folder: &str,
    places: &[(&str, &OsStr)],
) -> Result<()> {
    let files = test_files(&session.repository.root.join(folder))?;
    let mut node = runner_of_tests(session)?;
    log.run(node.envs(places.iter().copied()).args(files))
}

/// Runs them with a Chromium to start.
fn suite_in_chromium(session: &Session, log: &Log, folder: &str) -> Result<()> {
    let chromium = system::ensure_chromium()?;
    let place = ("KOHORT_CHROMIUM", chromium.as_ref());
    suite_with(session, log, folder, &[place])
}

/// Runs them with both browsers.
fn suite_in_browsers(session: &Session, log: &Log, folder: &str) -> Result<()> {
    let (chromium, firefox) = (system::ensure_chromium()?, system::ensure_firefox()?);
    let places = [
        ("KOHORT_CHROMIUM", chromium.as_ref()),
        ("KOHORT_FIREFOX", firefox.as_ref()),
    ];
    suite_with(session, log, folder, &places)
}

fn runner_of_tests(session: &Session) -> Result<Command> {
    let timeout = if session.thorough { 3_600_000 } else { 120_000 };
    let timeout = format!("--test-timeout={timeout}");
    let mut node = session.node(["--test", "--test-reporter=spec", &timeout])?;
    node.current_dir(&session.repository.root);
    Ok(node)
}

// WHY: not left to `node --test FOLDER`, which Node 20 and 22 read differently.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files_under(folder)?;
    files.retain(|file| {
        let name = file.to_string_lossy();
        name.ends_with(".test.mjs") || name.ends_with(".test.cjs")
    });
    if files.is_empty() {
        bail!("{} holds no *.test.mjs or *.test.cjs", folder.display());
    }
    Ok(files)
}
