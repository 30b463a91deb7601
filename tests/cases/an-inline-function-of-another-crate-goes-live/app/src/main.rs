//# run: -p {case}
//# stdout: out: v1 
//# no-event: 600ms
//# edit 1 low/src/lib.rs: s/both v1/both v2/
//# patched: of_both; route replay; because inlined
//# stdout: hits=(?<more>\d+) out: v1 both v2 program v1 low v1 both v2
//# oracle
//# confirmed
//# edit 2 low/src/lib.rs: s/program v1/program v2/
//# patched: of_program; route replay
//# stdout: hits=(?<more>\d+) out: v1 both v2 program v2 
//# oracle
//# edit 3: s/out: v1/out: v2/
//# edit 3 low/src/lib.rs: s/program v2/program v3/
//# patched: update, of_program
//# stdout: hits=(?<more>\d+) out: v2 both v2 program v3 
//# oracle
//# edit 4 low/src/lib.rs: s/nobody v1/nobody v2/
//# edit 4: s/out: v2/out: v3 {}/
//# edit 4: s/low::of_both(),/low::of_nobody(), low::of_both(),/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v3 nobody v2 both v2 
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    let hits = HITS.fetch_add(1, Ordering::Relaxed);
    println!("hits={hits} out: v1 {} {} {}", low::of_both(), low::of_program(), low::low());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
