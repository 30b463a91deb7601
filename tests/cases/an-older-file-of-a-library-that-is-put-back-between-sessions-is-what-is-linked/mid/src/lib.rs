pub fn twice() -> u32 {
    low::number() + low::inlined()
}
