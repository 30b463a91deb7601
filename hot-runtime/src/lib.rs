//! Marks functions `#[hot]` and runs the new code of a save inside the process that `cargo hot run` started.
//!
//! ```
//! use hot_runtime::hot;
//!
//! #[hot]
//! fn area(width: u32, height: u32) -> u32 {
//!     width * height
//! }
//!
//! assert_eq!(area(2, 3), 6);
//! ```

// What `#[hot]` writes speaks of the crate by its name.
#[cfg(test)]
extern crate self as hot_runtime;

#[expect(unsafe_code, reason = "a reference is lent to one call after the other")]
mod again;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "signals, credentials and the environment are the system's")]
mod agent;
#[expect(unsafe_code, reason = "a comment is assembly too")]
mod apart;
mod calls;
mod commit;
mod consistency;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "the system copies the process")]
mod copy;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "descriptors are closed by number")]
mod descriptors;
mod future;
#[expect(unsafe_code, reason = "the system is asked for a barrier on all threads")]
mod gate;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "addresses are published as functions")]
mod generations;
mod hold;
mod hooks;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "the loader's list is walked through a callback")]
mod image;
mod instances;
#[doc(hidden)]
#[expect(unsafe_code, reason = "values are moved as the bytes that they are")]
pub mod live;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "a library is mapped, and its tables are read")]
mod load;
#[doc(hidden)]
pub mod manifest;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod migration;
#[doc(hidden)]
pub mod names;
mod point;
#[expect(unsafe_code, reason = "an address becomes a function pointer here")]
mod slot;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[expect(unsafe_code, reason = "a static of the standard library is put back to its start")]
mod symbolize;
mod sync;
mod watch;
#[cfg(unix)]
#[doc(hidden)]
pub mod wire;

/// What `#[hot(serde)]` needs.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_serde {
    ($($code:tt)*) => {
        $($code)*
    };
}

/// What `#[hot(serde)]` needs.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_serde {
    ($($code:tt)*) => {
        ::core::compile_error!(
            "`#[hot(serde)]` needs serde: `hot-runtime = { version = \"..\", features = [\"serde\"] }` in Cargo.toml"
        );
    };
}

#[doc(hidden)]
pub use again::{ByCopy, ByMove, Kept, Lent};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[doc(hidden)]
pub use agent::start;
#[doc(hidden)]
pub use apart::keep_apart;
#[doc(hidden)]
pub use calls::{Call, Polled, enter, polled};
pub use commit::generation;
pub use consistency::{Consistency, set_consistency};
#[doc(hidden)]
pub use future::{
    LocalFuture, LocalHidden, Returns, SendFuture, SendHidden, local_future, local_hidden, never, send_future,
    send_hidden,
};
#[doc(hidden)]
pub use hold::hold;
pub use hooks::{Commit, before_commit, on_commit};
pub use hot_macros::hot;
#[doc(hidden)]
pub use hot_macros::hot_body;
pub use live::{Live, LiveValue, Old, Ref, RefMut, live_values};
pub use point::sync_point;
#[doc(hidden)]
pub use slot::{Place, Slot, direct, place, published, resolve};
