use std::panic::{Location, PanicHookInfo, catch_unwind};
use std::sync::Mutex;

pub struct Spot(pub u32);

static NOTE: Mutex<String> = Mutex::new(String::new());

pub fn note(info: &PanicHookInfo<'_>) {
    *NOTE.lock().unwrap() = info.location().map(Location::to_string).unwrap_or_default();
}

pub(crate) fn places() -> String { let text = 3; format!("v1 {}:{}:{} {} {} {text}", file!(), line!(), column!(), module_path!(), include_str!("words.txt").trim()) }

pub fn named() -> String {
    fn nested() -> (u32, u32) {
        (line!(), column!())
    }
    let closure = || (line!(), column!());
    format!("v1 {:?} {:?}", nested(), closure())
}

impl Spot {
    #[track_caller]
    fn called_from() -> &'static Location<'static> {
        Location::caller()
    }

    pub(crate) fn places(&self) -> String {
        format!("v1 {} {}:{} {}", Self::called_from(), line!(), column!(), module_path!())
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "v1 {} {} {}", self.places(), Location::caller(), column!())
    }
}

pub(in crate) fn caught() -> String {
    let numbers = [1, 2];
    let mut text = String::from("v1 caught");
    for at in 1..4 {
        NOTE.lock().unwrap().clear();
        let result = catch_unwind(|| { let inside = numbers[at]; inside });
        text += &format!(" {:?} {}", result.ok(), NOTE.lock().unwrap());
    }
    let result = catch_unwind(|| Spot(0).0.checked_sub(1).unwrap()); text += &format!(" {} {}", result.is_ok(), NOTE.lock().unwrap());
    text
}
