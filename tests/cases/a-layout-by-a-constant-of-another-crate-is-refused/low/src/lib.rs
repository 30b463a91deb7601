//! Below.

pub const WIDTH: usize = 4;
