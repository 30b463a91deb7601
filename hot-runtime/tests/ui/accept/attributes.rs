//! Attributes keep their meaning beside `#[hot]`.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]

use hot_runtime::hot;

/// Documented, and its result must be used.
#[hot]
#[must_use = "it is the answer"]
#[inline]
pub fn answer() -> u8 {
    42
}

/// # Errors
///
/// Never.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it is what this tests")]
#[expect(clippy::unnecessary_wraps)]
#[hot]
pub fn checked(value: u8) -> Result<u8, String> {
    Ok(value)
}

/// Too many arguments for clippy.
#[hot]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names)]
#[must_use]
pub fn many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    a + b + c + d + e + f + g + h
}

#[deprecated(note = "use `answer`")]
#[hot]
fn old_answer() -> u8 {
    41
}

/// Of two versions, one is there.
#[hot]
#[cfg(any())]
#[must_use]
pub fn version() -> u8 {
    1
}

/// Of two versions, one is there.
#[hot]
#[cfg(not(any()))]
#[cfg_attr(all(), must_use, cold)]
#[cfg_attr(any(), no_such_attribute)]
pub fn version() -> u8 {
    2
}

#[hot]
fn parameters(#[allow(unused_variables)] unused: u8, used: u8) -> u8 {
    used
}

#[hot]
#[inline(never)]
#[cold]
fn unlikely() -> u8 {
    3
}

#[hot]
#[test]
fn a_test_can_be_hot() {
    assert_eq!(answer(), 42);
}

#[hot]
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[must_use]
/// Every x86-64 has it.
pub fn with_sse2() -> u8 {
    4
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    #[expect(deprecated)]
    let old = old_answer();
    assert_eq!(old, 41);
    assert_eq!(answer(), 42);
    assert_eq!(checked(1), Ok(1));
    assert_eq!(many(1, 1, 1, 1, 1, 1, 1, 1), 8);
    assert_eq!(version(), 2);
    assert_eq!(parameters(1, 2), 2);
    assert_eq!(unlikely(), 3);
}
