//! All slots of a commit change at one instant: whatever the order in which threads run and see each other's writes, a thread
//! that has run new code of a commit runs nothing older from then on.

mod process;

use loom::thread;
use process::{Process, call, first, often_enough, second, slot};
use slot_model::{Slot, enter, generation, pin_calls, publish_all};
use std::sync::Arc;

#[test]
fn who_runs_new_code_of_a_commit_runs_no_old_code_of_it_any_more() {
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        let callers = [[f, g], [g, f]].map(|slots| {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                let [one, two] = slots.map(|slot| call(slot, &process));
                assert!(one <= two, "{one} and then {two}");
            })
        });
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        for caller in callers {
            caller.join().expect("a caller ends");
        }
        assert_eq!([f, g].map(|slot| call(slot, &process)), [1, 1]);
    });
}

#[test]
fn nor_does_it_where_a_commit_follows_another() {
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                let ran = [f, g, f].map(|slot| call(slot, &process));
                assert!(ran.is_sorted(), "{ran:?}");
            })
        };
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        process.patches[1].load(2);
        publish_all(2, &[(g, Some(second)), (f, Some(second))]);
        caller.join().expect("a caller ends");
        assert_eq!([f, g].map(|slot| call(slot, &process)), [2, 2]);
    });
}

#[test]
fn what_is_taken_back_is_taken_back_at_once() {
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        let callers = [[f, g], [g, f]].map(|slots| {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                let [one, two] = slots.map(|slot| call(slot, &process));
                assert!(one >= two, "{one} and then {two}");
            })
        });
        publish_all::<&Process, u32>(0, &[(f, None), (g, None)]);
        for caller in callers {
            caller.join().expect("a caller ends");
        }
        assert_eq!([f, g].map(|slot| call(slot, &process)), [0, 0]);
    });
}

#[test]
fn the_number_of_a_generation_changes_at_the_same_instant() {
    fn in_order(f: &'static Slot, g: &'static Slot, process: &Process) {
        let before = call(f, process);
        let number = generation();
        let after = call(g, process);
        assert!(before <= number && number <= after, "{before}, {number} and {after}");
    }
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        let callers = [(f, g), (g, f)].map(|(one, other)| {
            let process = Arc::clone(&process);
            thread::spawn(move || in_order(one, other, &process))
        });
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        for caller in callers {
            caller.join().expect("a caller ends");
        }
        assert_eq!(generation(), 1);
    });
}

/// What a hot call that calls two others sees of their generations, and of its own.
fn tree(f: &'static Slot, g: &'static Slot, process: &Process) -> [u32; 3] {
    let _call = enter(f);
    let [one, two] = [f, g].map(|slot| call(slot, process));
    [one, two, generation()]
}

#[test]
fn a_call_tree_runs_one_generation() {
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        pin_calls();
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                let [before, after] = [(); 2].map(|()| tree(f, g, &process));
                assert!(
                    [before, after].iter().all(|[one, two, number]| one == two && two == number),
                    "{before:?} {after:?}"
                );
                assert!(before <= after, "{before:?} and then {after:?}");
            })
        };
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        process.patches[1].load(2);
        publish_all(2, &[(g, Some(second)), (f, Some(second))]);
        caller.join().expect("a caller ends");
        assert_eq!(tree(f, g, &process), [2; 3]);
        publish_all::<&Process, u32>(0, &[(f, None), (g, None)]);
        assert_eq!(tree(f, g, &process), [0; 3]);
    });
}

#[test]
fn a_call_tree_runs_one_generation_if_it_begins_after_they_were_asked_to() {
    often_enough(|| {
        let (f, g, process) = (slot(), slot(), Arc::new(Process::default()));
        let caller = {
            let process = Arc::clone(&process);
            thread::spawn(move || {
                pin_calls();
                let [one, two, number] = tree(f, g, &process);
                assert!(one == two && two == number, "{one} {two} {number}");
            })
        };
        process.patches[0].load(1);
        publish_all(1, &[(f, Some(first)), (g, Some(first))]);
        caller.join().expect("a caller ends");
        assert_eq!(tree(f, g, &process), [1; 3]);
    });
}
