//# cwd: elsewhere
//# run: --manifest-path ../Cargo.toml --profile quick --target-dir own
//# stdout: elsewhere/own/quick/profile-target-directory-and-manifest-path-are-passed-on .*elsewhere out: v1$
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: elsewhere out: v2$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let program = std::env::current_exe().unwrap();
    println!("{} {} out: v1", program.display(), std::env::current_dir().unwrap().display());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
