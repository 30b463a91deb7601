pub fn number() -> u32 {
    1
}

#[inline]
pub fn inlined() -> u32 {
    number() * 10
}
