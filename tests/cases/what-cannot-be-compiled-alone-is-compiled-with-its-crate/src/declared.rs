pub fn text() -> &'static str {
    "FILE v1"
}
