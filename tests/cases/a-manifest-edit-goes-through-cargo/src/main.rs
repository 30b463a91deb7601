//# stdout: out: v1$
//# edit 1 Cargo.toml: s/[workspace]/shapes = { path = "shapes", package = "{case}-shapes" }\n\n[workspace]/
//# edit 1: s/"v1"/shapes::name()/
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
    println!("out: {}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
