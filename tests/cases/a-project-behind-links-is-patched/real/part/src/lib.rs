pub fn part() -> &'static str {
    "part 1"
}
