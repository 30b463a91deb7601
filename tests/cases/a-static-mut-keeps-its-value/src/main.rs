//# stdout: value=(?<more>\d+) agree=true out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) agree=true out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) agree=true out: v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static mut VALUE: u64 = 1000;
static mut WORDS: [u8; 4096] = [0; 4096];

#[hot]
fn update() {
    // SAFETY: there is one thread.
    let (value, words) = unsafe {
        VALUE += 1;
        WORDS[4000] = WORDS[4000].wrapping_add(1);
        (VALUE, WORDS[4000] as u64 + 256 * (VALUE / 256))
    };
    println!("value={value} agree={} out: v1", (value - 1000) % 256 == words % 256);
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
