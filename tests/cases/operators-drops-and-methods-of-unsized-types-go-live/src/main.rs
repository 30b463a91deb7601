//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: Guard::drop, Vector::add, Vector::add_assign, Vector::neg, Vector::index, Vector::partial_cmp, [u32]::total, str::shout, dyn Shape::doubled; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/self.0 * 3/self.0 * 4/
//# patched: Circle::area
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 3: s/if (at == 0) == first/if (at != 0) == first/
//# patched: Vector::index; route replay; because track_caller
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Index, Neg};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

thread_local! {
    static DROPS: Cell<usize> = const { Cell::new(0) };
}

struct Guard<'a> {
    text: &'a Cell<&'static str>,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.text.set("v1 dropped");
        DROPS.set(DROPS.get() + 1);
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Vector(i32, i32);

impl Add for Vector {
    type Output = Self;

    fn add(self, other: Self) -> Self::Output {
        let extra = i32::from("v1" == "v2");
        Self(self.0 + other.0 + extra, self.1 + other.1)
    }
}

impl AddAssign<i32> for Vector {
    fn add_assign(&mut self, other: i32) {
        let extra = i32::from("v1" == "v2");
        self.0 += other + extra;
    }
}

impl Neg for Vector {
    type Output = (Vector, &'static str);

    fn neg(self) -> Self::Output {
        (Self(-self.0, -self.1), "v1")
    }
}

impl Index<usize> for Vector {
    type Output = i32;

    fn index(&self, at: usize) -> &i32 {
        let first = "v1" != "v2";
        if (at == 0) == first { &self.0 } else { &self.1 }
    }
}

impl PartialOrd for Vector {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        let order = self.0.partial_cmp(&other.0)?;
        Some(if "v1" == "v2" { order.reverse() } else { order })
    }
}

trait Shape {
    fn area(&self) -> u32;
}

struct Circle(u32);

impl Shape for Circle {
    fn area(&self) -> u32 {
        self.0 * 3
    }
}

impl dyn Shape {
    fn doubled(&self) -> String {
        format!("v1 {}", self.area() * 2)
    }
}

trait Total {
    fn total(&self) -> u32;
}

impl Total for [u32] {
    fn total(&self) -> u32 {
        self.iter().sum::<u32>() + u32::from("v1" == "v2")
    }
}

trait Shout {
    fn shout(&self) -> String;
}

impl Shout for str {
    fn shout(&self) -> String {
        self.to_uppercase() + " v1"
    }
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    let text = Cell::new("");
    drop(Guard { text: &text });
    let mut vector = Vector(1, 2) + Vector(3, 4);
    vector += 5;
    let shape: Box<dyn Shape> = Box::new(Circle(2));
    println!(
        "hits={hits} out: v1 {} {} {vector:?} {:?} {} {} {} {} {}",
        text.get(),
        DROPS.get() > 0,
        -vector,
        vector[0],
        vector < Vector(100, 0),
        shape.doubled(),
        [1, 2, 3][..].total(),
        "loud".shout(),
    );
}

fn main() {
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
