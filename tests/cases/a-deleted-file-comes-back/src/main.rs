//# stdout: hits=(?<more>\d+) out: v1
//# delete: src/game.rs
//# compile-error: game
//# stdout: hits=(?<more>\d+) out: v1
//# write: src/game.rs pub fn name() -> &'static str {\n    "v2"\n}\n
//# patched: name
//# stdout: hits=(?<more>\d+) out: v2
//# edit 1 src/game.rs: s/v2/v3/
//# patched: name
//# stdout: hits=(?<more>\d+) out: v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod game;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: {}", game::name());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
