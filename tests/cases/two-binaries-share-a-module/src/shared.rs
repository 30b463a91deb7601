pub fn name() -> &'static str {
    "shared v1"
}
