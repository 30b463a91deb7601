use std::cell::RefCell;

pub struct Outer<'log> {
    log: &'log RefCell<String>,
}

pub trait Who {
    fn who(&self) -> &'static str;

    fn how(&self) -> &'static str {
        "trait's"
    }
}

impl Who for Outer<'_> {
    fn who(&self) -> &'static str {
        "trait"
    }
}

impl<'log> Outer<'log> {
    pub fn new(log: &'log RefCell<String>) -> Self {
        Self { log }
    }

    pub fn shown(&self) -> &'static str {
        self.who()
    }

    pub fn kept(&self) -> &'static str {
        let who = || "kept";
        who()
    }

    pub fn asked(&self) -> &'static str {
        self.how()
    }

    #[inline]
    fn how(&self) -> &'static str {
        "own"
    }

    fn who(&self) -> &'static str {
        "private"
    }
}

impl Drop for Outer<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push_str("dropped");
    }
}
