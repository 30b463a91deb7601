//! Threads keep an invariant while generations change under them as fast as they can. The bench `many_patches` is this in full
//! size.

use anyhow::{Result, ensure};
use tests::ledger;
use tests::stage::Stage;

/// Edits, and then switches between what they made, which need no compiler.
const PATCHES: usize = 6;
const SWITCHES: usize = 400;

#[test]
fn eight_threads_keep_an_invariant_over_two_functions_while_generations_change() -> Result<()> {
    let project = ledger::project(&Stage::of_cases()?, "ledger")?;
    let mut running = project.start(&[], &[])?;
    for patch in 1..=PATCHES {
        let event = running.save(&ledger::script(), &ledger::text(patch + 1)?)?;
        ensure!(event["generation"] == patch, "there is another generation: {event}");
        ledger::count(&mut running, patch as u64)?;
    }
    let before = ledger::count(&mut running, PATCHES as u64)?;
    ledger::switch(&mut running, PATCHES as u64, SWITCHES)?;
    let after = ledger::count(&mut running, PATCHES as u64)?;
    ensure!(after.moves > before.moves && after.checks > before.checks, "nothing went on: {before:?}, then {after:?}");
    running.finish()
}
