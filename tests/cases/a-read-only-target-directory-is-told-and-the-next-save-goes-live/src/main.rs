//# needs: mounts
//# under: sh start
//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
//# confirmed
//# stdin: until mount -o remount,bind,ro "$CARGO_TARGET_DIR"; do sleep 0.1; done; echo locked
//# stdout: locked
//# edit 2: s/v2/v3/
//# refused: environment; says Read-only file system
//# stdout: hits=(?<more>\d+) out: v2$
//# stdin: mount -o remount,bind,rw "$CARGO_TARGET_DIR" && echo unlocked
//# stdout: unlocked
//# edit 3: s/v3/v4/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v4$
//# oracle

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

#[hot]
fn update() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}

/// Has a shell do what the standard input says.
fn obey() {
    for line in std::io::stdin().lines() {
        let done = Command::new("sh").arg("-c").arg(line.unwrap()).output().unwrap();
        print!("{}", String::from_utf8(done.stdout).unwrap());
    }
}

fn main() {
    std::thread::spawn(obey);
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
