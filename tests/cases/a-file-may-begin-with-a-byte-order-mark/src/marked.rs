const WORD: &str = "marked v1";

pub(crate) fn name() -> String {
    format!("{WORD} {}:{}:{}", file!(), line!(), 5)
}
