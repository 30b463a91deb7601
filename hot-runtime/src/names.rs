//! The names that the macro, the runtime and `cargo hot` must spell alike.
//!
//! `hot-macros` cannot be linked by the others (a proc-macro crate exports macros alone), so it repeats what it needs;
//! a test in `hot-runtime` compares them through an expansion.

/// At this environment variable, set for rustc, `#[hot]` expands; without it the item stays token for token.
pub const EXPAND_VARIABLE: &str = "CARGO_HOT_EXPAND";

/// The first word of its value for an optimized build, where equal bodies must be kept apart.
pub const EXPAND_OPTIMIZED: &str = "optimized";

/// The first word of its value for any other.
pub const EXPAND_PLAIN: &str = "plain";

/// A word behind, where calls that panic may be held.
pub const EXPAND_HOLDING: &str = "holding";

/// The body of `update` is a sibling function of this prefix: `__hot_update`.
pub const BODY_PREFIX: &str = "__hot_";

/// The slot of a hot function is a static inside it: this prefix and 16 hex digits, a hash of the signature's tokens.
///
/// A changed signature is therefore another slot: old callers go on with the old body, and can never reach the new one.
pub const SLOT_PREFIX: &str = "__HOT_SLOT_";

/// Behind the digits, where the function is given the place of its caller: only a body that stands alone takes that from its
/// wrapper.
pub const TRACKED_SUFFIX: &str = "t";

/// Where a trait is implemented, its bodies are in an implementation of a trait of this name, beside the user's in a constant
/// without a name; so are the slots, whose names end with the function's there.
pub const BODIES_TRAIT: &str = "__HotBodies";

/// The root of a live type is a static of this prefix and the type's name: it leads to what tells the type's shape.
pub const TYPE_PREFIX: &str = "__HOT_TYPE_";

/// A root leads to a hot function of this prefix and the type's name.
pub const DESCRIBE_PREFIX: &str = "__describe_";

/// The slot of the runtime's own hot function, which makes live values; the runtime is compiled as any dependency is.
pub const LIVE_SLOT: &str = "__cargo_hot_live_slot";

/// The body of that function: its instances are in the objects of those who call it.
pub const LIVE_BODY: &str = "__hot_construct";
