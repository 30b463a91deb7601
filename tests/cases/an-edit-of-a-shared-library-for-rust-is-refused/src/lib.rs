#[unsafe(no_mangle)]
pub extern "C" fn part_size() -> usize {
    part().len()
}

pub fn part() -> &'static str {
    "part 1"
}
