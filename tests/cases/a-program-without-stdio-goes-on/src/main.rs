//# stdout: out: v1
//# edit 1: s|// end|std::process::exit(7);|
//# patched: update
//# exit: 7

use std::os::fd::{FromRawFd, OwnedFd};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    // end
}

fn main() {
    println!("out: v1");
    for descriptor in 0..3 {
        // SAFETY: nothing of ours uses them from here on.
        drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
    }
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
