//# stdout: out: 1 2$
//# edit 1: s/&call;\n    1/&call;\n    call(100)/
//# patched: apply; hot apply
//# stdout: out: 105 2$
//# edit 2: s/&call;\n    2/&call;\n    call(200)/
//# patched: pick; hot pick
//# stdout: out: 105 207$
//# oracle
//# edit 3: s/hot;\n/hot;\n\npub struct More;\n/
//# patched: ; not apply
//# edit 4: s/call(100)/1/
//# patched: apply
//# stdout: out: 1 207$
//# edit 5: s/call(200)/2/
//# patched: pick
//# stdout: out: 1 2$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn apply(call: impl Fn(u64) -> u64 + Sync) -> u64 {
    let _ = &call;
    1
}

#[hot]
fn pick<F: FnOnce(u64) -> u64>(call: F) -> u64 {
    let _ = &call;
    2
}

fn cold(by: u64) -> u64 {
    fn helper(by: u64) -> u64 {
        apply(|value| value + by)
    }
    helper(by + [0, by][usize::from(by > 900)])
}

fn main() {
    let text = String::from("seven..");
    loop {
        let length = text.len() as u64;
        println!("out: {} {}", cold(5), pick(move |value| value + length));
        sleep(Duration::from_millis(10));
    }
}
