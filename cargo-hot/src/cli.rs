//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::PathBuf;

/// Hot patching for Rust: save a file, and the running program executes the new code.
#[derive(Debug, Parser)]
#[command(name = "cargo hot", bin_name = "cargo hot", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the program as `cargo run` does, and patch it at every save.
    Run(Box<RunOptions>),
    /// Tell which functions are compiled alone after a change, and why the others are not.
    Coverage(Box<CoverageOptions>),
    /// Have the program of this project's running session run what it ran before the last patch.
    Undo(UndoOptions),
    /// Have it run again what was undone last.
    Redo(ProjectOptions),
    /// Tell which generation it runs, of which functions, and what waits.
    Status(ProjectOptions),
    /// Let the panics of held calls go on: see `cargo hot run --hold-on-panic`.
    Resume(ProjectOptions),
    /// Build and start it anew.
    Restart(RestartOptions),
}

/// Options of `cargo run`, and a few of ours.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RunOptions {
    /// Append the session's events to this file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) events: Option<PathBuf>,
    /// Rebuild and restart at every save, without patching
    #[arg(long)]
    pub(crate) restart: bool,
    /// Hold a hot call that panics where it was called from outside: it runs again after the next patch
    #[arg(long, conflicts_with = "restart")]
    pub(crate) hold_on_panic: bool,
    /// How changed functions are compiled
    #[arg(long, value_enum, default_value_t, value_name = "ROUTE")]
    pub(crate) route: RouteChoice,
    #[command(flatten)]
    pub(crate) cargo: CargoOptions,
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
    /// Arguments for the program
    #[arg(value_name = "ARGS", trailing_var_arg = true)]
    pub(crate) arguments: Vec<OsString>,
}

/// Options of `cargo build`, and a few of ours.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct CoverageOptions {
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Name the functions
    #[arg(long)]
    pub(crate) names: bool,
    #[command(flatten)]
    pub(crate) cargo: CargoOptions,
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
}

/// What a command asks of a running session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SessionCommand {
    /// To the generation before, or to this one.
    Undo {
        to: Option<u32>,
    },
    Redo,
    Status,
    Resume,
    Restart,
    RestartWithState,
}

/// How the program is started anew.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RestartOptions {
    /// Hand the live values over to the new process, whose types must be `#[hot(serde)]`; the old one goes on until they fit
    #[arg(long)]
    pub(crate) keep_state: bool,
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
}

/// Which generation to go back to.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct UndoOptions {
    /// Any generation that was patched, or 0 for the program as it was started; the one before, if left out
    #[arg(value_name = "GENERATION")]
    pub(crate) to: Option<u32>,
    #[command(flatten)]
    pub(crate) project: ProjectOptions,
}

/// How a save is compiled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RouteChoice {
    /// Alone where that means the same, or else with their crate
    #[default]
    Auto,
    /// With their crate, always
    Replay,
}

/// Passed on to cargo as they are.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "cargo run's options")]
pub(crate) struct CargoOptions {
    /// Package with the target to run
    #[arg(short, long, value_name = "SPEC")]
    package: Option<String>,
    /// Name of the binary to run
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
    /// Name of the example to run
    #[arg(long, value_name = "NAME")]
    example: Option<String>,
    /// Features to activate, separated by blanks or commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Vec<String>,
    /// Activate all features
    #[arg(long)]
    all_features: bool,
    /// Do not activate the default feature
    #[arg(long)]
    no_default_features: bool,
    /// Build with optimizations
    #[arg(short, long)]
    release: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Build for this target
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// Number of parallel jobs
    #[arg(short, long, value_name = "N")]
    jobs: Option<String>,
    /// Do not print cargo's own messages
    #[arg(short, long)]
    quiet: bool,
    /// More of cargo's own messages
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    /// When cargo uses colours: auto, always, never
    #[arg(long, value_name = "WHEN")]
    color: Option<String>,
    /// Require that Cargo.lock is up to date
    #[arg(long)]
    locked: bool,
    /// Run without the network
    #[arg(long)]
    offline: bool,
    /// The same as --locked and --offline
    #[arg(long)]
    frozen: bool,
    /// Ignore the `rust-version` of packages
    #[arg(long)]
    ignore_rust_version: bool,
}

/// Which project a command is about.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "cargo run's options")]
pub(crate) struct ProjectOptions {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Directory for all build output
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) target_dir: Option<PathBuf>,
    /// Override a value of cargo's configuration
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) config: Vec<String>,
}

impl RunOptions {
    /// As words for `cargo run` or `cargo build`, but for the configuration.
    pub(crate) fn for_cargo(&self) -> Vec<OsString> {
        self.cargo.words(&self.project)
    }
}

impl CoverageOptions {
    /// As words for `cargo build`, but for the configuration.
    pub(crate) fn for_cargo(&self) -> Vec<OsString> {
        self.cargo.words(&self.project)
    }
}

impl CargoOptions {
    pub(crate) fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The name of the profile to build in.
    pub(crate) fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or(if self.release { "release" } else { "dev" })
    }

    fn words(&self, project: &ProjectOptions) -> Vec<OsString> {
        let mut words = Words::default();
        words.value("--package", self.package.as_ref());
        words.value("--bin", self.bin.as_ref());
        words.value("--example", self.example.as_ref());
        words.value("--features", &self.features);
        words.flag("--all-features", self.all_features);
        words.flag("--no-default-features", self.no_default_features);
        words.flag("--release", self.release);
        words.value("--profile", self.profile.as_ref());
        words.value("--target", self.target.as_ref());
        words.value("--jobs", self.jobs.as_ref());
        words.flag("--quiet", self.quiet);
        (0..self.verbose).for_each(|_| words.flag("--verbose", true));
        words.value("--color", self.color.as_ref());
        words.flag("--locked", self.locked);
        words.flag("--offline", self.offline);
        words.flag("--frozen", self.frozen);
        words.flag("--ignore-rust-version", self.ignore_rust_version);
        words.path("--target-dir", project.target_dir.as_ref());
        words.path("--manifest-path", project.manifest_path.as_ref());
        words.0
    }
}

#[derive(Default)]
struct Words(Vec<OsString>);

impl Words {
    fn flag(&mut self, name: &str, is_set: bool) {
        if is_set {
            self.0.push(name.into());
        }
    }

    fn value<'value>(&mut self, name: &str, values: impl IntoIterator<Item = &'value String>) {
        for value in values {
            self.0.extend([name.into(), value.into()]);
        }
    }

    fn path(&mut self, name: &str, path: Option<&PathBuf>) {
        if let Some(path) = path {
            self.0.extend([name.into(), path.into()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(words: &[&str]) -> RunOptions {
        let cli = Cli::try_parse_from(["cargo-hot", "run"].iter().chain(words)).unwrap();
        let Command::Run(options) = cli.command else { panic!("`run` is a run") };
        *options
    }

    #[test]
    fn cargos_options_reach_cargo_and_the_programs_reach_the_program() {
        let options = run(&["-p", "life", "--release", "-F", "a,b", "--events", "e.jsonl", "--", "--seed", "7", "-v"]);
        let words = ["--package", "life", "--features", "a,b", "--release"];
        assert_eq!(options.for_cargo(), words.map(OsString::from));
        assert_eq!(options.arguments, ["--seed", "7", "-v"].map(OsString::from));
    }

    #[test]
    fn an_option_that_nobody_knows_is_an_error() {
        assert!(Cli::try_parse_from(["cargo-hot", "run", "--relaese"]).is_err());
        assert_eq!(run(&["--", "--relaese"]).arguments, ["--relaese"].map(OsString::from));
    }

    #[test]
    fn the_first_word_that_is_no_option_begins_the_programs() {
        assert_eq!(run(&["-q", "input.txt", "--fast"]).arguments, ["input.txt", "--fast"].map(OsString::from));
    }
}
