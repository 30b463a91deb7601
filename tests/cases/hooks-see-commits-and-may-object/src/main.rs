//# variant in-dev: CARGO_PROFILE_DEV_OPT_LEVEL=0
//# variant optimized: CARGO_PROFILE_DEV_OPT_LEVEL=3
//# stdout: hits=(?<more>\d+) one 0
//# edit 1: s/"one"/"two"/
//# patched
//# stdout: committed 0 to 1 as two
//# stdout: hits=(?<more>\d+) two 1
//# stdin: busy
//# stdout: mode busy
//# edit 2: s/"two"/"three"/
//# refused: vetoed; says a game is being saved
//# stdout: hits=(?<more>\d+) two 1
//# no-event: 1500ms
//# hot: status; says generation 1
//# stdin: panic
//# stdout: mode panic
//# touch: src/main.rs
//# refused: vetoed; says a hook panicked: on purpose
//# hot: undo; fails; says on purpose
//# stdout: hits=(?<more>\d+) two 1
//# stdin: free
//# stdout: mode free
//# touch: src/main.rs
//# patched
//# stdout: committed 1 to (?<same_third>\d+) as three
//# stdout: hits=(?<more>\d+) three (?<same_third>\d+)
//# hot: undo
//# undone
//# stdout: committed (?<same_third>\d+) to 1 as two
//# stdout: hits=(?<more>\d+) two 1
//# hot: redo
//# redone
//# stdout: hits=(?<more>\d+) three (?<same_third>\d+)

use std::sync::Mutex;
use std::thread::{sleep, spawn};
use std::time::Duration;

use hot_runtime::{before_commit, generation, hot, on_commit};

static MODE: Mutex<String> = Mutex::new(String::new());

fn label() -> &'static str {
    "one"
}

#[hot]
fn shown() -> &'static str {
    label()
}

#[hot]
fn update(hits: &mut u32) {
    *hits += 1;
    println!("hits={hits} {} {}", shown(), generation());
}

fn ask() -> Result<(), String> {
    let mode = MODE.lock().unwrap().clone();
    match mode.as_str() {
        "busy" => Err("a game is being saved".into()),
        "panic" => panic!("on purpose"),
        _ => Ok(()),
    }
}

fn main() {
    before_commit(|_| ask());
    on_commit(|commit| println!("committed {} to {} as {}", commit.from, commit.to, shown()));
    spawn(|| {
        for line in std::io::stdin().lines() {
            *MODE.lock().unwrap() = line.unwrap();
            println!("mode {}", MODE.lock().unwrap());
        }
    });
    let mut hits = 0;
    loop {
        update(&mut hits);
        sleep(Duration::from_millis(20));
    }
}
