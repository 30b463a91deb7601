//# stdout: out: \(v1\)$
//# edit 1: s/"({})"/"[{}]"/
//# patched: update
//# stdout: out: \[v1\]$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

macro_rules! wrapped {
    ($text:expr) => {
        format!("({})", $text)
    };
}

#[hot]
fn update() {
    println!("out: {}", wrapped!("v1"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
