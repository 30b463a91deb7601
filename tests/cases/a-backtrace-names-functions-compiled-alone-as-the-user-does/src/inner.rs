use std::backtrace::Backtrace;

/// The functions of this file on the stack, with their places.
fn here() -> String {
    let trace = Backtrace::force_capture().to_string();
    let lines: Vec<&str> = trace.lines().map(str::trim).collect();
    let frames = lines.windows(2).filter(|pair| pair[1].contains("src/inner.rs"));
    let shown = frames.map(|pair| {
        let name = pair[0].split_once(": ").map_or("", |(_, name)| name);
        format!("{}@{}", name.split_once("::").map_or(name, |(_, rest)| rest), pair[1].rsplit('/').next().unwrap())
    });
    shown.collect::<Vec<_>>().join(" ")
}

struct Walker<'a> {
    text: &'a str,
}

trait Step {
    fn step(&self, last: bool) -> String;
}

impl Walker<'_> {
    fn walk(&self) -> String {
        let inside = || format!("v1 {} {}", self.text, self.step(false));
        inside()
    }
}

impl Step for Walker<'_> {
    fn step(&self, last: bool) -> String {
        let shown = if last { here() } else { self.step(true) };
        format!("steps v1 {shown}")
    }
}

pub fn free() -> String {
    fn nested() -> String {
        Walker { text: "v1" }.walk()
    }
    nested()
}
