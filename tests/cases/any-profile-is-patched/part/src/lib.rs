macro_rules! made {
    ($type:ty) => {
        pub struct Made {
            pub value: $type,
        }
    };
}

made!(u64);

static MADE: std::sync::Mutex<Made> = std::sync::Mutex::new(Made { value: 3 });

pub fn part() -> String {
    "part 1".to_owned()
}

pub fn size() -> usize {
    size_of_val(&MADE.lock().unwrap().value)
}
