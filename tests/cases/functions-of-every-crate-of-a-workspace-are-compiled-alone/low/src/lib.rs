//! Of the 2021 edition.

pub struct Low {
    pub number: u32,
}

impl Low {
    pub fn shown(&self) -> String {
        let more: u8 = 5u16.try_into().unwrap();
        format!("shown v1 {} {more}", self.number)
    }
}

pub fn of_low() -> String {
    let text = "low v1";
    text.to_string()
}
