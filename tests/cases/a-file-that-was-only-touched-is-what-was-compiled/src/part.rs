pub fn number() -> u32 {
    1
}
