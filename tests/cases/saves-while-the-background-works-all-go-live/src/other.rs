pub const fn text() -> &'static str {
    "b0"
}
