pub fn name() -> &'static str {
    "v1"
}
