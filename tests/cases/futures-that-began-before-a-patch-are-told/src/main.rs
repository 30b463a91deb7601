//# stdout: out: v1 1
//# edit 1: s/step += 1/step += 2/
//# patched: walk
//# old-code: walk; says 2 futures made before end in it

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

type Walk = Pin<Box<dyn Future<Output = ()>>>;

async fn walk() {
    let mut step = 0;
    while step < 1_000_000 {
        step += 1;
        println!("out: v1 {step}");
        pause().await;
    }
}

async fn pause() {
    let is_over = AtomicBool::new(false);
    let once = |_: &mut Context<'_>| if is_over.swap(true, Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending };
    poll_fn(once).await;
}

#[hot]
fn update(walks: &mut Vec<Walk>) {
    if walks.is_empty() {
        walks.push(Box::pin(walk()));
        walks.push(Box::pin(walk()));
    }
    for walk in walks {
        let _ = walk.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
}

fn main() {
    let mut walks = Vec::new();
    loop {
        update(&mut walks);
        sleep(Duration::from_millis(20));
    }
}
