use std::fmt::Debug;

use hot_runtime::hot;

#[hot]
pub fn shown<T: Debug>(value: &T) -> String {
    format!("v1 {value:?}")
}

#[hot]
pub trait Shape {
    fn sides(&self) -> u32;

    fn corners(&self) -> u32 {
        self.sides()
    }
}

pub struct Pair<T>(pub T, pub T);

#[hot]
impl<T: Debug> Pair<T> {
    pub fn text(&self) -> String {
        format!("pair v1 {:?} {:?}", self.0, self.1)
    }
}

pub trait Describe {
    fn describe(&self) -> String;
}

#[hot]
impl<T: Shape + ?Sized> Describe for T {
    fn describe(&self) -> String {
        format!("described v1 {}", self.sides())
    }
}

/// An instance of the library's own.
pub fn own() -> String {
    shown(&1)
}
