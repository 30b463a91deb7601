//! What may be marked, what is refused, and what a marked program does, in an ordinary build and in hot ones.
//!
//! Cargo does not know the variable at which `#[hot]` expands, so the builds get target folders of their own, and the
//! programs are built by a child process whose environment is settled. `TRYBUILD=overwrite` accepts new error texts.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use hot_runtime::names::{EXPAND_HOLDING, EXPAND_OPTIMIZED, EXPAND_PLAIN, EXPAND_VARIABLE};

#[test]
fn an_ordinary_build_checks_the_mark_and_leaves_the_program_alone() {
    run_child(Build::Ordinary);
}

#[test]
fn a_hot_build_means_the_same() {
    run_child(Build::Hot);
}

#[test]
fn a_build_that_holds_panics_means_the_same() {
    run_child(Build::Holding);
}

#[derive(Clone, Copy, PartialEq)]
enum Build {
    Ordinary,
    Hot,
    Holding,
}

#[test]
#[ignore = "run by the others, each in its environment"]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/accept/*.rs");
    cases.compile_fail("tests/ui/refuse/*.rs");
    if env::var_os(EXPAND_VARIABLE).is_some() {
        cases.compile_fail("tests/ui/refuse-expanded/*.rs");
    }
}

fn run_child(build: Build) {
    let mut child = Command::new(env::current_exe().expect("the test's own executable"));
    child.args(["--ignored", "--exact", "programs"]);
    match build {
        Build::Ordinary => child.env_remove(EXPAND_VARIABLE),
        Build::Hot => child.env(EXPAND_VARIABLE, EXPAND_OPTIMIZED).env("CARGO_TARGET_DIR", scratch().join("ui-hot")),
        Build::Holding => child
            .env(EXPAND_VARIABLE, format!("{EXPAND_PLAIN} {EXPAND_HOLDING}"))
            .env("CARGO_TARGET_DIR", scratch().join("ui-holding")),
    };
    let output = child.output().expect("failed to start the test's own executable");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

fn scratch() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
