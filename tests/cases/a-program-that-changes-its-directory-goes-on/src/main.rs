//# stdout: / out: v1
//# edit 1: s/v1/v2/
//# patched: update
//# stdout: / out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("{} out: v1", std::env::current_dir().unwrap().display());
}

fn main() {
    std::env::set_current_dir("/").unwrap();
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
