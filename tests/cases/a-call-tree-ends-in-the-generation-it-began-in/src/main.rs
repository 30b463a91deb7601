//# stdout: frame v1 begins
//# edit 1: s/"v1"/"v2"/
//# patched: version
//# stdout: inside v2
//# stdout: thread v2
//# stdin: end
//# stdout: frame v1 ends, v2
//# stdout: frame v2 begins
//# stdin: end
//# stdout: frame v2 ends, v2
//# stdin: tree
//# stdout: trees
//# stdout: frame v2 begins
//# edit 2: s/"v2"/"v3"/
//# patched: version
//# stdout: inside v2 generation (?<same_before>\d+)
//# stdout: thread v3 generation (?<same_after>\d+)
//# stdout: future v3
//# edit 3: s/"v3"/"v4"/
//# patched: version
//# stdout: inside v2 generation (?<same_before>\d+)
//# stdout: thread v4
//# stdout: future v4
//# hot: undo 0
//# undone
//# stdout: inside v2 generation (?<same_before>\d+)
//# stdout: thread v1 generation 0
//# stdout: future v1
//# hot: redo
//# redone
//# stdout: inside v2 generation (?<same_before>\d+)
//# stdout: thread v4
//# stdin: panic
//# stdout: frame v2 panics
//# stdout: frame v4 begins
//# stdout: inside v4
//# stdin: each
//# stdout: eachs
//# stdout: frame v4 begins
//# edit 4: s/"v4"/"v5"/
//# patched: version
//# stdout: inside v5
//# stdout: thread v5
//# stdin: end
//# stdout: frame v4 ends, v5

use std::io::{Lines, StdinLock, stdin};
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Poll, Waker};
use std::thread::{sleep, spawn};
use std::time::Duration;

use hot_runtime::{Consistency, generation, hot, set_consistency};

#[hot]
fn version() -> &'static str {
    "v1"
}

/// Goes on until it is told to end; what it calls meanwhile is of one generation, or not.
#[hot]
fn frame(told: &Receiver<String>) -> String {
    let begun = version();
    println!("frame {begun} begins");
    loop {
        println!("inside {} generation {}", inner(), generation());
        let Ok(word) = told.recv_timeout(Duration::from_millis(20)) else { continue };
        if word == "panic" {
            println!("frame {begun} panics");
            panic!("on purpose");
        }
        println!("frame {begun} ends, {}", inner());
        return word;
    }
}

#[hot]
fn inner() -> &'static str {
    version()
}

#[hot]
async fn polled() {
    loop {
        println!("future {}", version());
        let mut is_first = true;
        std::future::poll_fn(|_| if std::mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }).await;
    }
}

/// Whatever `main` is in, its calls are its own; and each poll of a future that goes on is a call.
fn others() {
    let mut future = pin!(polled());
    loop {
        println!("thread {} generation {}", inner(), generation());
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        sleep(Duration::from_millis(20));
    }
}

fn read(lines: Lines<StdinLock<'static>>, tell: impl Fn(String)) {
    lines.for_each(|line| tell(line.unwrap()));
}

fn main() {
    let (sender, told) = channel();
    spawn(move || read(stdin().lines(), |line| drop(sender.send(line))));
    spawn(others);
    loop {
        let told = std::panic::AssertUnwindSafe(&told);
        let word = catch_unwind(|| frame(&told)).unwrap_or_default();
        match word.as_str() {
            "tree" => set_consistency(Consistency::CallTree),
            "each" => set_consistency(Consistency::EachCall),
            _ => continue,
        }
        println!("{word}s");
    }
}
