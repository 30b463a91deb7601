//! Keeps hot bodies apart that do the same.
//!
//! Of functions with equal code an optimizer keeps one, under one name. The next edit may change one of them alone, and
//! then there must be two to tell apart. So each body holds a remark of its own, in assembly: no two are equal to the
//! optimizer, and to the processor there is nothing.

/// What differs from function to function, and is no instruction.
macro_rules! remark {
    ($about:path) => {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a comment has no instruction; what it names is not referred to.
        unsafe {
            std::arch::asm!("/* {} */", sym $about, options(nomem, nostack, preserves_flags));
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = $about;
    };
}

/// Leaves a remark about `body`, the calling function itself: for each of its instances another one.
#[inline(always)]
pub fn keep_apart<Body>(_body: &Body) {
    remark!(one::<Body>);
}

/// Never called. A type's name would not do: two closures of a function are named alike. Two functions that are about each other
/// are like no others, as long as the optimizer does not begin with one of these.
fn one<Body>() {
    remark!(other::<Body>);
}

/// As [`one`].
fn other<Body>() {
    remark!(one::<Body>);
}
