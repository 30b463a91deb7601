//# stdout: parent v1
//# stdout: child v1
//# edit 1: s/"v1"/"v2"/
//# patched: name
//# stdout: parent v2
//# stdout: child v2
//# edit 2: s/"v2"/"v3"/
//# patched: name
//# stdout: parent v3
//# stdout: child v3
//# edit 3: s/n >= 1_000_000/n >= 1/g
//# patched: update
//# exit: 4

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

unsafe extern "C" {
    safe fn fork() -> i32;
    safe fn _exit(code: i32) -> !;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
}

#[hot]
fn name() -> &'static str {
    "v1"
}

#[hot]
fn update(n: u32) {
    println!("parent {}", name());
    let child = fork();
    if child == 0 {
        println!("child {}", name());
        if n >= 1_000_000 {
            // This one outlives its parent.
            sleep(Duration::from_secs(1));
        }
        _exit(0);
    }
    if n >= 1_000_000 {
        std::process::exit(4);
    }
    // SAFETY: the status is not wanted.
    unsafe { waitpid(child, std::ptr::null_mut(), 0) };
}

fn main() {
    for n in 1.. {
        update(n);
        sleep(Duration::from_millis(20));
    }
}
