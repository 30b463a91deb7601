{
    fn included() -> u32 {
        1
    }
    included()
}
