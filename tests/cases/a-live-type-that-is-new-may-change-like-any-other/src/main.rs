//# stdout: 1 0$
//# edit 1: s@// Extra@#[hot]\npub struct Extra {\n    value: u32,\n}@
//# edit 1: s@// extras@extras: Vec<Live<Extra>>,@
//# edit 1: s@World { tick: 0 }@World { tick: 0, extras: Vec::new() }@
//# edit 1: s@let sum = 0;@world.extras.push(Live::new(|| Extra { value: 1 }));\n    let sum: u64 = world.extras.iter().map(|it| u64::from(it.borrow().value)).sum();@
//# patched: update
//# stdout: \d+ (?<more>[1-9]\d*)$
//# stdout: \d+ (?<more>[1-9]\d*)$
//# edit 2: s@value: u32,@#[hot(default = 1000)]\n    more: u64,\n    value: u16,@
//# edit 2: s@Extra { value: 1 }@Extra { value: 1, more: 0 }@
//# edit 2: s@u64::from(it.borrow().value)@u64::from(it.borrow().value) + it.borrow().more@
//# patched: update
//# stdout: \d+ (?<more>[1-9]\d\d\d+)$
//# hot: undo
//# undone
//# stdout: \d+ [1-9]\d?\d?$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::{Live, hot};

#[hot]
struct World {
    tick: u64,
    // extras
}

// Extra

#[hot]
fn start() -> World {
    World { tick: 0 }
}

#[hot]
fn update(world: &mut World) {
    world.tick += 1;
    let sum = 0;
    println!("{} {sum}", world.tick);
}

fn main() {
    let mut world = Live::new(start);
    loop {
        update(&mut world.borrow_mut());
        sleep(Duration::from_millis(20));
    }
}
