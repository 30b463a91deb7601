//# stdout: frame one 0
//# stdin: block
//# stdout: blocked
//# edit 1: s/"one"/"two"/
//# waiting: frame@src/main.rs:53; says main; says has been in `frame`, src/main.rs:53, for
//# hot: status; says generation 1 waits; says thread `main` has been in `frame`
//# edit 2: s/"two"/"three"/
//# no-event: 500ms
//# stdin: go on
//# patched: label
//# patched: label
//# stdout: frame three 2
//# stdin: block outside
//# stdout: blocked
//# edit 3: s/"three"/"four"/
//# waiting: ; says no thread has come to `hot_runtime::sync_point()`
//# hot: status; says no thread has come
//# stdin: go on
//# patched: label
//# stdout: frame four 3
//# stdin: block
//# stdout: blocked
//# edit 4: s/"four"/"five"/
//# waiting: frame
//# hot: restart
//# restarted
//# stdout: frame five 0
//# stdin: block
//# stdout: blocked
//# edit 5: s/"five"/"six"/
//# waiting: frame
//# signal: TERM to cargo-hot
//# exited: signal 15

use std::sync::mpsc::{Receiver, channel};
use std::thread::{Builder, sleep};
use std::time::Duration;

use hot_runtime::{generation, hot, sync_point};

fn label() -> &'static str {
    "one"
}

/// Until it is told to go on.
#[hot]
fn block(told: &Receiver<String>) {
    println!("blocked");
    told.recv().unwrap();
}

#[hot]
fn frame(told: &Receiver<String>) -> bool {
    println!("frame {} {}", label(), generation());
    match told.try_recv().unwrap_or_default().as_str() {
        "block" => block(told),
        "block outside" => return true,
        _ => {}
    }
    false
}

/// Nobody waits for it.
#[hot]
fn work() {
    sleep(Duration::from_secs(3600));
}

fn main() {
    let (sender, told) = channel();
    Builder::new().spawn(move || std::io::stdin().lines().for_each(|line| drop(sender.send(line.unwrap())))).unwrap();
    sync_point();
    Builder::new().name("worker".into()).spawn(work).unwrap();
    loop {
        if frame(&told) {
            println!("blocked");
            told.recv().unwrap();
        }
        sync_point();
        sleep(Duration::from_millis(20));
    }
}
