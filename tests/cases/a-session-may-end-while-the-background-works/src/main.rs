//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/
//# patched: update; route slice
//# signal: TERM to cargo-hot
//# exit: any

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 ");
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
