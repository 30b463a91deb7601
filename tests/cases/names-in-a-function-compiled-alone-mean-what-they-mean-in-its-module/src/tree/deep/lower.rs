use super::super::word as of_grandparent;

struct Local(u32);

pub(in super::super) fn of_deep() -> String {
    let Local(number) = Local(5);
    format!("v1 {} {} {} {number}", of_grandparent(), super::beside(), crate::inner::word())
}
