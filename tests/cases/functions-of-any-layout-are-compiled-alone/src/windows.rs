//! Lines.

pub struct Lines(pub &'static str);

pub fn text() -> String {
    format!("windows v1 {} {} {:?}", line!(), column!(), "one
    two\
    three")
}

impl Lines {
    /// Text.
    pub fn text(&self) -> String {
        format!("{} v1 {} {}", self.0, line!(), column!())
    }
}
