//# project: a project, näher am Leben
//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/v1/v2/
//# patched: update@src/main.rs
//# stdout: hits=(?<more>\d+) out: v2
//# edit 2 src/größe.rs: s/"m"/"groß"/
//# patched: size
//# stdout: hits=(?<more>\d+) out: v2 groß
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[path = "größe.rs"]
mod größe;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v1 {}", größe::size());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
