//# stdout: visit 0 begins v1$
//# stdout: ticks=(?<more>\d+)$
//# edit 1: s/begins v1/begins v2/
//# edit 1: s/let kept = Kept::new(visit);/let kept = Kept::new(visit);\n    let more = [visit; 40];\n    gate(1).await;\n    assert_eq!(more.iter().sum::<usize>(), 40 * visit);/
//# edit 1: s/ends v1/ends v2/
//# patched: visit; hot visit; not main; route slice
//# stdout: ticks=(?<more>\d+)$
//# stdin: open
//# stdout: visit 0 ends v1 \[0, 0\]$
//# stdout: drop 0$
//# stdout: visit 1 begins v2$
//# stdin: open
//# stdout: ticks=(?<more>\d+)$
//# stdin: open
//# stdout: visit 1 ends v2 \[1, 1\]$
//# stdout: drop 1$
//# stdout: visit 2 begins v2$
//# edit 2: s/more = [visit; 40];\n    gate(1).await;/more = [visit; 40];/
//# edit 2: s/ends v2/ends v3/
//# patched: visit; hot visit; not main; route slice
//# stdin: open
//# stdin: open
//# stdout: visit 2 ends v2 \[2, 2\]$
//# stdout: drop 2$
//# stdout: visit 3 begins v2$
//# stdin: open
//# stdout: visit 3 ends v3 \[3, 3\]$
//# stdout: drop 3$

use std::io::stdin;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::{sleep, spawn};
use std::time::Duration;

use hot_runtime::hot;

/// How often the gate was opened, and how often something went through.
static OPENED: AtomicUsize = AtomicUsize::new(0);
static PASSED: AtomicUsize = AtomicUsize::new(0);

/// Waits until the gate is opened once more.
async fn gate(count: usize) {
    let wanted = PASSED.fetch_add(count, Ordering::Relaxed) + count;
    std::future::poll_fn(|_| if OPENED.load(Ordering::Relaxed) >= wanted { Poll::Ready(()) } else { Poll::Pending }).await;
}

struct Kept(Vec<usize>);

impl Kept {
    fn new(visit: usize) -> Self {
        Self(vec![visit, visit])
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        println!("drop {}", self.0[0]);
    }
}

#[hot]
async fn visit(visit: usize) {
    println!("visit {visit} begins v1");
    let kept = Kept::new(visit);
    gate(1).await;
    println!("visit {visit} ends v1 {:?}", kept.0);
}

async fn all() {
    for number in 0.. {
        visit(number).await;
    }
}

fn main() {
    spawn(|| stdin().lines().for_each(|_| _ = OPENED.fetch_add(1, Ordering::Relaxed)));
    let mut all = pin!(all());
    for ticks in 0u64.. {
        assert!(all.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        println!("ticks={ticks}");
        sleep(Duration::from_millis(20));
    }
}
