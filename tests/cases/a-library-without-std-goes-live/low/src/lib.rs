//! Of core and alloc alone.
#![no_std]

extern crate alloc;

use alloc::string::String;

// later

pub fn text(n: usize) -> String {
    alloc::format!("low {}", n)
}
