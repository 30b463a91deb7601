//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/Mutex<u64>/Mutex<u32>/
//# refused: ; says HITS
//# stderr: HITS
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/Mutex<u32>/Mutex<u64>/
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: Mutex<u64> = Mutex::new(0);

#[hot]
fn update() {
    let mut hits = HITS.lock().unwrap();
    *hits += 1;
    println!("hits={hits} out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
