//# stdout: out: v1 
//# no-event: 600ms
//# never-stdout: cargo_hot
//# edit 1: s/v1/v2/
//# edit 1 src/inner.rs: s/v1/v2/g
//# patched: update, inner::free::nested, Walker::walk, Walker::step; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 .*steps v2 inner::here@inner.rs:5:17 .*Walker.*step@inner.rs:32:31 .*Walker.*step@inner.rs:32:52 .*Walker.*walk.*@inner.rs:25:61 .*Walker.*walk@inner.rs:26:9 inner::free::nested@inner.rs:39:31 inner::free@inner.rs:41:5$
//# confirmed
//# stdout: hits=(?<more>\d+) out: v2 .*steps v2 inner::here@inner.rs:5:17 .*Walker.*step@inner.rs:32:31 .*Walker.*step@inner.rs:32:52 .*Walker.*walk.*@inner.rs:25:61 .*Walker.*walk@inner.rs:26:9 inner::free::nested@inner.rs:39:31 inner::free@inner.rs:41:5$
//# edit 2 src/inner.rs: s/steps v2/steps v3/
//# patched: Walker::step; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*steps v3 inner::here@inner.rs:5:17 .*Walker.*step@inner.rs:32:31 .*Walker.*step@inner.rs:32:52 .*Walker.*walk.*@inner.rs:25:61 .*Walker.*walk@inner.rs:26:9 inner::free::nested@inner.rs:39:31 inner::free@inner.rs:41:5$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod inner;

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {}", inner::free());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
