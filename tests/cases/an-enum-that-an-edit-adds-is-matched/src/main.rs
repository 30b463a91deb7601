//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s|// later|#[derive(Debug, Clone, PartialEq)]\nenum Shape {\n    Round(f64),\n    Square { side: u32 },\n    Named(String),\n    Nothing,\n}\n\nfn shape(n: u32) -> Shape {\n    match n {\n        0 => Shape::Round(1.5),\n        1 => Shape::Square { side: 4 },\n        2 => Shape::Named("x".into()),\n        _ => Shape::Nothing,\n    }\n}|
//# edit 1: s/"v1".to_owned()/(0..4)\n        .map(|n| match shape(n) {\n            Shape::Round(radius) => format!("r{radius}"),\n            Shape::Square { side } => format!("s{side}"),\n            other => format!("{other:?}"),\n        })\n        .collect::<Vec<_>>()\n        .join(" ")/
//# patched: update, shape; not main
//# stdout: hits=(?<more>\d+) out: r1.5 s4 Named\("x"\) Nothing$
//# oracle
//# edit 2: s/s{side}/side {side}/
//# patched: update
//# stdout: hits=(?<more>\d+) out: r1.5 side 4 Named\("x"\) Nothing$
//# oracle
//# edit 3: s/    Nothing,\n/    Nothing,\n    More,\n/
//# edit 3: s/_ => Shape::Nothing,/3 => Shape::Nothing,\n        _ => Shape::More,/
//# edit 3: s/(0..4)/(0..5)/
//# patched: shape, update
//# stdout: hits=(?<more>\d+) out: r1.5 side 4 Named\("x"\) Nothing More$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

// later

#[hot]
fn update() {
    let text = "v1".to_owned();
    println!("hits={} out: {text}", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
