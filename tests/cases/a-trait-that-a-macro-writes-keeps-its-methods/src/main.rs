//# stdout: hits=(?<more>\d+) out: 4
//# edit 1: s/{ area }/{ name area }/
//# refused: trait-changed; says the trait of `&dyn Shape` has other methods than before; says the hot function `report`
//# stdout: hits=(?<more>\d+) out: 4
//# edit 2: s/{ name area }/{ area }/
//# unchanged
//# edit 3: s/out: {}/out: about {}/
//# patched: report
//# stdout: hits=(?<more>\d+) out: about 4
//# oracle
use hot_runtime::hot;

macro_rules! shape {
    ({ $($method:ident)* }) => {
        trait Shape {
            $(fn $method(&self) -> u64;)*
        }

        impl Shape for Square {
            $(fn $method(&self) -> u64 {
                self.0 * self.0
            })*
        }
    };
}

struct Square(u64);

shape!({ area });

#[hot]
fn report(hits: u64, shape: &dyn Shape) {
    println!("hits={hits} out: {}", shape.area());
}

fn main() {
    let square = Square(2);
    for hits in 0.. {
        report(hits, &square);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
