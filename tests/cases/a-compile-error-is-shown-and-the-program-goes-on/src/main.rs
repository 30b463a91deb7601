//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/*hits += 1;/*hits += "one";/
//# compile-error: E0277
//# stderr: error\[E0277\]
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/println!/printn!/
//# compile-error: printn
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/*hits += "one";/*hits += 1;/
//# edit 3: s/printn!/println!/
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v1");
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
