//# stdout: out: 10 20 30 3 4 5$
//# edit 1: s/    10\n/    11\n/
//# restart-needed: Horse::run; says through objects that `World::new` makes; says on the `impl`
//# edit 2: s/    11\n/    10\n/
//# unchanged
//# edit 3: s/    30\n/    31\n/
//# restart-needed: Step::walk; says through objects that `World::new` makes; says on the trait
//# edit 4: s/    31\n/    30\n/
//# unchanged
//# edit 5: s/load() + 1/load() + 2/
//# restart-needed: LIMIT; says a static keeps its value
//# edit 6: s/helped() -> u32 {\n    1/helped() -> u32 {\n    2/
//# patched: helped; not one
//# restart-needed: helped; says `one` and `two`, which are not hot
//# edit 7: s/fn one/#[hot]\nfn one/
//# edit 7: s/helped() + 3/helped() + 30/
//# patched: ; not update
//# restart-needed: one; says was not hot yet when the program started
//# stdout: out: 10 20 30 4 4 5$

use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

trait Step {
    fn run(&self) -> u32;
    fn walk(&self) -> u32 {
        30
    }
}

struct Horse;

impl Step for Horse {
    fn run(&self) -> u32 {
        10
    }
}

struct World {
    all: Vec<Box<dyn Step>>,
}

impl World {
    fn new() -> Self {
        Self { all: vec![Box::new(Horse)] }
    }
}

static LIMIT: LazyLock<u32> = LazyLock::new(|| load() + 1);

fn load() -> u32 {
    19
}

fn helped() -> u32 {
    1
}

fn one() -> u32 {
    helped() + 3
}

fn two() -> u32 {
    helped() + 4
}

#[hot]
fn update(world: &World) -> String {
    let each = &world.all[0];
    format!("{} {} {} {}", each.run(), *LIMIT, each.walk(), helped() + 2)
}

fn main() {
    let world = World::new();
    loop {
        println!("out: {} {} {}", update(&world), one(), two());
        sleep(Duration::from_millis(10));
    }
}
