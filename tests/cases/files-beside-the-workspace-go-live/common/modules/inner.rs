pub(super) fn more() -> u32 {
    0
}
