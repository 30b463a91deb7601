//# stdout: n=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: on_alarm
//# stdout: n=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3/
//# patched: on_alarm
//# stdout: n=(?<more>\d+) out: v3$
//# oracle

use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

unsafe extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn raise(number: c_int) -> c_int;
}

static ALARMS: AtomicU64 = AtomicU64::new(0);

// C holds its address from the start on.
#[hot]
extern "C" fn on_alarm(number: c_int) {
    let n = ALARMS.fetch_add(1, Ordering::Relaxed);
    assert_eq!(number, 12);
    println!("n={n} out: v1");
}

fn main() {
    unsafe { signal(12, on_alarm) };
    loop {
        unsafe { raise(12) };
        sleep(Duration::from_millis(20));
    }
}
