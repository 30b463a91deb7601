pub fn far() -> &'static str {
    "far 1"
}
