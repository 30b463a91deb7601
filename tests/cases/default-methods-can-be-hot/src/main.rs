//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) out: 4 8 v1 4 own 14 6$
//# no-event: 300ms
//# edit 1: s/self.area() * 2/self.area() * 3/
//# patched: Shape::twice; hot Shape::twice; not main
//# stdout: hits=(?<more>\d+) out: 4 12 v1 4 own 21 9$
//# oracle
//# edit 2: s/"v1 {}"/"v2 {}"/
//# patched: Shape::name; not main; not Shape::twice
//# stdout: hits=(?<more>\d+) out: 4 12 v2 4 own 21 9$
//# oracle
//# edit 3: s/fn area(&self) -> u32 {\n        self.0/fn area(&self) -> u32 {\n        self.0 + 1/
//# answer
//# restart-needed: Square::area
//# stdout: hits=(?<more>\d+) out: 4 15 v2 5 own 21 12$
//# edit 4: s/self.area() * 3/self.area() * 4/
//# patched: Shape::twice; not main
//# stdout: hits=(?<more>\d+) out: 4 20 v2 5 own 28 16$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
trait Shape {
    fn area(&self) -> u32;

    fn twice(&self) -> u32 {
        self.area() * 2
    }

    fn name(&self) -> String {
        format!("v1 {}", self.area())
    }
}

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0
    }
}

struct Own;

impl Shape for Own {
    fn area(&self) -> u32 {
        7
    }

    fn name(&self) -> String {
        "own".to_owned()
    }
}

fn of_any<T: Shape>(shape: &T) -> u32 {
    shape.twice()
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
}

fn main() {
    // Both are older than every edit.
    let shapes: [Box<dyn Shape>; 2] = [Box::new(Square(4)), Box::new(Own)];
    let mut hits = 0;
    loop {
        update(&mut hits);
        let [square, own] = &shapes;
        println!(
            "hits={hits} out: {} {} {} {} {} {}",
            square.area(),
            square.twice(),
            square.name(),
            own.name(),
            own.twice(),
            of_any(&Square(3)),
        );
        sleep(Duration::from_millis(10));
    }
}
