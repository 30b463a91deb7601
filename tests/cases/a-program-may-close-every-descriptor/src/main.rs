//# stdout: out: v1 \[\d+, 3\]$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: out: v2 \[\d+, 3\]$
//# edit 2: s/v2/v3/
//# patched: update
//# stdout: out: v3 \[\d+, 3\]$
//# oracle

use std::ffi::{c_int, c_uint};
use std::fs::File;
use std::os::fd::IntoRawFd;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

unsafe extern "C" {
    safe fn close_range(first: c_uint, last: c_uint, flags: c_int) -> c_int;
}

#[hot]
fn update(opened: &[c_int; 2]) {
    println!("out: v1 {opened:?}");
}

fn main() {
    let opened = [(); 2].map(|()| {
        let file = File::open("/dev/null").unwrap();
        close_range(3, c_uint::MAX, 0);
        file.into_raw_fd()
    });
    loop {
        update(&opened);
        sleep(Duration::from_millis(20));
    }
}
