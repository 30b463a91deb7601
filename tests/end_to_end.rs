//! Every directory of `cases` is a test whose name is the directory's.

use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};
use tests::play::{self, Stage};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(&cases).expect("`tests/cases` can be read");
    let mut directories: Vec<_> = entries.map(|entry| entry.expect("`tests/cases` can be read").path()).collect();
    directories.sort();
    let directories = directories.iter().filter(|directory| directory.is_dir());
    let trials = directories.flat_map(|directory| {
        let name = directory.file_name().unwrap_or_default().to_string_lossy();
        // Both ways a save can go must come to the same.
        [(None, name.to_string()), (Some("replay"), format!("{name} --route replay"))].map(|(route, name)| {
            let directory = directory.clone();
            Trial::test(name, move || play::play(&directory, stage(route)?).map_err(Failed::from))
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// `cargo-hot` is built by the first case that needs it, so that listing the cases builds nothing.
fn stage(route: Option<&'static str>) -> Result<&'static Stage, Failed> {
    static STAGES: [OnceLock<Result<Stage, String>>; 2] = [const { OnceLock::new() }; 2];
    let stage = &STAGES[usize::from(route.is_some())];
    stage.get_or_init(|| Stage::set(route).map_err(|error| format!("{error:#}"))).as_ref().map_err(Failed::from)
}
