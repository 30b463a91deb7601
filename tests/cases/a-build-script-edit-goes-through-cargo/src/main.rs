//# stdout: out: v1$
//# edit 1 build.rs: s/LABEL=v1/LABEL=v2/
//# answer
//# hot: restart
//# restarted
//# stdout: out: v2$
//# oracle
//# edit 2: s/out: /out: and /
//# patched: update
//# stdout: out: and v2$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("out: {}", env!("LABEL"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
