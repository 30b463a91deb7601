//# stdout: pid=\d+ out: v1$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: pid=\d+ out: v2$
//# stdin: end
//# stderr: process \d+ takes no patches: another one of this program does, or did
//# stdout: pid=(?<same_second>\d+) out: v1$
//# edit 2: s/v2/v3/
//# refused: not-connected; says cargo hot restart
//# stdout: pid=(?<same_second>\d+) out: v1$
//# hot: restart
//# restarted
//# stdout: out: v3$
//# edit 3: s/v3/v4/
//# patched: update
//# stdout: out: v4$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("pid={} out: v1", std::process::id());
}

fn main() {
    std::thread::spawn(|| {
        std::io::stdin().lines().next();
        std::process::exit(0);
    });
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
