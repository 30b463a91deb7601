//# stdout: hits=(?<more>\d+) out: 1 3
//# edit 1: s/use std::time::Duration;/use std::time::Duration;\nuse shapes::Area;/
//# edit 1: s/<T: shapes::Area>/<T: Area>/
//# edit 1: s/size: shapes::Size/size: Size/
//# edit 1: s/use hot_runtime::hot;/use hot_runtime::hot;\nuse shapes::Size;/
//# edit 1: s/shape.area()/shape.area() + 10/
//# patched: area, grown
//# stdout: hits=(?<more>\d+) out: 11 3
//# edit 2: s/use shapes::Size;/use shapes::Width as Size;/
//# unchanged
//# edit 3: s/use shapes::Width as Size;/use shapes::Height as Size;/
//# edit 3: s/grown(shapes::Width(1))/grown(shapes::Height(1))/
//# refused: signature-changed
//# edit 4: s/use shapes::Height as Size;/use shapes::Size;/
//# edit 4: s/grown(shapes::Height(1))/grown(shapes::Width(1))/
//# edit 4: s/size.0 + 2/size.0 + 4/
//# patched: grown
//# stdout: hits=(?<more>\d+) out: 11 5
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod shapes {
    pub trait Area {
        fn area(&self) -> u32;
    }

    pub type Size = Width;

    pub struct Width(pub u32);

    pub struct Height(pub u32);

    impl Area for Width {
        fn area(&self) -> u32 {
            self.0
        }
    }
}

#[hot]
fn area<T: shapes::Area>(shape: &T) -> u32 {
    shape.area()
}

#[hot]
fn grown(size: shapes::Size) -> u32 {
    size.0 + 2
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {} {}", area(&shapes::Width(1)), grown(shapes::Width(1)));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
