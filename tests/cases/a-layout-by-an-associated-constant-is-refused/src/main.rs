//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 1: s/WIDTH: usize = 4/WIDTH: usize = 8/
//# refused: layout-changed; says World
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 2: s/WIDTH: usize = 8/WIDTH: usize = 4/
//# stdout: hits=(?<more>\d+) out: v1 4$
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 4$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

trait Wide {
    const WIDTH: usize;
}

struct Here;

impl Wide for Here {
    const WIDTH: usize = 4;
}

#[derive(Default)]
struct World {
    wide: [u8; <Here as Wide>::WIDTH],
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
