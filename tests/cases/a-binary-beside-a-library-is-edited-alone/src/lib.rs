pub fn twice(number: u64) -> u64 {
    number * 2
}
