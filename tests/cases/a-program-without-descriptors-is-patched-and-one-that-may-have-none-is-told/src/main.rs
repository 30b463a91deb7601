//# stdout: hits=(?<more>\d+) out: v1$
//# stdin: all
//# stdout: Too many open files
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
//# stdin: none
//# stdout: none
//# edit 2: s/v2/v3/
//# refused: not-loadable; says Too many open files
//# stdout: hits=(?<more>\d+) out: v2$
//# stdin: some
//# stdout: some
//# edit 3: s/v3/v4/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v4$

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}

#[repr(C)]
struct Limit {
    current: u64,
    maximum: u64,
}

unsafe extern "C" {
    fn getrlimit(resource: i32, limit: *mut Limit) -> i32;
    fn setrlimit(resource: i32, limit: *const Limit) -> i32;
}

/// How many descriptors this process may have.
fn limit(current: u64) {
    const NOFILE: i32 = 7;
    let mut limit = Limit { current: 0, maximum: 0 };
    // SAFETY: the limit is valid for writes.
    assert_eq!(unsafe { getrlimit(NOFILE, &raw mut limit) }, 0);
    limit.current = current;
    // SAFETY: the limit is one that the system gave us, with less of it.
    assert_eq!(unsafe { setrlimit(NOFILE, &raw const limit) }, 0);
}

fn obey() {
    let mut files = Vec::new();
    limit(64);
    for line in std::io::stdin().lines().map(Result::unwrap) {
        match line.as_str() {
            "all" => loop {
                match File::open("/dev/null") {
                    Ok(file) => files.push(file),
                    Err(error) => break println!("{error}"),
                }
            },
            "none" => limit(0),
            _ => limit(64),
        }
        println!("{line}");
    }
}

fn main() {
    std::thread::spawn(obey);
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
