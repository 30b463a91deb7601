//# stderr: error: `area` of `Shape` cannot be hot alone
//# stderr: put `#\[hot\]` on the whole `impl Shape`
//# never-stderr: __hot_
//# exit: 101

use hot_runtime::hot;

trait Shape {
    fn area(&self) -> u32;
}

struct Square(u32);

impl Shape for Square {
    #[hot]
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

fn main() {
    println!("{}", Square(2).area());
}
