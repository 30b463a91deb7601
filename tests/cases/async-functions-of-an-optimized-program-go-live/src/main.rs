//# run: --release
//# stdout: hits=(?<more>\d+) out: v1 3 one same same$
//# edit 1: s/"v1"/"v2"/
//# patched: name; hot name; route replay; because optimizer
//# stdout: hits=(?<more>\d+) out: v2 3 one same same$
//# oracle
//# edit 2: s/later(1).await + 1/later(1).await + later(2).await * 100/
//# patched: number; hot number; route replay; because optimizer
//# stdout: hits=(?<more>\d+) out: v2 402 one same same$
//# oracle
//# edit 3: s/"same" \/\/ of twin/"other"/
//# patched: twin; hot twin; not other_twin; route replay; because optimizer
//# stdout: hits=(?<more>\d+) out: v2 402 one other same$
//# oracle
//# edit 4: s/"one"/"two"/
//# edit 4: s/number * 2/number * 3/
//# patched: number, Words::words; hot number; hot Words::words; route replay
//# stdout: hits=(?<more>\d+) out: v2 603 two other same$
//# oracle

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

/// Pending once.
async fn pause() {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[hot]
async fn name() -> &'static str {
    pause().await;
    "v1"
}

async fn later(number: u32) -> u32 {
    pause().await;
    number * 2
}

#[hot]
async fn number() -> u32 {
    later(1).await + 1
}

#[hot]
async fn twin(_: u8) -> &'static str {
    pause().await;
    "same" // of twin
}

#[hot]
async fn other_twin(_: u8) -> &'static str {
    pause().await;
    "same"
}

struct Words(Vec<String>);

impl Words {
    #[hot]
    async fn words(&mut self) -> &str {
        pause().await;
        self.0.push("one".to_owned());
        self.0.last().map_or("", String::as_str)
    }
}

async fn update() -> String {
    let mut words = Words(Vec::new());
    format!("{} {} {} {} {}", name().await, number().await, words.words().await, twin(1).await, other_twin(1).await)
}

fn main() {
    for hits in 0u64.. {
        let mut future = pin!(update());
        let text = loop {
            if let Poll::Ready(text) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                break text;
            }
        };
        println!("hits={hits} out: {text}");
        sleep(Duration::from_millis(20));
    }
}
