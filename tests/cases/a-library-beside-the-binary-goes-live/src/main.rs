//# stdout: hits=(?<more>\d+) out: v1 inner$
//# edit 1 src/lib.rs: s/v1 {}/v2 {}/
//# patched: World::step; not main
//# stdout: hits=(?<more>\d+) out: v2 inner$
//# edit 2 src/inner.rs: s/"inner"/"deeper"/
//# patched: inner::name@src/inner.rs; not main
//# stdout: hits=(?<more>\d+) out: v2 deeper$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use a_library_beside_the_binary_goes_live::World;

fn main() {
    let mut world = World::default();
    loop {
        world.step();
        sleep(Duration::from_millis(20));
    }
}
