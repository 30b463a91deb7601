//# stdout: hits=(?<more>\d+) out: v1
//# edit 1: s/fn count(&mut self) -> u64;/fn name(&self) -> String {\n        String::new()\n    }\n    fn count(&mut self) -> u64;/
//# refused: ; says Count
//# stderr: Count
//# stdout: hits=(?<more>\d+) out: v1
//# edit 2: s/fn name(&self) -> String {\n        String::new()\n    }\n    //
//# unchanged
//# stdout: hits=(?<more>\d+) out: v1
//# edit 3: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

trait Count {
    fn count(&mut self) -> u64;
}

impl Count for u64 {
    fn count(&mut self) -> u64 {
        *self += 1;
        *self
    }
}

#[hot]
fn update(hits: &mut dyn Count) {
    println!("hits={} out: v1", hits.count());
}

fn main() {
    let mut hits: Box<dyn Count> = Box::new(0);
    loop {
        update(&mut *hits);
        sleep(Duration::from_millis(20));
    }
}
