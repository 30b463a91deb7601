pub(crate) fn name() -> &'static str {
    "two v1"
}
