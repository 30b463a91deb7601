use std::fmt::Debug;

use hot_runtime::hot;

#[hot]
pub fn shown<T: Debug>(value: &T) -> String {
    format!("v1 {value:?}")
}

/// The program has an instance of this for its own type alone, and the library's for a number.
pub fn own() -> String {
    shown(&1_u8)
}
