//# stdout: pid=(?<same_first>\d+) out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/
//# patched: update; route slice
//# hot: restart
//# restarted
//# stdout: hits=[1-3] pid=(?<same_second>\d+) out: v2 
//# no-event: 600ms
//# edit 2: s/v2/v3/
//# patched: update; route slice
//# stdout: pid=(?<same_second>\d+) out: v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} pid={} out: v1 ", std::process::id());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
