//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s|// end|if hits.is_multiple_of(2) { std::process::exit(4) }|
//# patched: update; route slice
//# exit: 4

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 ");
    // end
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(5));
    }
}
