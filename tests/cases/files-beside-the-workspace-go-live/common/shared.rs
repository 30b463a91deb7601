pub fn shared() -> u32 {
    1
}
