pub fn of_inner() -> String {
    String::from("inner")
}
