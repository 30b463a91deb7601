//# stdout: hits=(?<more>\d+) out: v0 1$
//# edit 1: s/v0/v1/
//# edit 1: s/+ 0;/+ 1;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v1 2$
//# edit 2: s/v1/v2/
//# edit 2: s/+ 1;/+ 2;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v2 3$
//# edit 3: s/v2/v3/
//# edit 3: s/+ 2;/+ 3;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v3 4$
//# edit 4: s/v3/v4/
//# edit 4: s/+ 3;/+ 4;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v4 5$
//# edit 5: s/v4/v5/
//# edit 5: s/+ 4;/+ 5;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v5 6$
//# edit 6: s/v5/v6/
//# edit 6: s/+ 5;/+ 6;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v6 7$
//# edit 7: s/v6/v7/
//# edit 7: s/+ 6;/+ 7;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v7 8$
//# edit 8: s/v7/v8/
//# edit 8: s/+ 7;/+ 8;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v8 9$
//# edit 9: s/v8/v9/
//# edit 9: s/+ 8;/+ 9;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v9 10$
//# edit 10: s/v9/v10/
//# edit 10: s/+ 9;/+ 10;/
//# patched: update, helper
//# stdout: hits=(?<more>\d+) out: v10 11$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    println!("hits={hits} out: v0 {}", helper(1));
}

fn helper(n: u32) -> u32 {
    let sum = n + 0;
    sum
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
