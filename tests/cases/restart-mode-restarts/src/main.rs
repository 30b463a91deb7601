//# run: --restart
//# stdout: hits=1 out: v1
//# stderr: restart
//# edit 1: s/v1/v2/
//# restarted
//# stdout: hits=1 out: v2
//# edit 2: s/*hits += 1/*hits += "1"/
//# compile-error: E0277
//# stdout: hits=(?<more>\d+) out: v2
//# edit 3: s/*hits += "1"/*hits += 10/
//# restarted
//# stdout: hits=10 out: v2
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
