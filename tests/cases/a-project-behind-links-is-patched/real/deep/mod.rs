pub fn deep() -> &'static str {
    "deep 1"
}
