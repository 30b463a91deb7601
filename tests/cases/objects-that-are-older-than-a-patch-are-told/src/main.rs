//# stdout: out: v1 1 2
//# edit 1: s/    self.0 * self.0/    self.0 * self.0 + 100/
//# patched: Square::area; cold Square::area
//# stdout: out: v1 101 2
//# restart-needed: Square::area; says `main`
//# old-code: Square::area@src/main.rs:23; says 1000 objects of `dyn Shape` made before go on with it; says mark the `impl`; not Circle::area; not twice
//# stderr: still old: `Square::area`, src/main.rs:23: 1000 objects of `dyn Shape` made before go on with it; mark the `impl` `#\[hot\]`, or make them anew
//# edit 2: s/area() * 2/area() * 2 + 1/
//# patched: Shape::twice
//# restart-needed: Shape::twice
//# old-code: Shape::twice; says 1002 objects of `dyn Shape` made before; says mark the trait; not area

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Square(u32);

struct Circle(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

impl Shape for Circle {
    fn area(&self) -> u32 {
        self.0 * 3
    }
}

trait Shape {
    fn area(&self) -> u32;

    fn twice(&self) -> u32 {
        self.area() * 2
    }
}

#[hot]
fn update(shapes: &[Box<dyn Shape>]) {
    let (square, circle) = (Square(1), Circle(1));
    let new: [&dyn Shape; 2] = [&square, &circle];
    println!("out: v1 {} {}", new[0].area(), shapes[0].twice());
}

fn main() {
    let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
    for side in 1..1001 {
        shapes.push(Box::new(Square(side)));
    }
    for radius in 1..3 {
        shapes.push(Box::new(Circle(radius)));
    }
    loop {
        update(&shapes);
        sleep(Duration::from_millis(20));
    }
}
