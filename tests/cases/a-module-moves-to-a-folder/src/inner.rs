pub(crate) mod deep;

pub(crate) fn name() -> &'static str {
    "v1"
}
