//! Every directory of `cases` is a test whose name is the directory's, or one for each of its variants.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};
use tests::case::Case;
use tests::play::{self, Stage};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(&cases).expect("`tests/cases` can be read");
    let mut directories: Vec<_> = entries.map(|entry| entry.expect("`tests/cases` can be read").path()).collect();
    directories.sort();
    let directories = directories.iter().filter(|directory| directory.is_dir());
    let trials = directories.flat_map(|directory| match Case::read(directory) {
        Ok(cases) => cases.into_iter().flat_map(trials).collect(),
        Err(error) => vec![broken(directory, &error)],
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Both ways a save can go must come to the same.
fn trials(case: Case) -> [Trial; 2] {
    let case = Arc::new(case);
    [(None, case.name.clone()), (Some("replay"), format!("{} --route replay", case.name))].map(|(route, name)| {
        let case = Arc::clone(&case);
        Trial::test(name, move || play::play(&case, stage(route)?).map_err(Failed::from))
    })
}

/// What cannot be read fails like a case, and leaves the others alone.
fn broken(directory: &Path, error: &anyhow::Error) -> Trial {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let message = format!("{error:#}");
    Trial::test(name, move || Err(Failed::from(message)))
}

/// `cargo-hot` is built by the first case that needs it, so that listing the cases builds nothing.
fn stage(route: Option<&'static str>) -> Result<&'static Stage, Failed> {
    static STAGES: [OnceLock<Result<Stage, String>>; 2] = [const { OnceLock::new() }; 2];
    let stage = &STAGES[usize::from(route.is_some())];
    stage.get_or_init(|| Stage::set(route).map_err(|error| format!("{error:#}"))).as_ref().map_err(Failed::from)
}
