//# stdout: hits=(?<more_hits>\d+) (?<more_plain>\d+) (?<more_local>\d+) (?<more_put>\d+) (?<more_deep>\d+) (?<more_macro>\d+) once=5 out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, counts, Store::put, deep::touch, through_macro, ping, once, call_c, twice_by_c; route slice; not main
//# stdout: hits=(?<more_hits>\d+) (?<more_plain>\d+) (?<more_local>\d+) (?<more_put>\d+) (?<more_deep>\d+) (?<more_macro>\d+) once=5 out: v2 
//# oracle
//# confirmed
//# edit 2: s/n - 1) + 1/n - 1) + 2/
//# patched: ping; route slice; not pong
//# stdout: hits=(?<more_hits>\d+) .* out: v2 
//# oracle

use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);
static PUT: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static LAZY: LazyLock<u64> = LazyLock::new(|| HITS.load(Ordering::Relaxed) / 1000 + 3);
static mut PLAIN: u64 = 0;
const LENGTH: usize = TABLE.len();
const TABLE: [&str; 3] = ["a", "b", "c"];

thread_local! {
    static LOCAL: Cell<u64> = const { Cell::new(0) };
    static NAMES: RefCell<Vec<String>> = RefCell::new(vec![String::from("first")]);
}

fn counts() -> (u64, u64) {
    LOCAL.set(LOCAL.get() + 1);
    // SAFETY: there is one thread.
    let plain = unsafe {
        PLAIN += 1;
        PLAIN
    };
    black_box("v1");
    assert!("v1" == "v1" && *LAZY == 3);
    (plain, LOCAL.get())
}

struct Store;

impl Store {
    const STEP: u32 = 2;
    const NAMES: &'static [&'static str] = &["x", "y"];

    fn put(&self) -> usize {
        let mut put = PUT.lock().unwrap();
        put.push(Self::STEP);
        black_box(("v1", Self::NAMES[1]));
        put.len()
    }
}

mod deep {
    use super::AtomicU64;

    static COUNT: AtomicU64 = AtomicU64::new(0);

    pub fn touch() -> u64 {
        super::black_box("v1");
        COUNT.fetch_add(1, super::Ordering::Relaxed)
    }
}

macro_rules! next_of {
    ($counter:path) => {
        $counter.fetch_add(1, Ordering::Relaxed)
    };
}

static OF_MACRO: AtomicU64 = AtomicU64::new(0);

fn through_macro() -> u64 {
    black_box("v1");
    next_of!(crate::OF_MACRO)
}

fn once() -> u32 {
    black_box("v1");
    *cell().get_or_init(|| 5 + u32::from("v1" == "v2"))
}

fn cell() -> &'static OnceLock<u32> {
    static CELL: OnceLock<u32> = OnceLock::new();
    &CELL
}

fn ping(n: u32) -> u32 {
    black_box("v1");
    if n == 0 { 0 } else { pong(n - 1) + 1 }
}

fn pong(n: u32) -> u32 {
    if n == 0 { 0 } else { ping(n - 1) * 2 }
}

unsafe extern "C" {
    fn abs(n: c_int) -> c_int;
}

unsafe fn call_c(n: c_int) -> c_int {
    // SAFETY: it only computes.
    unsafe { abs(n) + c_int::from("v1" == "v2") }
}

#[hot]
extern "C" fn twice_by_c(n: c_int) -> c_int {
    n * 2 + c_int::from("v1" == "v2")
}

#[hot]
fn update(by_c: extern "C" fn(c_int) -> c_int) {
    let (plain, local) = counts();
    let list = NAMES.with_borrow_mut(|names| {
        names.push("more".into());
        names.truncate(2);
        names.clone()
    });
    print!("hits={} {plain} {local} ", HITS.fetch_add(1, Ordering::Relaxed));
    print!("{} {} {} once={} ", Store.put(), deep::touch(), through_macro(), once());
    println!(
        "out: v1 {list:?} {} {LENGTH} {} {} {}",
        TABLE[LENGTH - 1],
        ping(9),
        // SAFETY: it only computes.
        unsafe { call_c(-7) },
        by_c(4),
    );
}

fn main() {
    loop {
        update(twice_by_c);
        sleep(Duration::from_millis(20));
    }
}
