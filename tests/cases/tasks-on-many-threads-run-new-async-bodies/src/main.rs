//# stdout: hits=(?<more>\d+) task 1 says v1 on several
//# edit 1: s/says v1/says v2/
//# edit 1: s/let many = how_many().await;/let text = format!("{number}");\n    let many = how_many().await;\n    Hop(3).await;\n    assert_eq!(text, number.to_string());/
//# patched: say; hot say; not main; route slice
//# stdout: hits=(?<more>\d+) task 1 says v2 on several
//# stdout: hits=(?<more>\d+) task 0 says v2 on several
//# stdout: hits=(?<more>\d+) task 7 says v2 on several
//# edit 2: s/"several"/"plenty"/
//# patched: how_many; cold how_many; not main; route replay; because async
//# stdout: hits=(?<more>\d+) task 3 says v2 on plenty
//# saves 20 every 25ms: s/says v2/says v{n}/
//# stdout: hits=(?<more>\d+) task 1 says v20 on plenty
//# patches: 1000ms

use std::collections::{BTreeSet, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId, sleep};
use std::time::Duration;

use hot_runtime::hot;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

struct Queue {
    ready: Mutex<VecDeque<Arc<Entry>>>,
    changed: Condvar,
}

static QUEUE: Queue = Queue { ready: Mutex::new(VecDeque::new()), changed: Condvar::new() };
static HITS: AtomicU64 = AtomicU64::new(0);
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Entry(Mutex<Task>);

impl Wake for Entry {
    fn wake(self: Arc<Self>) {
        QUEUE.ready.lock().unwrap().push_back(self);
        QUEUE.changed.notify_one();
    }
}

fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    Arc::new(Entry(Mutex::new(Box::pin(task)))).wake();
}

fn work() {
    loop {
        let mut ready = QUEUE.ready.lock().unwrap();
        let entry = loop {
            match ready.pop_front() {
                Some(entry) => break entry,
                None => ready = QUEUE.changed.wait(ready).unwrap(),
            }
        };
        drop(ready);
        let waker = Waker::from(Arc::clone(&entry));
        let _ = entry.0.lock().unwrap().as_mut().poll(&mut Context::from_waker(&waker));
    }
}

/// Pending for so many turns, on whichever thread.
struct Hop(u32);

impl Future for Hop {
    type Output = ThreadId;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ThreadId> {
        if self.0 == 0 {
            return Poll::Ready(thread::current().id());
        }
        self.0 -= 1;
        sleep(Duration::from_millis(2));
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

async fn how_many() -> &'static str {
    let seen = format!("{:?}", Hop(1).await);
    let mut all = SEEN.lock().unwrap();
    all.insert(seen);
    if all.len() > 1 { "several" } else { "one" }
}

#[hot]
async fn say(number: &u32) {
    let many = how_many().await;
    println!("hits={} task {number} says v1 on {many}", HITS.fetch_add(1, Ordering::Relaxed));
    Hop(2).await;
}

async fn talk(number: u32) {
    loop {
        say(&number).await;
    }
}

fn main() {
    (0..8).for_each(|number| spawn(talk(number)));
    for _ in 0..3 {
        thread::spawn(work);
    }
    work();
}
