//# run: -p {case}
//# stdout: out: 2 v1$
//# edit 1 low/src/lib.rs: s/best = *item/best = clamp(*item)/
//# patched: largest@low/src/lib.rs; not main; not update; not summary
//# no-event: 300ms
//# stdout: out: 2 v1$
//# edit 2 low/src/lib.rs: s/"v1"/vec!["v2"; words()][0]/
//# patched: label; not main
//# no-event: 300ms
//# stdout: out: 2 v2$
//# edit 3 low/src/lib.rs: s/    1\n/    (0..3).collect::<std::collections::BTreeSet<u64>>().len().min(1)\n/
//# patched: words; not main
//# no-event: 300ms
//# oracle

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", mid::summary(&[1, 2]));
}

fn main() {
    let turns: BTreeSet<u64> = (0..1_000_000).collect();
    let pauses: Vec<Duration> = vec![Duration::from_millis(20); turns.len().min(1)];
    let names = vec!["a"; pauses.len()];
    let name = String::from(names[0]) + "b";
    for _ in turns {
        update();
        sleep(pauses[name.len() - 2]);
    }
}
