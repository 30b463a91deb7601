//# stdout: step 0 of 0 begins v1$
//# stdout: step 0 of 1 begins v1$
//# edit 1: s/begins v1/begins v2/
//# edit 1: s/    let kept = Kept::new(task, step);/    let before = [step; 3];\n    gate(task).await;\n    let kept = Kept::new(task, step);/
//# edit 1: s/ends v1 {:?}", kept.0/ends v2 {:?} {before:?}", kept.0/
//# patched: step, visit; hot visit; cold step; not main; route replay; because async
//# stdout: ticks=(?<more>\d+)$
//# stdin: 0
//# stdout: step 0 of 0 ends v1 \[0, 0, 77\]$
//# stdout: drop 0 of 0$
//# stdout: step 1 of 0 begins v2$
//# stdin: 0
//# stdout: ticks=(?<more>\d+)$
//# stdin: 0
//# stdout: step 1 of 0 ends v2 \[0, 1, 77\] \[1, 1, 1\]$
//# stdout: drop 1 of 0$
//# stdout: step 2 of 0 begins v2$
//# edit 2: s/    let before = [step; 3];\n    gate(task).await;\n/    let before = step;\n/
//# edit 2: s/ends v2/ends v3/
//# patched: step, visit; hot visit; cold step; not main; route replay; because async
//# stdin: 0
//# stdin: 0
//# stdout: step 2 of 0 ends v2 \[0, 2, 77\] \[2, 2, 2\]$
//# stdout: drop 2 of 0$
//# stdin: 0
//# stdout: step 3 of 0 ends v3 \[0, 3, 77\] 3$
//# stdout: drop 3 of 0$
//# stdin: 1
//# stdout: step 0 of 1 ends v1 \[1, 0, 77\]$
//# stdout: drop 0 of 1$
//# stdout: step 1 of 1 begins v2$
//# stdin: 1
//# stdout: step 1 of 1 ends v3 \[1, 1, 77\] 1$
//# stdin: drop
//# stdout: drop 4 of 0$
//# stdout: drop 2 of 1$
//# stdout: dropped all$

use std::io::stdin;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::{sleep, spawn};
use std::time::Duration;

use hot_runtime::hot;

/// How often each task's gate was opened, and is to be opened.
static OPENED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
static WANTED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// Waits until the task's gate is opened once more.
async fn gate(task: usize) {
    let wanted = WANTED[task].fetch_add(1, Ordering::Relaxed) + 1;
    let is_open = || OPENED[task].load(Ordering::Relaxed) >= wanted;
    std::future::poll_fn(|_| if is_open() { Poll::Ready(()) } else { Poll::Pending }).await;
}

struct Kept(Vec<usize>);

impl Kept {
    fn new(task: usize, step: usize) -> Self {
        Self(vec![task, step, 77])
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        println!("drop {} of {}", self.0[1], self.0[0]);
    }
}

async fn step(task: usize, step: usize) {
    println!("step {step} of {task} begins v1");
    let kept = Kept::new(task, step);
    gate(task).await;
    println!("step {step} of {task} ends v1 {:?}", kept.0);
}

#[hot]
async fn visit(task: usize, number: usize) {
    step(task, number).await;
}

async fn all(task: usize) {
    for number in 0.. {
        visit(task, number).await;
    }
}

fn listen() {
    for line in stdin().lines().map_while(Result::ok) {
        match line.parse::<usize>() {
            Ok(task) => OPENED[task].fetch_add(1, Ordering::Relaxed),
            Err(_) => DROPPED.fetch_add(1, Ordering::Relaxed),
        };
    }
}

fn main() {
    spawn(listen);
    let mut tasks: Vec<Pin<Box<dyn Future<Output = ()>>>> = vec![Box::pin(all(0)), Box::pin(all(1))];
    for ticks in 0u64.. {
        for task in &mut tasks {
            assert!(task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        if DROPPED.load(Ordering::Relaxed) > 0 && !tasks.is_empty() {
            tasks.clear();
            println!("dropped all");
        }
        println!("ticks={ticks}");
        sleep(Duration::from_millis(20));
    }
}
