//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 1 low/src/lib.rs: s/n * 2/n * 3/
//# refused: layout-changed; says World
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 2 low/src/lib.rs: s/n * 3/n * 2/
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 4$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[derive(Default)]
struct World {
    wide: [u8; low::width(2)],
    hits: u64,
}

#[hot]
fn update(world: &mut World) {
    world.hits += 1;
    println!("hits={} out: v1 {}", world.hits, size_of_val(&world.wide));
}

fn main() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
