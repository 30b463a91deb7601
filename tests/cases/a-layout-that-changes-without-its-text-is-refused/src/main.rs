//# stdout: hits=(?<more>\d+) out: v1 4 4
//# edit 1: s/type Out = u32;/type Out = u64;/
//# refused: layout-changed; says World
//# stdout: hits=(?<more>\d+) out: v1 4 4
//# edit 2: s/type Out = u64;/type Out = u32;/
//# stdout: hits=(?<more>\d+) out: v1 4 4
//# edit 3: s/made!(Made, u32);/made!(Made, u16);/
//# refused: layout-changed; says Made
//# stdout: hits=(?<more>\d+) out: v1 4 4
//# edit 4: s/made!(Made, u16);/made!(Made, u32);/
//# edit 4: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 4 4
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

trait Wide {
    type Out: Default;
}

struct Here;

impl Wide for Here {
    type Out = u32;
}

macro_rules! made {
    ($name:ident, $of:ty) => {
        #[derive(Default)]
        struct $name {
            value: $of,
        }
    };
}

made!(Made, u32);

#[derive(Default)]
struct World {
    wide: <Here as Wide>::Out,
    hits: u64,
    made: Made,
}

#[hot]
fn update(world: &mut World) {
    world.hits += 1;
    println!("hits={} out: v1 {} {}", world.hits, size_of_val(&world.wide), size_of_val(&world.made.value));
}

fn main() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
