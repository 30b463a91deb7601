//# run: --features loud,louder --no-default-features
//# stdout: out: loud true quiet false v1
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: loud true quiet false v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: loud {} quiet {} v1", cfg!(all(feature = "loud", feature = "louder")), cfg!(feature = "quiet"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
