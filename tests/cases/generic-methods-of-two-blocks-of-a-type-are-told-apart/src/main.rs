//# stdout: out: 3
//# edit 1: s/start: 2/start: 3/
//# patched: Steps::from; route slice
//# stdout: hits=(?<more>\d+) out: 4
//# edit 2: s/start: 3/start: 4/
//# patched: Steps::from; route slice
//# stdout: hits=(?<more>\d+) out: 5
//# confirmed
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Steps {
    start: u8,
}

impl Steps {
    fn after(self, by: impl Into<u8>) -> u8 {
        self.start + by.into()
    }
}

#[hot]
impl Steps {
    fn from<T: Into<u8>>(by: T) -> u8 {
        Steps { start: 2 }.after(by)
    }
}

fn main() {
    let mut hits = 0;
    loop {
        hits += 1;
        println!("hits={hits} out: {}", Steps::from(1_u8));
        sleep(Duration::from_millis(20));
    }
}
