//# stdout: out: v1 
//# no-event: 600ms
//# edit 1 src/first.rs: s/v1/v2/g
//# edit 1 src/windows.rs: s/v1/v2/g
//# edit 1 src/marked.rs: s/v1/v2/g
//# edit 1: s/v1/v2/g
//# patched: update, at_start, windows::text, Lines::text, marked::at_mark, left, Pair::first, outer::nested, match, größe, Größe::länge, below; route slice; not right; not Pair::second; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/right 1/right 2/
//# patched: right; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*right 2
//# oracle
//# edit 3: s/"second" }/"zweite" }/
//# patched: Pair::second; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*zweite
//# oracle

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod first;
mod marked;
mod windows;

static HITS: AtomicU64 = AtomicU64::new(0);

fn left() -> String { format!("left v1 {}", column!()) } fn right() -> String { format!("right 1 {}", line!()) }

struct Pair; impl Pair { fn first(&self) -> &str { "first v1" } fn second(&self) -> &str { "second" } }

fn outer() -> String {
    fn nested(n: u32) -> String {
        const LIMIT: u32 = 3;
        if n > LIMIT { format!("nested v1 {}", line!()) } else { nested(n + 1) }
    }
    use std::fmt::Write as _;
    let mut text = nested(0);
    write!(text, " outer").unwrap();
    text
}

fn r#match(r#type: u32) -> u32 {
    r#type + u32::from("v1" == "v2")
}

struct Größe {
    länge: u32,
}

impl Größe {
    fn länge(&self) -> u32 { let größer = self.länge + u32::from("v1" == "v2"); größer + column!() }
}

fn größe() -> String {
    let Größe { länge } = Größe { länge: 4 }; format!("größe v1 {länge} {}", column!())
}

mod deep {
    pub mod deeper {
        pub(in crate::deep) fn below() -> String { let _unused = "ö"; format!("below v1 {} {}", module_path!(), column!()) }
    }

    pub fn text() -> String {
        deeper::below()
    }
}

#[hot]
fn update() {
    print!("hits={} ", HITS.fetch_add(1, Ordering::Relaxed));
    print!("out: v1 {} {} {} ", first::at_start(), windows::text(), windows::Lines("lines").text());
    print!("{} {} {} {} {} ", marked::at_mark(), left(), right(), Pair.first(), Pair.second());
    println!("{} {} {} {} {}", outer(), r#match(1), größe(), Größe { länge: 2 }.länge(), deep::text());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
