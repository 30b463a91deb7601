//! `cargo hot`: runs a program and patches it at every save.
//!
//! The way of a save through the house: `watch` sees it, `compile` turns it into objects, `plan` decides what of them a
//! patch must hold, `link` makes the patch, `host` sends it, and the runtime inside the program loads and publishes it.
//! `save` is that way, a line a step; DESIGN.md tells the rest. Where no patch can be made, `restart` is all there is.

mod cli;
mod events;
mod program;
mod project;
mod restart;
mod terminal;
mod watch;

cfg_if::cfg_if! {
    if #[cfg(all(target_os = "linux", target_arch = "x86_64"))] {
        mod base;
        mod confirm;
        mod commands;
        mod compile;
        mod control;
        mod coverage;
        mod folder;
        #[cfg(test)]
        mod fuzz;
        mod held;
        mod host;
        mod image;
        mod inbox;
        mod keep;
        mod leftovers;
        mod link;
        mod loaded;
        mod objects;
        mod outcome;
        mod patching;
        mod plan;
        mod private;
        mod refusal;
        mod routes;
        mod save;
        mod session;
        mod shadow;
        mod show;
        mod slice;
        mod sources;
        mod through_cargo;
    } else {
        #[path = "elsewhere.rs"]
        mod patching;
    }
}

use anyhow::Result;
use clap::Parser as _;
use cli::{Cli, Command, SessionCommand};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut words = std::env::args_os();
    let called = words.next().unwrap_or_default();
    let result = match patching::Role::of(Path::new(&called)) {
        patching::Role::Command => command(called, words),
        role => patching::stand_in(role, words),
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
    match Cli::parse_from(std::iter::once(called).chain(words)).command {
        Command::Run(options) if options.restart => {
            terminal::say("every save rebuilds and restarts the program (--restart)");
            restart::run(&options)
        }
        Command::Run(options) => patching::run(&options),
        Command::Coverage(options) => patching::coverage(&options),
        Command::Undo(options) => patching::ask(&options.project, SessionCommand::Undo { to: options.to }),
        Command::Redo(options) => patching::ask(&options, SessionCommand::Redo),
        Command::Status(options) => patching::ask(&options, SessionCommand::Status),
        Command::Resume(options) => patching::ask(&options, SessionCommand::Resume),
        Command::Restart(options) => {
            let how = if options.keep_state { SessionCommand::RestartWithState } else { SessionCommand::Restart };
            patching::ask(&options.project, how)
        }
    }
}
