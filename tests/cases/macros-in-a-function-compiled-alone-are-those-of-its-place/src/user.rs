pub struct Meter(u32);

impl Meter {
    fn read(&self) -> String {
        macro_rules! own {
            ($e:expr) => {
                $e + 100
            };
        }
        format!("v1 {} {}", own!(self.0), said!("method"))
    }
}

pub fn of_file() -> String {
    let text = format!("file v1 {} {} {}", said!("file"), doubled!(4), Meter(doubled!(3)).read());
    text
}

macro_rules! said {
    ($text:expr) => {
        concat!("of the file ", $text)
    };
}

pub mod inner {
    pub fn of_inner() -> String {
        let list = vec![1, 2, doubled!(9)];
        assert!(matches!(list.as_slice(), [1, ..]), "{}", said!("never"));
        format!("inner v1 {} {list:?} {}", said!("inner"), crate::by_path::named!(c))
    }
}
