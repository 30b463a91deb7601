//! Whatever the order in which threads run and see each other's writes, a caller runs a whole body: the old or the new.

mod process;

use loom::model;
use loom::thread;
use process::{Body, Process, call, first, often_enough, original, second, slot};
use slot_model::{Pair, Place, Slot, go_back, place, publish, publish_instance, publish_tracked, published, resolve};
use std::sync::Arc;

fn live(slot: &'static Slot, body: Body) {
    publish::<&Process, u32>(slot, Some(body));
}

#[test]
fn a_caller_runs_the_old_body_or_the_whole_new_one() {
    model(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        let callers = [(); 2].map(|()| {
            let process = Arc::clone(&process);
            thread::spawn(move || assert!(call(slot, &process) <= 1))
        });
        process.patches[0].load(1);
        live(slot, first);
        for caller in callers {
            caller.join().unwrap();
        }
        assert_eq!(call(slot, &process), 1);
    });
}

#[test]
fn a_caller_that_tells_its_place_runs_its_own_body_or_the_whole_new_one() {
    #[track_caller]
    fn call(slot: &'static Slot, process: &Process) -> u32 {
        match published::<fn(&Process, Place) -> u32>(slot) {
            Some(newest) => newest(process, place()),
            None => original(process),
        }
    }
    model(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || assert!([0, line!()].contains(&call(slot, &process))))
        };
        process.patches[0].load(1);
        publish_tracked::<&Process, u32>(slot, |process, place| process.patches[0].run() * place.line());
        caller.join().unwrap();
    });
}

#[test]
fn a_caller_never_goes_back_to_an_older_body() {
    model(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                let [one, two, three] = [(); 3].map(|()| call(slot, &process));
                assert!(one <= two && two <= three && three <= 2, "{one} {two} {three}");
            })
        };
        process.patches[0].load(1);
        live(slot, first);
        process.patches[1].load(2);
        live(slot, second);
        caller.join().unwrap();
        assert_eq!(call(slot, &process), 2);
    });
}

/// A caller may wait for the swap to be seen, as a program does that spins.
#[test]
fn a_swap_is_seen_in_the_end() {
    model(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                while call(slot, &process) == 0 {
                    thread::yield_now();
                }
            })
        };
        process.patches[0].load(1);
        live(slot, first);
        caller.join().unwrap();
    });
}

#[test]
fn a_slot_that_is_emptied_gives_the_callers_body() {
    model(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        process.patches[0].load(1);
        live(slot, first);
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || assert!(call(slot, &process) <= 1))
        };
        publish::<&Process, u32>(slot, None);
        caller.join().unwrap();
        assert_eq!(call(slot, &process), 0);
    });
}

/// Another instance than `original`.
fn other(_: &Process) -> u32 {
    10
}

fn call_other(slot: &'static Slot, process: &Process) -> u32 {
    resolve::<Body>(slot, other)(process)
}

#[test]
fn a_caller_runs_a_body_of_its_own_instance() {
    often_enough(|| {
        let (slot, process) = (slot(), Arc::new(Process::default()));
        let callers = [call, call_other].map(|call| {
            let process = Arc::clone(&process);
            thread::spawn(move || call(slot, &process))
        });
        process.patches[0].load(1);
        let published: [Pair<&Process, u32>; 2] = [(original, first), (original, second)];
        publish_instance(slot, published[0]);
        process.patches[1].load(2);
        publish_instance(slot, published[1]);
        go_back(slot, &published, &published[..1]);
        let [one, another] = callers.map(|caller| caller.join().expect("a caller ends"));
        assert!([0, 1, 2].contains(&one), "{one}");
        assert_eq!(another, 10);
        assert_eq!((call(slot, &process), call_other(slot, &process)), (1, 10));
        // The body that was taken back may still be brought.
        assert_eq!(resolve::<Body>(slot, second)(&process), 1);
    });
}
