//# stdout: out: v1 2$
//# edit 1: s/v1/v2/
//# patched: fmt; not main
//# stdout: out: v2 2$
//# oracle

use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Name(u32);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1 {}", self.0)
    }
}

#[hot]
fn update() {
    println!("out: {}", Name(2));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
