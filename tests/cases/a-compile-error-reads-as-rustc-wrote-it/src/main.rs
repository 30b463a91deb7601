//# never-stderr: pub struct|pub fn|pub hits|no_hot|__hot|\.cargo-hot|shadow
//# stdout: out: v1
//# edit 1: s/label(1)/label("one")/
//# edit 1: s/World { hits: 0 }/World { hits: 0, more: 1 }/
//# compile-error: E0308; says E0560; as cargo
//# edit 2: s/label("one")/world.missing()/
//# edit 2: s/, more: 1//
//# compile-error: E0599; as cargo
//# edit 3: s/world.missing()/label(2)/
//# patched: update
//# stdout: out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct World {
    hits: u64,
}

fn label(count: u32) -> String {
    format!("v{count}")
}

#[hot]
fn update() {
    let world = World { hits: 0 };
    println!("hits={} out: {}", world.hits, label(1));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
