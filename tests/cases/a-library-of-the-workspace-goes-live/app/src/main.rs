//# run: -p {case}
//# stdout: hits=(?<more>\d+) out: v1 cold, v1 hot$
//# edit 1 greet/src/lib.rs: s/v1 cold/v2 cold/
//# patched: cold@greet/src/lib.rs; not main; not update
//# stdout: hits=(?<more>\d+) out: v2 cold, v1 hot$
//# edit 2 greet/src/lib.rs: s/v1 hot/v2 hot/
//# patched: warm; hot warm; not main
//# stdout: hits=(?<more>\d+) out: v2 cold, v2 hot$
//# edit 3 app/src/main.rs: s/out: /out: both /
//# edit 3 greet/src/lib.rs: s/v2 hot/v3 hot/
//# patched: update, warm
//# stdout: hits=(?<more>\d+) out: both v2 cold, v3 hot$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    println!("hits={} out: {}, {}", greet::hit(), greet::cold(), greet::warm());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
