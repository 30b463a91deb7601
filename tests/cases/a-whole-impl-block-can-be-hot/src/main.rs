//# stdout: hits=(?<more>\d+) out: v1 v1$
//# edit 1: s/"v1"/"v2"/g
//# patched: World::name, World::other; hot World::name; not World::step; not main
//# stdout: hits=(?<more>\d+) out: v2 v2$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct World {
    hits: u64,
}

#[hot]
impl World {
    const START: u64 = 1000;

    fn new() -> Self {
        Self { hits: Self::START }
    }

    fn step(&mut self) -> u64 {
        self.hits += 1;
        self.hits
    }

    fn name(&self) -> &'static str {
        "v1"
    }

    fn other() -> String {
        String::from("v1")
    }
}

fn main() {
    let mut world = World::new();
    loop {
        println!("hits={} out: {} {}", world.step(), world.name(), World::other());
        sleep(Duration::from_millis(20));
    }
}
