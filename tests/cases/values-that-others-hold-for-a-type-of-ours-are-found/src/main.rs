//# stdout: n=(?<more>\d+) out: 7
//# edit 1: s/type Item = u32;/type Item = f32;/
//# edit 1: s/Option<u32> { Some(7) }/Option<f32> { Some(7.0) }/
//# refused: layout-changed; says `Peekable<Gen>` has other fields than before while values of the old one may be alive: held by the static `KEPT`
//# stdout: n=(?<more>\d+) out: 7
use std::sync::Mutex;
use std::iter::Peekable;
use hot_runtime::hot;

struct Gen;

impl Iterator for Gen {
    type Item = u32;
    fn next(&mut self) -> Option<u32> { Some(7) }
}

static KEPT: Mutex<Option<Peekable<Gen>>> = Mutex::new(None);

#[hot]
fn update(n: u32) {
    let mut kept = KEPT.lock().unwrap();
    let kept = kept.get_or_insert_with(|| Gen.peekable());
    println!("n={n} out: {}", kept.peek().unwrap());
}

fn main() {
    for n in 1.. {
        update(n);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
