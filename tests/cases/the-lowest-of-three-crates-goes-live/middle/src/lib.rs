//! Between.

pub fn word() -> String {
    format!("middle [{} {}]", low::word(), low::sized::<[u8; 3]>())
}

#[inline]
pub fn largest(n: u32) -> u32 {
    low::twice(n)
}
