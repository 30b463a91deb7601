//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/"v1"/{\n        "v2"\n    }/
//# patches: 5000ms
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 2: s/fn first/fn word() -> &'static str {\n    "own"\n}\n\nfn first/
//# edit 2: s/"v2"/"v3"/
//# patches: 5000ms
//# stdout: hits=(?<more>\d+) out: v3 
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod helpers {
    pub fn word() -> &'static str {
        "helper"
    }
}

#[allow(unused_imports)]
use helpers::*;

fn first() -> &'static str {
    "v1"
}

fn say() -> String {
    format!("{} {} {}", first(), line!(), word())
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: {}", say());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
