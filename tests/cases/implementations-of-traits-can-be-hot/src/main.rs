//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) out: 4 square 9 plus 3 next 1 next 2 poll 6 dropped 1 list 2 load v1 name 8$
//# no-event: 300ms
//# edit 1: s/self.side * self.side/self.side * self.side + 100/
//# patched: Square::area; hot Square::area; not main; not update
//# stdout: hits=(?<more>\d+) out: 104 square 9 plus 3 next 1 next 2 poll 6 dropped 1 list 2 load v1 name 8$
//# oracle
//# edit 2: s/"square {}", 9/"SQUARE {}", 9/
//# edit 2: s/"name {}", self/"NAME {}", self/
//# patched: Square::fmt, u8::name; not main; not Square::area
//# stdout: hits=(?<more>\d+) out: 104 SQUARE 9 plus 3 next 1 next 2 poll 6 dropped 1 list 2 load v1 NAME 8$
//# oracle
//# edit 3: s/self.0 + other.0/self.0 + other.0 + 20/
//# edit 3: s/DROPPED.fetch_add(1/DROPPED.fetch_add(5/
//# patched: Count::add, Guard::drop; hot Count::add; hot Guard::drop; not main
//# stdout: hits=(?<more>\d+) out: 104 SQUARE 9 plus 23 next 1 next 2 poll 6 dropped 5 list 2 load v1 NAME 8$
//# oracle
//# edit 4: s/T::from(self.at)/T::from(self.at * 3)/
//# edit 4: s/Poll::Ready(6)/Poll::Ready(7)/
//# patched: Steps::next, Six::poll; not main
//# stdout: hits=(?<more>\d+) out: 104 SQUARE 9 plus 23 next 3 next 6 poll 7 dropped 5 list 2 load v1 NAME 8$
//# oracle
//# edit 5: s/"v1"/"v2"/
//# edit 5: s/self.len() + 1/self.len() + 11/
//# patched: Page::load, [u8]::length; not main
//# stdout: hits=(?<more>\d+) out: 104 SQUARE 9 plus 23 next 3 next 6 poll 7 dropped 5 list 12 load v2 NAME 8$
//# oracle
//# edit 6: s/self.side * self.side + 100/self.side * self.side + 200/
//# patched: Square::area; not main
//# stdout: hits=(?<more>\d+) out: 204 SQUARE 9 plus 23 next 3 next 6 poll 7 dropped 5 list 12 load v2 NAME 8$
//# oracle
//# never-stderr: cargo hot: not live

use std::fmt;
use std::marker::PhantomData;
use std::ops::Add;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

mod shapes {
    pub trait Shape {
        fn area(&self) -> u32;
    }
}

use shapes::Shape as _;

struct Square {
    side: u32,
}

#[hot]
impl shapes::Shape for Square {
    fn area(&self) -> u32 {
        self.side * self.side
    }
}

#[hot]
impl fmt::Display for Square {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "square {}", 9)
    }
}

struct Count(u32);

#[hot]
impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self::Output {
        Self(self.0 + other.0)
    }
}

static DROPPED: AtomicU32 = AtomicU32::new(0);

struct Guard;

#[hot]
impl Drop for Guard {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

struct Steps<T> {
    at: u8,
    kind: PhantomData<T>,
}

#[hot]
impl<T: From<u8>> Iterator for Steps<T> {
    type Item = T;

    fn next(&mut self) -> Option<Self::Item> {
        self.at += 1;
        Some(T::from(self.at))
    }
}

struct Six;

#[hot]
impl Future for Six {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(6)
    }
}

trait Length {
    fn length(&self) -> usize;
}

#[hot]
impl Length for [u8] {
    fn length(&self) -> usize {
        self.len() + 1
    }
}

trait Load {
    async fn load(&self) -> &'static str;
}

struct Page;

#[hot]
impl Load for Page {
    async fn load(&self) -> &'static str {
        std::future::ready(()).await;
        "v1"
    }
}

trait Name {
    fn name(&self) -> String;
}

#[hot]
impl Name for u8 {
    fn name(&self) -> String {
        format!("name {}", self)
    }
}

fn finish<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

/// All objects are older than every edit, and `main` calls them.
struct World {
    square: Square,
    shape: Box<dyn shapes::Shape>,
    shown: Box<dyn fmt::Display>,
    numbers: Box<dyn Iterator<Item = u32>>,
    name: Box<dyn Name>,
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
}

fn main() {
    let mut world = World {
        square: Square { side: 2 },
        shape: Box::new(Square { side: 2 }),
        shown: Box::new(Square { side: 9 }),
        numbers: Box::new(Steps { at: 0, kind: PhantomData }),
        name: Box::new(8),
    };
    let mut hits = 0;
    loop {
        update(&mut hits);
        drop(Guard);
        let dropped = DROPPED.swap(0, Ordering::Relaxed);
        let area = world.shape.area().min(world.square.area());
        let mut steps = Steps::<u64> { at: 0, kind: PhantomData };
        let next = (steps.next().unwrap_or(0), steps.next().unwrap_or(0));
        world.numbers.next();
        let numbers = std::mem::replace(&mut world.numbers, Box::new(Steps { at: 0, kind: PhantomData }));
        drop(numbers);
        println!(
            "hits={hits} out: {area} {} plus {} next {} next {} poll {} dropped {dropped} list {} load {} {}",
            world.shown,
            (Count(1) + Count(2)).0,
            next.0,
            next.1,
            finish(Six),
            [1_u8][..].length(),
            finish(Page.load()),
            world.name.name(),
        );
        sleep(Duration::from_millis(10));
    }
}
