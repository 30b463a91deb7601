//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/"v1"/world.name(2)/
//# edit 1: s/impl World {/impl World {\n    fn name(&self, n: u32) -> String {\n        format!("v{n}{}", Self::mark())\n    }\n\n    fn mark() -> char {\n        '!'\n    }\n/
//# patched: update, World::name; not main
//# stdout: hits=(?<more>\d+) out: v2!$
//# oracle
//# edit 2: s/    fn name(&self, n: u32) -> String {\n        format!("v{n}{}", Self::mark())\n    }\n\n    fn mark() -> char {\n        '!'\n    }\n//
//# edit 2: s/world.name(2)/"v3"/
//# patched: update; not World::name
//# stdout: hits=(?<more>\d+) out: v3$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct World {
    hits: u64,
}

impl World {
    fn step(&mut self) -> u64 {
        self.hits += 1;
        self.hits
    }
}

#[hot]
fn update(world: &mut World) {
    println!("hits={} out: {}", world.step(), "v1");
}

fn main() {
    let mut world = World { hits: 0 };
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
