//# variant a-static-program: CARGO_BUILD_TARGET=x86_64-unknown-linux-gnu RUSTFLAGS=-Ctarget-feature=+crt-static
//# variant a-program-without-machine-code needs ld.lld: RUSTFLAGS="-Clinker-plugin-lto -Clink-arg=-fuse-ld=lld"
//# stderr: nothing can be patched in this run: .*leave out
//# edit 1: s/v1/v2/
//# refused: not-patchable; says nothing can be patched in this run
//# edit 2: s/v2/v3/
//# refused: not-patchable; says leave out

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
