//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/fn say/fn word() -> &'static str {\n    "own"\n}\n\nfn say/
//# edit 1: s/v1/v2/
//# patches: 2500ms
//# stdout: hits=(?<more>\d+) out: v2 said own
//# oracle
//# edit 2: s/use specials::name;\n//
//# edit 2: s/v2/v3/
//# patches: 2500ms
//# stdout: hits=(?<more>\d+) out: v3 said own general
//# oracle
//# edit 3: s/const LIMIT: u32 = 3;\n//
//# edit 3: s/v3/v4/
//# patches: 2500ms
//# stdout: hits=(?<more>\d+) out: v4 said own general 9 
//# oracle
//# edit 4: s/"first"/{\n        "first"\n    }/
//# patches: 2500ms
//# stdout: hits=(?<more>\d+) out: v4 .*:59
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod helpers {
    pub const LIMIT: u32 = 9;

    pub fn word() -> &'static str {
        "helper"
    }

    pub fn name() -> &'static str {
        "general"
    }
}

mod specials {
    pub fn name() -> &'static str {
        "special"
    }
}

use helpers::*;
use specials::name;
const LIMIT: u32 = 3;

fn first() -> &'static str {
    "first"
}

fn say() -> String {
    format!("said {} {} {LIMIT} {}:{}", word(), name(), first(), line!())
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} out: v1 {}", say());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
