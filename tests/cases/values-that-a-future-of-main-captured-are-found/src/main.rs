//# stdout: n=(?<more>\d+) out: 1 1
//# edit 1: s/struct P { hp: u64 }/struct P { armour: u64, hp: u64 }/
//# edit 1: s/P { hp: 1 }/P { armour: 5, hp: 1 }/
//# refused: layout-changed; says `list: Vec<P>`, passed through the hot function `poll_it`
//# stdout: n=(?<more>\d+) out: 1 1
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use hot_runtime::hot;

#[repr(C)]
struct P { hp: u64 }

fn step(list: &mut Vec<P>, n: u32) {
    if list.len() < 4 {
        list.push(P { hp: 1 });
    }
    println!("n={n} out: {} {}", list[0].hp, list[list.len() - 1].hp);
}

struct Once(bool);
impl Future for Once {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 { return Poll::Ready(()) }
        self.0 = true;
        Poll::Pending
    }
}

#[hot]
fn poll_it<F: Future<Output = ()>>(f: Pin<&mut F>) {
    let _ = f.poll(&mut Context::from_waker(Waker::noop()));
}

fn main() {
    let mut future = pin!(async {
        let mut list = Vec::new();
        for n in 1.. {
            step(&mut list, n);
            Once(false).await;
        }
    });
    loop {
        poll_it(future.as_mut());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
