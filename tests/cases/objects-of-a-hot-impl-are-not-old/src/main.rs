//# never-stderr: still old
//# stdout: out: v1 1
//# edit 1: s/    self.0 * self.0/    self.0 * self.0 + 100/
//# patched: Square::area; hot Square::area
//# stdout: out: v1 101
//# no-event: 3000ms

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Square(u32);

#[hot]
impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

trait Shape {
    fn area(&self) -> u32;
}

#[hot]
fn update(shapes: &[Box<dyn Shape>]) {
    println!("out: v1 {}", shapes[0].area());
}

fn main() {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for side in 1..4 {
        shapes.push(Box::new(Square(side)));
    }
    loop {
        update(&shapes);
        sleep(Duration::from_millis(20));
    }
}
