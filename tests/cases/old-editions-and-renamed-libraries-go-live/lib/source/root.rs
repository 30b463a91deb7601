//! As one wrote it in 2015.

mod inner {
    pub fn async() -> &'static str {
        "async"
    }
}

/// `async` and `dyn` are names here.
pub fn word(dyn: &std::fmt::Debug) -> String {
    assert_eq!(format!("{:?}", dyn), "3");
    format!("{} v1 {}", ::inner::async(), "dyn")
}
