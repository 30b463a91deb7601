//! Keeps hot bodies apart that do the same.
//!
//! Of functions with equal code an optimizer keeps one, under one name. The next edit may change one of them alone, and
//! then there must be two to tell apart. So each body holds a remark of its own, in assembly: no two are equal to the
//! optimizer, and to the processor there is nothing.

use std::any::type_name;

/// Leaves a remark about `body`, the calling function itself: for each of its instances another one.
#[inline(always)]
pub fn keep_apart<Body>(_body: &Body) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a comment has no instruction; what it names is not referred to.
    unsafe {
        std::arch::asm!("/* {} */", sym name::<Body>, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = name::<Body>;
}

/// Never called. Differs from type to type, or the optimizer would begin by making one of these.
fn name<Body>() -> &'static str {
    type_name::<Body>()
}
