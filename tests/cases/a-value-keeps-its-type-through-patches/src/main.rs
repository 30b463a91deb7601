//# stdout: hits=(?<more>\d+) out: v1 i=3 own=4 error=broken$
//# edit 1: s/v1/v2/
//# edit 1: s/("broken")/("broken again")/
//# patched: update; not main
//# stdout: hits=(?<more>\d+) out: v2 i=3 own=4 error=broken$
//# edit 2: s/own.0/own.0 + 1/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 i=3 own=5 error=broken$
//# edit 3: s/Box::new(Own(4))/Box::new(Own(8))/
//# edit 3: s/boxes.len() < 3/boxes.len() < 6/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 i=3 own=9 error=broken$

use std::any::Any;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

#[derive(Debug)]
struct Own(u32);

#[derive(Debug)]
struct Broken(&'static str);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Broken {}

// The boxes are made by one generation and looked into by the next.
#[hot]
fn update(boxes: &mut Vec<Box<dyn Any>>, error: &mut Option<Box<dyn Error>>) {
    if boxes.len() < 3 {
        boxes.push(Box::new(3_i32));
        boxes.push(Box::new("text"));
        boxes.push(Box::new(Own(4)));
    }
    let error = error.get_or_insert_with(|| Box::new(Broken("broken")));
    let i = boxes.iter().rev().find_map(|it| it.downcast_ref::<i32>()).unwrap();
    let own = boxes.iter().rev().find_map(|it| it.downcast_ref::<Own>()).unwrap();
    let error = error.downcast_ref::<Broken>().unwrap();
    println!("hits={} out: v1 i={i} own={} error={error}", hit(), own.0);
}

fn main() {
    let (mut boxes, mut error) = (Vec::new(), None);
    loop {
        update(&mut boxes, &mut error);
        sleep(Duration::from_millis(20));
    }
}
