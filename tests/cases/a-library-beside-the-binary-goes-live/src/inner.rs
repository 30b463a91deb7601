pub(crate) fn name() -> &'static str {
    "inner"
}
