use hot_runtime::hot;

#[hot]
#[derive(Clone)]
struct Player;

#[hot]
pub enum State {}

#[hot]
union Bits {
    _byte: u8,
}

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
