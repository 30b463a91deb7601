//# stdout: out: v1$
//# edit 1: s/"v1"/NEW.with_borrow_mut(|list| {\n        list.push(1);\n        format!("v2 n={} end", list.len())\n    })/
//# edit 1: s|// later|thread_local! {\n    static NEW: std::cell::RefCell<Vec<u32>> = const { std::cell::RefCell::new(Vec::new()) };\n}|
//# patched: update
//# stdout: v2 n=(?<more>\d+) end
//# stdout: v2 n=(?<more>\d+) end
//# edit 2: s/v2 n/v3 n/
//# patched: update
//# stdout: v3 n=(?<more>\d+) end
//# edit 3: s/v3 n/v4 n/
//# patched: update
//# stdout: v4 n=(?<more>\d+) end

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

// later

#[hot]
fn update() {
    println!("out: {}", "v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
