//! Every directory of `cases` is a test whose name is the directory's, or one for each of its variants.

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::Failed;
use tests::case::Case;
use tests::play::{self, Played, Stage};
use tests::trials;

fn main() -> ExitCode {
    trials::run(|case| {
        let (both, replayed) = (Arc::clone(&case), Arc::clone(&case));
        let replay = format!("{} --route replay", case.name);
        vec![
            trials::trial(&case, case.name.clone(), move || play_both(&both)),
            trials::thorough(trials::trial(&case, replay, move || play_by(&replayed, Some("replay")).map(drop))),
        ]
    })
}

/// Both ways a save can go must come to the same; where the one that `cargo hot` chooses was never a slice, it was the other.
fn play_both(case: &Case) -> Result<(), Failed> {
    let played = play_by(case, None)?;
    if played.sliced && !trials::has_settings(case) {
        play_by(case, Some("replay"))
            .map_err(|error| format!("by `--route replay`: {}", error.message().unwrap_or("")))?;
    }
    Ok(())
}

fn play_by(case: &Case, route: Option<&'static str>) -> Result<Played, Failed> {
    play::play(case, stage(route)?).map_err(Failed::from)
}

/// `cargo-hot` is built by the first case that needs it, so that listing the cases builds nothing.
fn stage(route: Option<&'static str>) -> Result<&'static Stage, Failed> {
    static STAGES: [OnceLock<Result<Stage, String>>; 2] = [const { OnceLock::new() }; 2];
    let stage = &STAGES[usize::from(route.is_some())];
    stage.get_or_init(|| Stage::set(route).map_err(|error| format!("{error:#}"))).as_ref().map_err(Failed::from)
}
