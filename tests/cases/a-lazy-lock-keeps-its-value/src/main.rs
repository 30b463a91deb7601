//# stdout: value=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) out: v3
//# oracle

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static VALUES: LazyLock<Mutex<BTreeMap<u64, String>>> = LazyLock::new(|| {
    println!("made");
    Mutex::default()
});

#[hot]
fn update() {
    let mut values = VALUES.lock().unwrap();
    let key = values.len() as u64;
    values.insert(key, key.to_string());
    println!("value={key} out: v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
