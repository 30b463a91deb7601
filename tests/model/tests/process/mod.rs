//! What the models have in common: a process with two patches, and hot calls in it.
//!
//! A patch is a cell that is empty until it is loaded. Loom fails a model in which a thread reads a cell that another one
//! may be writing, which is what a body would do that runs before its code and its imports are there.

use loom::cell::UnsafeCell;
use loom::model::Builder;
use slot_model::{Slot, direct, enter, generation, publish_all, resolve};

/// Every interleaving in which a thread is interrupted twice at most, where all of them would take many minutes.
pub(crate) fn often_enough(check: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(check);
}

/// What a process has mapped, as far as the bodies below are concerned.
#[derive(Default)]
pub(crate) struct Process {
    pub(crate) patches: [Patch; 2],
}

/// Empty until the patch is mapped and its imports are filled.
#[derive(Default)]
pub(crate) struct Patch(UnsafeCell<Option<u32>>);

// SAFETY: loom watches the cell: a model in which two threads may touch it at once, one of them to write, fails.
#[expect(unsafe_code, reason = "that its use is sound is what the models show")]
unsafe impl Sync for Patch {}

impl Patch {
    pub(crate) fn load(&self, generation: u32) {
        self.0.with_mut(|content| {
            // SAFETY: `with_mut` has failed the model if another thread could have the pointer.
            #[expect(unsafe_code, reason = "loom's cell hands out a pointer")]
            unsafe {
                *content = Some(generation);
            }
        });
    }

    pub(crate) fn run(&self) -> u32 {
        // SAFETY: `with` has failed the model if another thread could be writing.
        #[expect(unsafe_code, reason = "loom's cell hands out a pointer")]
        let content = self.0.with(|content| unsafe { *content });
        content.expect("a body runs only when its patch is loaded")
    }
}

pub(crate) type Body = fn(&Process) -> u32;

pub(crate) fn original(_: &Process) -> u32 {
    0
}

pub(crate) fn first(process: &Process) -> u32 {
    process.patches[0].run()
}

pub(crate) fn second(process: &Process) -> u32 {
    process.patches[1].run()
}

/// A hot call: what the expansion of `#[hot]` does.
pub(crate) fn call(slot: &'static Slot, process: &Process) -> u32 {
    match direct::<Body>(slot, original) {
        Some(newest) => newest(process),
        None => {
            let _call = enter(slot);
            resolve::<Body>(slot, original)(process)
        }
    }
}

/// A slot of this run of the model; the few bytes are never given back, like those of a static.
pub(crate) fn slot() -> &'static Slot {
    let slot: &Slot = Box::leak(Box::default());
    // Loom's objects are made at their first use, and have to be there before the threads, like statics.
    assert!(direct::<Body>(slot, original).is_some());
    publish_all::<&Process, u32>(0, &[]);
    assert_eq!(generation(), 0);
    slot
}
