//# stdout: out: v1 1
//# edit 1: s/    self.0/    self.0 + 100/
//# edit 1: s/COUNT: usize = 1/COUNT: usize = 3/
//# patched: Square::area
//# stdout: out: v1 1 101 101
//# old-code: Square::area; says 1 object of `dyn Shape` made before goes on with it
//# edit 2: s/    self.0 + 100/    self.0/
//# edit 2: s/COUNT: usize = 3/COUNT: usize = 4/
//# patched: Square::area
//# stdout: out: v1 1 101 101 1
//# old-code: Square::area; says 2 objects of `dyn Shape` made before go on with it

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0
    }
}

trait Shape {
    fn area(&self) -> u32;
}

#[hot]
fn update(shapes: &mut Vec<Box<dyn Shape>>) {
    const COUNT: usize = 1;
    while shapes.len() < COUNT {
        shapes.push(Box::new(Square(1)));
    }
    let areas: Vec<String> = shapes.iter().map(|shape| shape.area().to_string()).collect();
    println!("out: v1 {}", areas.join(" "));
}

// A thread's memory is in a heap of its own.
fn main() {
    let run = || {
        let mut shapes = Vec::new();
        loop {
            update(&mut shapes);
            sleep(Duration::from_millis(20));
        }
    };
    std::thread::spawn(run).join().expect("it goes on");
}
