//# stdout: out: v1 
//# no-event: 600ms
//# never-stdout: cargo_hot
//# edit 1: s/"v1"/"v2"/g
//# patched: free, World::step, World::fail; hot free; hot World::step; hot World::fail; not main; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/pause().await; let after/pause().await; pause().await; let after/
//# patched: World::step; route slice
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# edit 3: s/"v2", 7/"v3", 8/
//# patched: World::fail; hot World::fail; route slice
//# stdout: hits=(?<more>\d+) out: .*panicked at src/main.rs:66:13 v3 8
//# oracle

use std::any::type_name_of_val;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static PANIC: Mutex<String> = Mutex::new(String::new());

#[track_caller]
fn here() -> String {
    let place = Location::caller();
    format!("{}:{}:{}", place.file(), place.line(), place.column())
}

/// Pending once.
async fn pause() {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[hot]
async fn free(_: &str) -> String {
    let before = here();
    pause().await;
    format!("{} {before} {} {}:{}:{} {}", "v1", here(), file!(), line!(), column!(), module_path!())
}

struct World {
    sizes: Vec<u32>,
}

impl World {
    #[hot]
    async fn step(&self) -> String {
        let before = here(); pause().await; let after = here();
        format!("{} {before} {after} {} {}", "v1", line!(), type_name_of_val(self))
    }

    #[hot]
    async fn fail(&mut self, by: usize) {
        pause().await;
        let size = self.sizes.get(by).copied();
        if size.is_none() {
            panic!("{} {}", "v1", 7);
        }
    }
}

fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}:{}", place.file(), place.line(), place.column()));
        let text = info.payload_as_str().unwrap_or_default();
        *PANIC.lock().unwrap() = format!("panicked at {} {text}", place.unwrap_or_default());
    }));
    for hits in 0u64.. {
        let mut world = World { sizes: vec![1] };
        let step = run(world.step());
        assert!(catch_unwind(AssertUnwindSafe(|| run(world.fail(1)))).is_err());
        println!("hits={hits} out: {} {step} {}", run(free("")), PANIC.lock().unwrap());
        sleep(Duration::from_millis(20));
    }
}
