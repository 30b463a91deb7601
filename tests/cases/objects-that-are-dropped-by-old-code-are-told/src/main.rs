//# stdout: out: v1 2 0
//# edit 1: s/fetch_add(1/fetch_add(10/
//# patched: Circle::drop
//# old-code: Circle::drop@src/main.rs:32; says 2 objects of a `dyn` trait made before go on with it; not Circle::area
//# stderr: still old: `Circle::drop`, src/main.rs:\d+: 2 objects of a `dyn` trait made before go on with it; mark the `impl`
//# edit 2: s/const GO: bool = false/const GO: bool = true/
//# patched: update
//# stdout: out: v1 3 2
//# stdout: out: v1 3 12

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static DROPPED: AtomicU32 = AtomicU32::new(0);

trait Shape {
    fn area(&self) -> u32;
}

struct Circle(u32);

impl Shape for Circle {
    fn area(&self) -> u32 {
        self.0
    }
}

impl Drop for Circle {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct World {
    shapes: Vec<Box<dyn Shape>>,
    steps: u32,
}

#[hot]
fn update(world: &mut World) {
    const GO: bool = false;
    world.steps += 1;
    if world.steps == 1 {
        world.shapes.extend([3, 4].map(|size| Box::new(Circle(size)) as Box<dyn Shape>));
    }
    if GO && world.shapes.len() == 2 {
        world.shapes = [5, 6, 7].map(|size| Box::new(Circle(size)) as Box<dyn Shape>).into();
        world.steps = 100;
    }
    if world.steps == 200 {
        world.shapes.push(Box::new(Circle(0)));
        drop(world.shapes.pop());
    }
    let areas = world.shapes.iter().filter(|shape| shape.area() > 0).count();
    println!("out: v1 {areas} {}", DROPPED.load(Ordering::Relaxed));
}

fn main() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
