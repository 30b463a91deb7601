pub struct Behind;

impl Behind {
    pub fn get(&self) -> &'static str {
        "behind"
    }
}

pub struct Lazy(inner::Lazy, Behind);

impl std::ops::Deref for Lazy {
    type Target = Behind;

    fn deref(&self) -> &Behind {
        &self.1
    }
}

mod inner {
    pub struct Lazy;

    impl Lazy {
        pub(super) fn get(&self) -> &'static str {
            "inner"
        }
    }
}

pub fn shown() -> String {
    let lazy = Lazy(inner::Lazy, Behind);
    format!("lazy v1 {} and {}", lazy.0.get(), lazy.get())
}
