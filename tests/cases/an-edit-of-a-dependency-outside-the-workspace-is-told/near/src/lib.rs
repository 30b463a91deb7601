pub fn near() -> String {
    format!("near 1 {}", far::far())
}
