//# stdout: out: \[1, 2, 3, 4\] v1$
//# edit 1: s/one.cmp(other)/other.cmp(one)/
//# edit 1: s/v1/v2/
//# patched: order, update
//# stdout: out: \[4, 3, 2, 1\] v2$
//# oracle
//# edit 2: s/other.cmp(one)/weight(*other).cmp(&weight(*one))/
//# edit 2: s|// later|fn weight(number: c_int) -> c_int {\n    number % 3\n}|
//# patched: order
//# stdout: out: \[2, \d, \d, 3\] v2$

use std::ffi::{c_int, c_void};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

unsafe extern "C" {
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        order: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
}

// later

#[hot]
unsafe extern "C" fn order(one: *const c_void, other: *const c_void) -> c_int {
    let (one, other) = unsafe { (&*one.cast::<c_int>(), &*other.cast::<c_int>()) };
    one.cmp(other) as c_int
}

#[hot]
fn update() {
    let mut numbers: [c_int; 4] = [3, 1, 4, 2];
    unsafe { qsort(numbers.as_mut_ptr().cast(), numbers.len(), size_of::<c_int>(), order) };
    println!("out: {numbers:?} v1");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
