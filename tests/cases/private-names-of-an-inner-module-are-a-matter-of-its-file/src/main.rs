//# stdout: out: v1 
//# no-event: 600ms
//# edit 1 src/other.rs: s/other v1/other v2/
//# patched: other::first; route slice
//# stdout: hits=(?<more>\d+) out: .*other v2 7 
//# oracle
//# confirmed
//# edit 2 src/lazy.rs: s/lazy v1/lazy v2/
//# patched: lazy::shown; route replay; because stays private
//# stdout: hits=(?<more>\d+) out: .*other v2 7 lazy v2 inner and behind
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod lazy;
mod other;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {} {}", other::first(&[7, 8]), lazy::shown());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
