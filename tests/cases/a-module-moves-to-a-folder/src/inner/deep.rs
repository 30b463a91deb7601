pub(crate) fn name() -> &'static str {
    "deep"
}
