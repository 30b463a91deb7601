#[inline]
pub fn of_both() -> &'static str {
    "both v1"
}

#[inline]
pub fn of_program() -> &'static str {
    "program v1"
}

#[inline]
pub fn of_nobody() -> &'static str {
    "nobody v1"
}

pub fn low() -> String {
    format!("low v1 {}", of_both())
}
