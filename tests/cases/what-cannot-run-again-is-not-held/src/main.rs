//# run: --hold-on-panic
//# stdin: outer
//# not-held: outer; says worker
//# stdout: the worker panicked
//# stdin: inner
//# held: inner; says worker
//# edit 1: s/values[9]/values[1]/
//# patched: inner
//# runs-again: inner
//# stdout: out: 2 of 2
//# stdin: resumed
//# held: inner
//# hot: resume; says `inner`
//# unwinds: inner
//# stdout: the worker panicked
//# stdin: inner
//# stdout: out: 2 of 2
use hot_runtime::hot;
use std::io::stdin;
use std::thread;

#[hot]
fn inner(values: &[u32], word: &str) -> u32 {
    assert_ne!(word, "resumed");
    values[9]
}

#[hot]
fn outer(values: Vec<u32>, word: &str) {
    assert_ne!(word, "outer");
    println!("out: {} of {}", inner(&values, word), values.len());
}

fn main() {
    for line in stdin().lines() {
        let line = line.unwrap();
        let worker = thread::Builder::new().name("worker".into());
        if worker.spawn(move || outer(vec![1, 2], &line)).unwrap().join().is_err() {
            println!("the worker panicked");
        }
    }
}
