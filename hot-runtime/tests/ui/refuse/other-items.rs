use hot_runtime::hot;

#[hot]
trait Draw {}

#[hot]
mod game {
    fn start() {}
    #[cfg_attr(all(), track_caller)]
    fn rows() {}
}

#[hot]
#[allow(unused_imports)]
use std::fs;

#[hot]
static COUNT: u8 = 0;

#[hot]
const LIMIT: u8 = 0;

#[hot]
type Name = String;

#[hot]
unsafe extern "C" {}

#[hot]
macro_rules! nothing {
    () => {};
}

#[hot]
nothing! {}

fn main() {}
