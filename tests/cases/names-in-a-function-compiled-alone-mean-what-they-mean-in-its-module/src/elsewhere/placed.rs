fn own() -> &'static str {
    "own"
}

pub(crate) fn of_placed() -> String {
    format!("v1 {} {}", own(), super::word())
}
