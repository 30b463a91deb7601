pub struct Near {
    pub first: u32,
    pub second: u64,
}

pub fn near() -> Near {
    Near { first: 1, second: 2 }
}
