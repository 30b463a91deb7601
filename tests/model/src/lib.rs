//! The shipped slot with loom's atomics in the place of the standard library's.
//!
//! `hot-runtime/src/slot.rs` takes its atomics from `crate::sync`. Here the file is compiled a second time, in a crate
//! whose `sync` is another one; nothing of it is copied. `tests/slot.rs` says what must hold.

#[path = "../../../hot-runtime/src/instances.rs"]
mod instances;
#[expect(unsafe_code, reason = "an address becomes a function pointer here")]
#[path = "../../../hot-runtime/src/slot.rs"]
mod slot;
mod sync;

pub use slot::{Place, Slot, place, published, resolve};

/// Publishes `body` as the runtime does it when a patch goes live; `None` brings back the callers' own.
pub fn publish<T, R>(slot: &'static Slot, body: Option<fn(T) -> R>) {
    let body = body.map_or(std::ptr::null(), |body| body as *const ());
    // SAFETY:
    // - the slot lives as long as the process.
    // - `body` is null or a function of the program. That the slot is resolved with its type, each model sees to.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    unsafe {
        slot::publish(slot, body);
    }
}

/// The same of a function that is told its caller's place.
pub fn publish_tracked<T, R>(slot: &'static Slot, body: fn(T, Place) -> R) {
    // SAFETY: as above.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    unsafe {
        slot::publish(slot, body as *const ());
    }
}

/// The two bodies of an instance: as callers know it, and what they run.
pub type Pair<T, R> = (fn(T) -> R, fn(T) -> R);

/// Publishes the second for the callers that bring the first, as the runtime does it for an instance of a generic function.
pub fn publish_instance<T, R>(slot: &'static Slot, (known, newest): Pair<T, R>) {
    // SAFETY: as above, of both.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    unsafe {
        slot::publish_instances(slot, &[instance((known, newest))]);
    }
}

/// Goes back from all that was published to what was published first.
pub fn go_back<T, R>(slot: &'static Slot, all: &[Pair<T, R>], first: &[Pair<T, R>]) {
    let [all, first] = [all, first].map(|pairs| pairs.iter().copied().map(instance).collect::<Vec<_>>());
    // SAFETY: as above, of all.
    #[expect(unsafe_code, reason = "what is published is of the type that is called")]
    unsafe {
        slot::publish_table(slot, instances::Instances::of(&all, &first));
    }
}

fn instance<T, R>((known, newest): Pair<T, R>) -> instances::Instance {
    instances::Instance { known: known as *const (), newest: newest as *const () }
}
