//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: free, raw, Meter::read, Meter::of, Twice::read, Vector::index, any, never; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/free(3)/free(4) + free(5)/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 3: s/"v2 free"/"v3 free"/
//# edit 3: s/"v2 raw"/"v3 raw"/
//# patched: free, raw; route replay; because track_caller
//# stdout: hits=(?<more>\d+) out: v2 .*v3 free.*v3 raw
//# oracle
//# confirmed
//# edit 4: s/"v2 read"/None::<&str>.expect("v4 read")/
//# patched: Meter::read
//# stdout: hits=(?<more>\d+) out: v2 .*v4 read at
//# oracle

use std::cell::RefCell;
use std::ops::Index;
use std::panic::{Location, catch_unwind};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

thread_local! {
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

fn say(text: &str, place: &Location<'_>) -> usize {
    SAID.with_borrow_mut(|said| said.push_str(&format!(" {text} at {}:{};", place.line(), place.column())));
    text.len()
}

#[hot]
#[track_caller]
fn free(number: usize) -> usize {
    number + say("v1 free", Location::caller())
}

/// More arguments than registers, one of them large.
#[hot]
#[track_caller]
unsafe fn raw(a: u64, b: u64, c: [u64; 5], d: u8, e: f64, f: u64, g: &str, h: u128) -> [u64; 5] {
    let sum = a + b + u64::from(d) + e as u64 + f + g.len() as u64 + h as u64;
    say("v1 raw", Location::caller());
    c.map(|number| number + sum)
}

#[hot]
#[track_caller]
fn never() -> ! {
    panic!("v1 never");
}

/// Goes live through its caller.
#[hot]
#[track_caller]
fn any<T: ToString>(value: T) -> usize {
    say("v1 any", Location::caller()) + value.to_string().len()
}

struct Meter(usize);

#[hot]
impl Meter {
    #[track_caller]
    fn read(&self) -> usize {
        self.0 + say("v1 read", Location::caller())
    }

    #[track_caller]
    fn of(number: usize) -> Self {
        say("v1 of", Location::caller());
        Self(number)
    }
}

struct Twice<T>(T);

/// Alone, it does not see that its type has a parameter.
impl<T: Copy + Into<usize>> Twice<T> {
    #[hot]
    #[track_caller]
    fn read(&self) -> usize {
        self.0.into() * say("v1 twice", Location::caller())
    }
}

struct Vector(u32, u32);

#[hot]
impl Index<usize> for Vector {
    type Output = u32;

    #[track_caller]
    fn index(&self, at: usize) -> &u32 {
        say("v1 index", Location::caller());
        if at == 0 { &self.0 } else { &self.1 }
    }
}

#[hot]
fn update(hits: &mut u64) {
    *hits += 1;
    let number = free(3);
    // SAFETY: it asks for nothing.
    let sums = unsafe { raw(1, 2, [1, 2, 3, 4, 5], 3, 4.0, 5, "six", 7) };
    let read = catch_unwind(|| Meter::of(2).read()).unwrap_or_default();
    let more = Twice(3u16).read() + any(12) + any("three");
    let _ = catch_unwind(|| never());
    let vector = Vector(7, 9);
    let parts = [vector[0], vector[1]];
    let said = SAID.take();
    println!("hits={hits} out: v1 {number} {sums:?} {read} {more} {parts:?}{said}");
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or_default().to_owned();
        info.location().map(|place| say(&text, place));
    }));
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
