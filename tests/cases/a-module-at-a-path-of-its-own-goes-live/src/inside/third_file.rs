pub(crate) fn name() -> &'static str {
    "three v1"
}
