//! Every directory of `cases` is a test whose name is the directory's, or one for each of its variants.

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::Failed;
use tests::play::{self, Stage};
use tests::trials;

fn main() -> ExitCode {
    trials::run(|case| {
        // Both ways a save can go must come to the same.
        let routes = [(None, case.name.clone()), (Some("replay"), format!("{} --route replay", case.name))];
        let trial = |(route, name)| {
            let case = Arc::clone(&case);
            trials::trial(&case.clone(), name, move || play::play(&case, stage(route)?).map_err(Failed::from))
        };
        let [sliced, replayed] = routes.map(trial);
        vec![sliced, if trials::has_settings(&case) { trials::thorough(replayed) } else { replayed }]
    })
}

/// `cargo-hot` is built by the first case that needs it, so that listing the cases builds nothing.
fn stage(route: Option<&'static str>) -> Result<&'static Stage, Failed> {
    static STAGES: [OnceLock<Result<Stage, String>>; 2] = [const { OnceLock::new() }; 2];
    let stage = &STAGES[usize::from(route.is_some())];
    stage.get_or_init(|| Stage::set(route).map_err(|error| format!("{error:#}"))).as_ref().map_err(Failed::from)
}
