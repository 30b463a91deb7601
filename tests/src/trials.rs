//! Cases as tests: each with its name, so that one can be asked for.

use std::num::NonZero;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, LazyLock};
use std::{env, thread};

use anyhow::Error;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::case::{self, Case, Launch};

/// Runs what `of` makes of each case, as the command line asks. What cannot be read fails, and leaves the others alone.
///
/// # Panics
/// The directory of the cases cannot be read.
pub fn run(of: impl Fn(Arc<Case>) -> Vec<Trial>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Cases wait, for answers and for silence: two more than there are processors keep these busy.
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    arguments.test_threads.get_or_insert(processors + 2);
    let directories = case::all().unwrap_or_else(|error| panic!("{error:#}"));
    let trials = directories.into_iter().flat_map(|(directory, cases)| match cases {
        Ok(cases) => cases.into_iter().map(Arc::new).flat_map(&of).collect(),
        Err(error) => {
            let name = directory.file_name().unwrap_or_default().to_string_lossy();
            vec![Trial::test(name, move || Err(failed(&error)))]
        }
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A test of the case, left out where a program that it needs is not installed; its kind then says which.
pub fn trial(
    case: &Case,
    name: String,
    run: impl FnOnce() -> std::result::Result<(), Failed> + Send + 'static,
) -> Trial {
    let trial = Trial::test(name, run);
    let is_there = |need: &str| if need == MOUNTS { may_mount() } else { is_installed(need) };
    match case.needs.iter().find(|need| !is_there(need)) {
        Some(program) => trial.with_kind(format!("needs {program}")).with_ignored_flag(true),
        None => trial,
    }
}

/// A test that is run when ignored ones are asked for: what another says of the same program with other settings.
pub fn thorough(trial: Trial) -> Trial {
    trial.with_kind("thorough").with_ignored_flag(true)
}

/// Whether it has dependencies of its own, by settings that no other case has: to build those twice takes longer than all the
/// rest. Or is optimized, and so never sliced.
pub fn has_settings(case: &Case) -> bool {
    let Launch { run, env, .. } = &case.launch;
    let is_own = |(name, value): &(String, Option<String>)| {
        let is_default = name == "CARGO_PROFILE_DEV_OPT_LEVEL" && value.as_deref() == Some("0");
        let is_setting = name.starts_with("CARGO_PROFILE_")
            || ["CARGO_NET_OFFLINE", "CARGO_TARGET_DIR", "RUSTFLAGS"].contains(&&**name);
        is_setting && !is_default
    };
    run.iter().any(|option| ["--release", "--config"].contains(&option.as_str())) || env.iter().any(is_own)
}

/// What a case needs that mounts file systems.
const MOUNTS: &str = "mounts";

/// Root may, unless a container forbids it.
fn may_mount() -> bool {
    static MAY: LazyLock<bool> = LazyLock::new(|| {
        let mut attempt = Command::new("unshare");
        let attempt = attempt.args(["--mount", "mount", "--bind", "/", "/"]).stderr(Stdio::null());
        attempt.status().is_ok_and(|status| status.success())
    });
    *MAY
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// An error with its causes.
pub fn failed(error: &Error) -> Failed {
    Failed::from(format!("{error:#}"))
}
