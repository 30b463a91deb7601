//! `unsafe` functions and exported symbols, in a crate that allows them.
#![deny(warnings, missing_docs, unsafe_op_in_unsafe_fn)]

use hot_runtime::hot;

/// Reads a byte.
///
/// # Safety
///
/// `at` points to a byte.
#[hot]
#[must_use]
pub unsafe fn read(at: *const u8) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { *at }
}

/// For the linker.
#[hot]
#[unsafe(no_mangle)]
pub extern "C" fn exported_by_the_test(value: u32) -> u32 {
    value + 1
}

/// Holds a pointer.
#[derive(Debug)]
pub struct Raw(*const u8);

impl Raw {
    /// Reads through it.
    ///
    /// # Safety
    ///
    /// It still points to a byte.
    #[hot]
    #[must_use]
    pub unsafe extern "C" fn read(&self) -> u8 {
        // SAFETY: the caller's promise.
        unsafe { read(self.0) }
    }
}

/// Reads a byte later.
///
/// # Safety
///
/// `at` points to a byte until the future is done.
#[hot(?Send)]
pub async unsafe fn read_later(at: *const u8) -> u8 {
    std::future::ready(()).await;
    // SAFETY: the caller's promise.
    unsafe { read(at) }
}

mod linked {
    unsafe extern "C" {
        pub(super) safe fn exported_by_the_test(value: u32) -> u32;
    }
}

/// Runs all of them.
///
/// # Panics
///
/// If one does something else.
pub fn main() {
    let byte = 5;
    // SAFETY: `byte` lives on.
    assert_eq!(unsafe { read(&raw const byte) }, 5);
    // SAFETY: `byte` lives on.
    assert_eq!(unsafe { Raw(&raw const byte).read() }, 5);
    // SAFETY: `byte` lives on.
    let later = std::pin::pin!(unsafe { read_later(&raw const byte) });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert_eq!(later.poll(&mut context), std::task::Poll::Ready(5));
    assert_eq!(linked::exported_by_the_test(1), 2);
}
