pub fn size() -> &'static str {
    "m"
}
