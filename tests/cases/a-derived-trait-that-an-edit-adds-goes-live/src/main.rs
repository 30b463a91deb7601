//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1: s/#[derive(Clone)]/#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]/
//# edit 1: s/"v1".to_owned()/format!("{thing:?} {}", *thing > thing.clone())/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: Thing \{ name: "n", count: 3 \} false$
//# oracle
//# edit 2: s/*thing > thing.clone()/std::collections::BTreeSet::from([thing.clone(), thing.clone()]).len()/
//# patched: update
//# stdout: hits=(?<more>\d+) out: Thing \{ name: "n", count: 3 \} 1$
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[derive(Clone)]
struct Thing {
    name: String,
    count: u32,
}

#[hot]
fn update(thing: &Thing) {
    let text = "v1".to_owned();
    assert_eq!((thing.name.as_str(), thing.count), ("n", 3));
    println!("hits={} out: {text}", hit());
}

fn main() {
    let thing = Thing { name: "n".into(), count: 3 }.clone();
    loop {
        update(&thing);
        sleep(Duration::from_millis(20));
    }
}
