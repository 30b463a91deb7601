//# stdout: out: 5$
//# no-event: 600ms
//# edit 1: s/self.0 + 3/self.0 + 4/
//# patched: Circle::width; route slice; not Square::width
//# stdout: out: 6$
//# edit 2: s/self.0 + self.0/self.0 + 100/
//# restart-needed: Square::width; says `main`
//# no-event: 700ms
//# edit 3: s/self.0 + 4/self.0 + 5/
//# patched: Circle::width; route slice
//# stdout: out: 7$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Circle(u32);
struct Square(u32);

impl Circle {
    #[hot]
    fn width(&self) -> u32 {
        self.0 + 3
    }
}

impl Square {
    fn width(&self) -> u32 {
        self.0 + self.0
    }
}

fn main() {
    let square = Square(3);
    assert_eq!(square.width(), 6);
    loop {
        println!("out: {}", Circle(2).width());
        sleep(Duration::from_millis(20));
    }
}
