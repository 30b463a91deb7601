//# needs: mounts
//# under: sh start
//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2$
//# stdin: cat /dev/zero > "$CARGO_TARGET_DIR/hot/sessions/full"; echo full
//# stdout: full
//# edit 2: s/v2/v3/
//# refused: environment; says No space left on device
//# stdout: hits=(?<more>\d+) out: v2$
//# stdin: rm "$CARGO_TARGET_DIR/hot/sessions/full"; echo free
//# stdout: free
//# edit 3: s/v3/v4/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v4$
//# confirmed
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
