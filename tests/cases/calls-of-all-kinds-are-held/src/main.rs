//# run: --hold-on-panic
//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# held: World::each
//# edit 1: s/1 => panic!(),//
//# patched
//# runs-again: World::each
//# held: largest
//# edit 2: s/2 => panic!(),//
//# patched
//# runs-again: largest
//# held: Circle::area
//# edit 3: s/3 => panic!(),//
//# patched
//# runs-again: Circle::area
//# held: World::first
//# edit 4: s/4 => panic!(),//
//# patched
//# runs-again: World::first
//# held: raw
//# edit 5: s/5 => panic!(),//
//# patched
//# runs-again: raw
//# held: inner
//# edit 6: s/6 => panic!(),//
//# patched
//# runs-again: inner
//# held: from_async
//# edit 7: s/7 => panic!(),//
//# patched
//# runs-again: from_async
//# stdout: out: 6 9 16 3 5 25 7
use hot_runtime::{Consistency, hot, set_consistency};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

fn trap(number: u32) {
    match number {
        1 => panic!(),
        2 => panic!(),
        3 => panic!(),
        4 => panic!(),
        5 => panic!(),
        6 => panic!(),
        7 => panic!(),
        _ => {}
    }
}

struct World(Vec<u32>);

#[hot]
impl World {
    fn each<'a>(&'a self, take: &dyn Fn(u32) -> u32) -> impl Iterator<Item = u32> + use<'a> {
        trap(1);
        take(0);
        self.0.iter().copied()
    }

    fn first<'a>(&'a mut self) -> &'a mut u32 {
        trap(4);
        self.0.first_mut().unwrap()
    }
}

#[hot]
fn largest<T: Ord + Copy>(values: &[T]) -> T {
    trap(2);
    *values.iter().max().unwrap()
}

trait Shape {
    fn area(&self, by: f32) -> f32;
}

#[derive(Clone, Copy)]
struct Circle(f32);

#[hot]
impl Shape for Circle {
    fn area(&self, by: f32) -> f32 {
        trap(3);
        self.0 * self.0 * by
    }
}

#[hot]
unsafe fn raw(pointer: *const u32) -> u32 {
    trap(5);
    // SAFETY: the caller says that it is valid.
    unsafe { *pointer }
}

#[hot]
fn outer(values: Vec<u32>) -> u32 {
    inner(&mut values.iter().sum())
}

#[hot]
fn inner(sum: &mut u32) -> u32 {
    trap(6);
    *sum += 19;
    *sum
}

#[hot]
async fn wait(number: u32) -> u32 {
    from_async(number)
}

#[hot]
fn from_async(number: u32) -> u32 {
    trap(7);
    number
}

fn main() {
    set_consistency(Consistency::CallTree);
    let mut world = World(vec![3, 2, 1]);
    let sum: u32 = world.each(&|it| it).sum();
    let largest = largest(&[9_u8, 4]);
    let area = Circle(2.0).area(4.0);
    let first = *world.first();
    // SAFETY: it points to a number.
    let raw = unsafe { raw(&5) };
    let inner = outer(vec![1, 2, 3]);
    let Poll::Ready(waited) = pin!(wait(7)).poll(&mut Context::from_waker(Waker::noop())) else { return };
    println!("out: {sum} {largest} {area} {first} {raw} {inner} {waited}");
    std::thread::park();
}
