//! How fast the world lives.

use hot_runtime::hot;

/// Ticks of the world in a second; the keys + and - multiply it.
#[hot]
pub(crate) fn ticks_per_second() -> f32 {
    20.0
}
