//# variant unoptimized: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=2
//# stdout: n=(?<more>\d+) out: v1 4 -$
//# edit 1: s/"-"/unsafe { (tripled(7), zero()) }/
//# edit 1: s/out: v1 {} {other}/out: v1 {} {other:?}/
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v1 4 \(21, 0\)$
//# edit 2: s/(tripled(7), zero())/(count(), total(), local(), zero())/
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v1 4 \((?<more_count>\d+), (?<more_total>\d+), (?<more_local>\d+), 0\)$
//# stdout: n=(?<more>\d+) out: v1 4 \((?<more_count>\d+), (?<more_total>\d+), (?<more_local>\d+), 0\)$
//# edit 3: s/v1/v2/
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v2 4 \((?<more_count>\d+), (?<more_total>\d+), (?<more_local>\d+), 0\)$
//# edit 4: s/(count(), total(), local(), zero())/(shared_tripled(7), shared_count() >= 0, tgamma(5.0))/
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v2 4 \(21, true, 24.0\)$
//# edit 5: s/(shared_tripled(7), /(alone(), /
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v2 4 \(11, true, 24.0\)$
//# edit 6: s/v2/v3/
//# patched: update; not main
//# stdout: n=(?<more>\d+) out: v3 4 \(11, true, 24.0\)$
//# oracle

use std::ffi::{c_double, c_int};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[allow(dead_code, reason = "patches call what the program did not")]
unsafe extern "C" {
    fn doubled(number: c_int) -> c_int;
    fn tripled(number: c_int) -> c_int;
    fn count() -> c_int;
    fn total() -> c_int;
    fn local() -> c_int;
    fn zero() -> c_int;
    fn calls() -> c_int;
    fn shared_doubled(number: c_int) -> c_int;
    fn shared_tripled(number: c_int) -> c_int;
    fn shared_count() -> c_int;
    fn alone() -> c_int;
    fn tgamma(number: c_double) -> c_double;
}

#[hot]
fn update() {
    let other = "-";
    println!("n={} out: v1 {} {other}", unsafe { calls() }, unsafe { doubled(1) + shared_doubled(1) });
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
