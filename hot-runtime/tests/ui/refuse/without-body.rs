use hot_runtime::hot;

trait Draw {
    #[hot]
    fn draw(&self);
}

unsafe extern "C" {
    #[hot]
    fn getpid() -> i32;
}

fn main() {}
