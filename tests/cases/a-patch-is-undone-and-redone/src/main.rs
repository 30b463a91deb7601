//# stdout: hits=(?<more>\d+) out: one 1 small/small/10
//# hot: undo; fails; says nothing was patched
//# hot: status; says process
//# edit 1: s/"one {}/"two {}/
//# edit 1: s/number * 10/number * 20/
//# patched: label, tenfold
//# stdout: hits=(?<more>\d+) out: two 1 small/small/20
//# edit 2: s/"small"/"tiny"/
//# patched: size
//# stdout: hits=(?<more>\d+) out: two 1 tiny/tiny/20
//# edit 3: s/    format!("two {}", counted())/    static ROUNDS: AtomicU32 = AtomicU32::new(0);\n    format!("three {} {}", counted(), ROUNDS.fetch_add(1, Relaxed))/
//# edit 3: s/use std::thread::sleep;/use std::sync::atomic::{AtomicU32, Ordering::Relaxed};\nuse std::thread::sleep;/
//# patched: label
//# stdout: hits=(?<more>\d+) out: three 1 1 tiny/tiny/20
//# hot: status; says generation 3; says src/main.rs:87
//# hot: undo; says the program runs generation 2 again
//# undone
//# stdout: hits=(?<more>\d+) out: two 1 tiny/tiny/20
//# hot: undo
//# undone
//# stdout: hits=(?<more>\d+) out: two 1 small/small/20
//# hot: undo
//# undone
//# stdout: hits=(?<more>\d+) out: one 1 small/small/10
//# hot: undo; fails; says nothing was patched
//# hot: status; says generation 0; says was undone
//# hot: redo; says the program runs generation 1 again
//# redone
//# stdout: hits=(?<more>\d+) out: two 1 small/small/20
//# hot: redo
//# redone
//# hot: redo
//# redone
//# stdout: hits=(?<more>\d+) out: three 1 (?<more_rounds>\d+) tiny/tiny/20
//# hot: redo; fails; says nothing to redo
//# hot: undo 3; fails; says runs generation 3 already
//# hot: undo 7; fails; says there is no generation 7
//# hot: undo 0
//# undone
//# stdout: hits=(?<more>\d+) out: one 1 small/small/10
//# touch: src/main.rs
//# unchanged
//# no-event: 500ms
//# edit 4: s/number * 20/number * 30/
//# patched: tenfold, size, label
//# stdout: hits=(?<more>\d+) out: three 1 (?<more_rounds>\d+) tiny/tiny/30
//# hot: redo; fails; says nothing to redo
//# hot: undo 2; says the program runs generation 2 again
//# undone
//# stdout: hits=(?<more>\d+) out: two 1 tiny/tiny/20
//# hot: undo 0
//# undone
//# stdout: hits=(?<more>\d+) out: one 1 small/small/10
//# hot: redo
//# redone
//# stdout: hits=(?<more>\d+) out: two 1 tiny/tiny/20
//# hot: redo
//# redone
//# stdout: hits=(?<more>\d+) out: three 1 (?<more_rounds>\d+) tiny/tiny/30

use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

fn counted() -> u32 {
    1
}

fn label() -> String {
    format!("one {}", counted())
}

fn tenfold(number: u32) -> u32 {
    number * 10
}

#[hot]
fn size<T: Display>(_: T) -> &'static str {
    "small"
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {} {}/{}/{}", label(), size(1), size("a"), tenfold(1));
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
