//# stdout: value=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) out: v3
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

pub mod state {
    use std::sync::Mutex;

    pub static VALUES: Mutex<Vec<u64>> = Mutex::new(Vec::new());
}

#[hot]
fn update() {
    let mut values = state::VALUES.lock().unwrap();
    values.push(1);
    println!("value={} out: v1", values.len());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
