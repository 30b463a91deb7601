//# stdout: hits=\d+ out: v1$
//# edit 1: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=\d+ out: v2$
//# stdin: anew
//# stdout: anew
//# stdout: hits=\d+ out: v1$
//# edit 2: s/out: v2/out: v3/
//# refused: not-connected; says cargo hot restart
//# stdout: hits=(?<more>\d+) out: v1$
//# hot: restart
//# restarted
//# stdout: hits=\d out: v3$
//# edit 3: s/out: v3/out: v4/
//# patched: update
//# stdout: out: v4$

use std::os::unix::process::CommandExt;
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

fn main() {
    std::thread::spawn(|| {
        std::io::stdin().lines().next();
        println!("anew");
        panic!("{}", Command::new(std::env::current_exe().unwrap()).exec());
    });
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
