//! The task runner of kohort: `cargo xtask build|test|bench|demo`.

mod bindings;
mod build;
mod bundle;
mod debian;
mod lock_file;
mod modules;
mod npm;
mod optimise;
mod process;
mod repository;
mod stamp;
mod system;
mod toolchain;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use repository::Repository;
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
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("error: {fault:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let repository = Repository::find()?;
    match arguments.task {
        Task::Build => build::build(&repository, arguments.toolchain).map(|_| ()),
    }
}
