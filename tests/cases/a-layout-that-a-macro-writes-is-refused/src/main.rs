//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 1: s/[u8; 4]/[u8; 8]/
//# refused: layout-changed; says World
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 2: s/[u8; 8]/[u8; 4]/
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 4$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

macro_rules! width {
    () => {
        [u8; 4]
    };
}

#[derive(Default)]
struct World {
    wide: width!(),
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
