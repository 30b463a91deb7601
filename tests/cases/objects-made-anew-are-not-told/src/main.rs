//# never-stderr: still old
//# stdout: out: v1 1 3
//# edit 1: s/    self.0 * self.0/    self.0 * self.0 + 100/
//# edit 1: s/VERSION: u32 = 1/VERSION: u32 = 2/
//# patched: Square::area; cold Square::area
//# stdout: out: v1 101 3
//# no-event: 3000ms

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

trait Shape {
    fn area(&self) -> u32;
}

#[derive(Default)]
struct World {
    version: u32,
    shapes: Vec<Box<dyn Shape>>,
}

// What was made before stays where it was freed: nothing else is made afterwards.
#[hot]
fn update(world: &mut World) {
    const VERSION: u32 = 1;
    if world.version != VERSION {
        let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
        for side in 1..4 {
            shapes.push(Box::new(Square(side)));
        }
        (world.version, world.shapes) = (VERSION, shapes);
    }
    println!("out: v1 {} {}", world.shapes[0].area(), world.shapes.len());
}

// A thread's memory is in a heap of its own.
fn main() {
    std::thread::spawn(run);
    run();
}

fn run() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
