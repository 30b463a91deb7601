//# stdout: hits=(?<more>\d+) out: v1 3 polls$
//# edit 1: s/v1 {polls}/v2 {polls}/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 3 polls$
//# edit 2: s/Later(2).await;/Later(2).await;\n        let more = format!("{}", 1);\n        Later(1).await;\n        assert_eq!(more, "1");/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 4 polls$
//# edit 3: s/steps().await/steps().await;\n        Later(3).await/
//# patched
//# stdout: hits=(?<more>\d+) out: v2 7 polls$
//# oracle

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn hit() -> u64 {
    HITS.fetch_add(1, Ordering::Relaxed)
}

struct Later(u32);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.0 == 0 {
            return Poll::Ready(());
        }
        self.0 -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn steps() {
    async {
        Later(2).await;
    }
    .await;
}

fn block_on<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for polls in 1.. {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return (output, polls);
        }
    }
    unreachable!()
}

#[hot]
fn update() {
    let ((), polls) = block_on(async {
        steps().await;
    });
    println!("hits={} out: v1 {polls} polls", hit());
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
