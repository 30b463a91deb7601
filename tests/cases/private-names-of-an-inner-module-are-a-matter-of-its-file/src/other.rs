pub fn first(numbers: &[u8]) -> String {
    format!("other v1 {}", numbers.get(0).copied().unwrap_or(0))
}
