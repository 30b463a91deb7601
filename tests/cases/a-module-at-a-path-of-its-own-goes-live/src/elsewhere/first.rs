pub(crate) fn name() -> &'static str {
    "one v1"
}
