//! The shipped slots with loom's atomics in the place of the standard library's.
//!
//! `hot-runtime/src/slot.rs`, `commit.rs` and `calls.rs` take their atomics from `crate::sync`. Here the files are compiled a second time,
//! in a crate whose `sync` is another one; nothing of them is copied. `tests/slot.rs` says what must hold of one slot,
//! `tests/commit.rs` of many.

#[path = "../../../hot-runtime/src/calls.rs"]
mod calls;
#[path = "../../../hot-runtime/src/commit.rs"]
mod commit;
mod gate;
#[path = "../../../hot-runtime/src/instances.rs"]
mod instances;
#[expect(unsafe_code, reason = "an address becomes a function pointer here")]
#[path = "../../../hot-runtime/src/slot.rs"]
mod slot;
mod sync;
mod watch;

pub use calls::{Call, Polled, enter, polled};
pub use commit::generation;
pub use slot::{Place, Slot, direct, place, published, resolve};

use slot::Change;

/// Has outermost calls pin their epoch, as the runtime does it for `Consistency::CallTree`, in a program with sync points.
pub fn pin_calls() {
    calls::watch();
    calls::pin(true);
}

/// Has calls pass the gate, as the runtime does it in a program with live types.
pub fn gate_calls() {
    calls::pass_gate();
}

/// Publishes `body` as the runtime does it when a patch goes live; `None` brings back the callers' own.
pub fn publish<T, R>(slot: &'static Slot, body: Option<fn(T) -> R>) {
    publish_all(0, &[(slot, body)]);
}

/// What a slot is to lead to; nothing for the callers' own body.
pub type Published<T, R> = (&'static Slot, Option<fn(T) -> R>);

/// Publishes a body for each slot in one commit.
pub fn publish_all<T, R>(generation: u32, all: &[Published<T, R>]) {
    let change = |(slot, body): &Published<T, R>| {
        let body = body.map_or(std::ptr::null(), |body| body as *const ());
        // SAFETY: null, or a function of the program. That the slot is resolved with its type, each model sees to.
        #[expect(unsafe_code, reason = "what is published is of the type that is called")]
        unsafe {
            Change::to_body(slot, body)
        }
    };
    commit::commit(generation, &all.iter().map(change).collect::<Vec<_>>());
}

/// Publishes a function that is told its caller's place.
pub fn publish_tracked<T, R>(slot: &'static Slot, body: fn(T, Place) -> R) {
    // SAFETY: as above.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    let change = unsafe { Change::to_body(slot, body as *const ()) };
    commit::commit(0, &[change]);
}

/// The two bodies of an instance: as callers know it, and what they run.
pub type Pair<T, R> = (fn(T) -> R, fn(T) -> R);

/// Publishes the second for the callers that bring the first, as the runtime does it for an instance of a generic function.
pub fn publish_instance<T, R>(slot: &'static Slot, (known, newest): Pair<T, R>) {
    // SAFETY: as above, of both.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    let change = unsafe { Change::to_more_instances(slot, &[instance((known, newest))]) };
    commit::commit(0, &[change]);
}

/// Goes back from all that was published to what was published first.
pub fn go_back<T, R>(slot: &'static Slot, all: &[Pair<T, R>], first: &[Pair<T, R>]) {
    let [all, first] = [all, first].map(|pairs| pairs.iter().copied().map(instance).collect::<Vec<_>>());
    // SAFETY: as above, of all.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    let change = unsafe { Change::to_table(slot, instances::Instances::of(&all, &first)) };
    commit::commit(0, &[change]);
}

fn instance<T, R>((known, newest): Pair<T, R>) -> instances::Instance {
    instances::Instance { known: known as *const (), newest: newest as *const () }
}
