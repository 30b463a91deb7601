pub fn number() -> u32 {
    5
}
