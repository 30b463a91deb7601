//# stdout: free=(?<more_free>\d+) method=(?<more_method>\d+) of_trait=(?<more_of_trait>\d+) inner=(?<more_inner>\d+) hits=(?<more>\d+) (?<same_tables>0x\S+ 0x\S+) out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: update, free, Store::method, Store::table, Store::fmt, inner, table; route slice; not main
//# stdout: free=(?<more_free>\d+) method=(?<more_method>\d+) of_trait=(?<more_of_trait>\d+) inner=(?<more_inner>\d+) hits=(?<more>\d+) (?<same_tables>0x\S+ 0x\S+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/once v2/once v3/
//# patched: first; route slice
//# stdout: free=(?<more_free>\d+) method=(?<more_method>\d+) .*out: v2 once v3 
//# oracle
//# edit 3: s/use self::one::Kind/use self::two::Kind/
//# edit 3: s/kind v2/kind v3/
//# refused: static-changed
//# edit 4: s/use self::two::Kind/use self::one::Kind/
//# patched: kind; route replay
//# stdout: .*hits=(?<more>\d+) .*kind v3 1
//# oracle
//# confirmed
//# edit 5: s/LazyLock::new(|| 5)/LazyLock::new(|| 6)/
//# edit 5: s/once v3/once v4/
//# patched: first; route replay; because of its own
//# restart-needed: FIRST
//# stdout: free=(?<more_free>\d+) .*once v4 5 

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod one {
    pub struct Kind(pub u8);
}

mod two {
    pub struct Kind(pub u64);
}

use self::one::Kind;

struct Store;

impl Store {
    fn method(&self) -> &'static str {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        print!("method={} ", COUNT.fetch_add(1, Ordering::Relaxed));
        "method v1"
    }

    fn table(&self) -> (&'static str, &'static [u8; 3]) {
        static TABLE: [u8; 3] = [1, 2, 3];
        ("table v1", &TABLE)
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static mut COUNT: u32 = 0;
        // SAFETY: one thread calls this.
        let count = unsafe {
            COUNT += 1;
            COUNT
        };
        print!("of_trait={count} ");
        f.write_str("of_trait v1")
    }
}

fn free() -> &'static str {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    print!("free={} ", COUNT.fetch_add(1, Ordering::Relaxed));
    "free v1"
}

fn inner() -> &'static str {
    fn count() -> u32 {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        COUNT.fetch_add(1, Ordering::Relaxed)
    }
    print!("inner={} ", count());
    "inner v1"
}

fn table() -> (&'static str, &'static [u8; 3]) {
    static TABLE: [u8; 3] = [1, 2, 3];
    ("table v1", &TABLE)
}

fn first() -> String {
    static FIRST: LazyLock<u32> = LazyLock::new(|| 5);
    format!("once v2 {}", *FIRST)
}

fn kind() -> String {
    static KIND: Kind = Kind(1);
    format!("kind v2 {}", KIND.0)
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let words = [free(), Store.method(), &Store.to_string(), inner()].join(" ");
    let ((of_free, one), (of_method, two)) = (table(), Store.table());
    print!("hits={hits} {one:p} {two:p} ");
    println!("out: v1 {} {words} {of_free} {of_method} {}", first(), kind());
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
