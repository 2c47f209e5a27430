//! The task runner of kohort: `cargo xtask build|test|bench|demo`.

mod bench;
mod bindings;
mod build;
mod bundle;
mod debian;
mod diagnose;
mod lock_file;
mod log;
mod machine_paths;
mod modules;
mod npm;
mod optimise;
mod pack;
mod process;
mod program;
mod repository;
mod second_way;
mod segments;
mod session;
mod size;
mod stamp;
mod steps;
mod sysroot;
mod system;
mod tally;
mod test;
mod toolchain;
mod types;
mod underline;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use repository::Repository;
use session::Session;
use toolchain::Source;

/// Builds and proves kohort. Every command installs what it lacks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Where the compiler for WebAssembly comes from
    #[arg(
        long,
        value_enum,
        default_value_t,
        global = true,
        env = "KOHORT_TOOLCHAIN"
    )]
    toolchain: Source,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the npm package in pkg/ (then `npm pack` there makes an installable file)
    Build,
    /// Compile the edge module alone, by the toolchain that is found, into a file
    #[command(hide = true)]
    EdgeModule {
        /// The file to write
        file: PathBuf,
    },
    /// Run every test: the core, the built package in each runtime, types, sizes
    Test {
        /// Run only these steps
        #[arg(long, value_delimiter = ',', value_name = "NAME")]
        only: Vec<String>,
        /// Play many more random worlds: some ten million comparisons of segments
        #[arg(long)]
        thorough: bool,
        /// Name the steps and end
        #[arg(long)]
        list: bool,
    },
    /// Compare with other packages (`--gate` fails where a promised ratio is missed)
    Bench {
        /// Arguments of tests/bench/main.mjs
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Send a cohort from Heap to Braze through an edge worker, all on this machine
    Demo {
        /// End after the tour, as without a terminal
        #[arg(long, conflicts_with = "file")]
        once: bool,
        /// A Heap webhook or a Braze cohort request of your own to look at (`-` for standard input)
        file: Option<PathBuf>,
    },
}

/// The option of the demo that also its program knows.
const ONCE: &str = "--once";

fn main() -> ExitCode {
    run(Arguments::parse()).unwrap_or_else(|fault| {
        eprintln!("error: {fault:#}");
        ExitCode::FAILURE
    })
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut session = Session::new(Repository::find()?, arguments.toolchain);
    match arguments.task {
        Task::Build => {
            session.build()?;
            println!("the package is built: `npm pack` in pkg/ makes it one file");
            Ok(ExitCode::SUCCESS)
        }
        Task::EdgeModule { file } => {
            build::edge_module(&session.repository, session.toolchain()?, &file)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Test { list: true, .. } => {
            test::list();
            Ok(ExitCode::SUCCESS)
        }
        Task::Test { only, thorough, .. } => {
            session.thorough = thorough;
            let passed = test::test(&session, &only)?;
            Ok(if passed {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
        Task::Bench { arguments } => bench::run(&session, &arguments),
        Task::Demo {
            file: Some(file), ..
        } if file.as_os_str() != ONCE => diagnose::run(&file),
        // After `--`, as other task runners want options of a task, `--once` comes as a file.
        Task::Demo { once, file } => {
            let arguments: &[OsString] = if once || file.is_some() {
                &[ONCE.into()]
            } else {
                &[]
            };
            program::run(&session, "www/demo/main.mjs", arguments, &[])
        }
    }
}
