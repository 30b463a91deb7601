//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/hits: u64,\n}/hits: u64,\n    name: String,\n}/
//# edit 1: s/World { hits: 0 }/World { hits: 0, name: String::new() }/
//# refused: layout-changed; says World
//# stderr: World
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/    name: String,\n//
//# edit 2: s/, name: String::new()//
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct World {
    hits: u64,
}

#[hot]
fn update(world: &mut World) {
    world.hits += 1;
    println!("hits={} out: v1", world.hits);
}

fn main() {
    let mut world = World { hits: 0 };
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
