//# stdout: hits=(?<more>\d+) other: 1 out: one
//# edit 1: s/"one"/"two"/
//# patched: label
//# hot: undo
//# undone
//# stdout: hits=(?<more>\d+) other: 1 out: one
//# touch: src/main.rs
//# unchanged
//# no-event: 2000ms
//# stdout: hits=(?<more>\d+) other: 1 out: one
//# hot: redo
//# redone
//# stdout: hits=(?<more>\d+) other: 1 out: two
//# edit 2: s/"two"/"three"/
//# patched: label
//# stdout: hits=(?<more>\d+) other: 1 out: three
//# hot: undo
//# undone
//# stdout: hits=(?<more>\d+) other: 1 out: two
//# edit 3: s/other: 1/other: 2/
//# patched: update
//# stdout: hits=(?<more>\d+) other: 2 out: three
//# oracle
//# confirmed

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn label() -> &'static str {
    "one"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} other: 1 out: {}", label());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
