//! `cargo hot`: runs a program and patches it at every save.
//!
//! The way of a save through the house: [`watch`] sees it, [`compile`] turns it into objects, [`plan`] decides what of
//! them a patch must hold, [`link`] makes the patch, [`host`] sends it, and the runtime inside the program loads and
//! publishes it. [`session`] is that way, a line a step; DESIGN.md tells the rest.

mod base;
mod cli;
mod compile;
mod control;
mod events;
mod host;
mod image;
mod inbox;
mod link;
mod loaded;
mod objects;
mod plan;
mod program;
mod project;
mod restart;
mod save;
mod session;
mod shadow;
mod show;
mod sources;
mod terminal;
mod through_cargo;
mod watch;

use anyhow::Result;
use base::launch::Role;
use clap::Parser as _;
use cli::{Cli, Command, RunOptions};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let called = words.next().map(PathBuf::from).unwrap_or_default();
    let result = match Role::of(&called) {
        Role::Wrapper => base::wrapper::run(words.map(|word| word.to_string_lossy().into_owned())),
        Role::Launcher => base::launch::launch(words),
        Role::Command => command(called.into(), words),
    };
    result.unwrap_or_else(|error| {
        terminal::say(&format!("{error:#}"));
        ExitCode::from(101)
    })
}

/// Cargo calls a subcommand with its own name as the first word.
fn command(called: OsString, words: impl Iterator<Item = OsString>) -> Result<ExitCode> {
    let mut words = words.peekable();
    words.next_if(|word| word == "hot");
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("CARGO_HOT_LOG"))
        .try_init();
    match Cli::parse_from(std::iter::once(called).chain(words)).command {
        Command::Run(options) if options.restart || !restart::CAN_PATCH => restart::run(&options),
        Command::Run(options) => session::run(&options),
        Command::Restart(options) => {
            let options = RunOptions {
                manifest_path: options.manifest_path,
                target_dir: options.target_dir,
                ..RunOptions::default()
            };
            let project = project::Project::find(&options)?;
            control::ask(&project, control::Command::Restart)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
