//# stdout: out: v1 2 10 3
//# edit 1: s/by * 2/by * 3/
//# patched: double
//# old-code: double@src/main.rs:30; says 2 objects of `dyn Fn` made before go on with it; not job
//# stdout: out: v1 2 10 3
//# edit 2: s/by + one()/by + 2 * one()/
//# patched: job
//# old-code: job@src/main.rs:40; says 3 objects of `dyn FnOnce` made before go on with it; not double
//# stderr: still old: `job`, src/main.rs:\d+: 3 objects of `dyn FnOnce` made before go on with it; have them call a hot function, or make them anew
//# stdout: out: v1 2 10 3
//# edit 3: s/count += by/count += 2 * by/
//# patched: counter
//# old-code: counter; says 1 closure made before goes on with it; not job; not double
//# stdout: out: v1 2 10 3

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

type Job = Box<dyn FnOnce() -> u32>;

#[derive(Default)]
struct World {
    doublers: Vec<Box<dyn Fn(u32) -> u32>>,
    jobs: Vec<Job>,
    counters: Vec<Box<dyn FnMut(u32) -> u32>>,
}

fn double(by: u32) -> u32 {
    by * 2
}

fn one() -> u32 {
    1
}

fn job(by: u32) -> Job {
    let words = vec![by; 3];
    Box::new(move || words.len() as u32 + by + one())
}

fn counter() -> Box<dyn FnMut(u32) -> u32> {
    let mut count = 0;
    Box::new(move |by| {
        count += by;
        count
    })
}

#[hot]
fn update(world: &mut World) {
    if world.jobs.is_empty() {
        world.doublers.extend([Box::new(double) as Box<dyn Fn(u32) -> u32>, Box::new(double)]);
        world.jobs.extend([job(5), job(6), job(7)]);
        world.counters.push(counter());
    }
    println!("out: v1 {} {} {}", world.doublers.len(), world.doublers[0](5), world.jobs.len());
}

fn main() {
    let mut world = World::default();
    loop {
        update(&mut world);
        sleep(Duration::from_millis(20));
    }
}
