//# stdout: out: v1 7 11
//# edit 1: s/    7/    8/
//# patched: seven
//# old-code: seven@src/main.rs:27; says 1 function pointer made before leads to it
//# stdout: out: v1 7 11
//# edit 2: s/by + one/by + 2 * one/
//# patched: adder
//# old-code: adder@src/main.rs:36; says 2 closures made before go on with it; not seven
//# stderr: still old: `adder`, src/main.rs:\d+: 2 closures made before go on with it; have them call a hot function, or make them anew
//# stdout: out: v1 7 11
//# edit 3: s/    1/    2/
//# patched: one
//# old-code: adder; says 2 closures made before go on with the old `one`; not one; not seven
//# stdout: out: v1 7 11

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[derive(Default)]
struct World {
    sevens: Vec<fn() -> u32>,
    adders: Vec<Box<dyn Fn(u32) -> u32>>,
}

fn seven() -> u32 {
    7
}

fn one() -> u32 {
    1
}

fn adder(by: u32) -> Box<dyn Fn(u32) -> u32> {
    Box::new(move |to| to + by + one())
}

#[hot]
fn update(world: &mut World) {
    if world.sevens.is_empty() {
        world.sevens.push(seven);
        world.adders.extend([adder(5), adder(6)]);
    }
    println!("out: v1 {} {}", world.sevens[0](), world.adders[0](5));
}

fn main() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
