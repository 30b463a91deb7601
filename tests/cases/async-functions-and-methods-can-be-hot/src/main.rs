//# stdout: hits=(?<more>\d+) out: v1 4 v1 a v1 1 v1 2 v1 ok v1 here v1 7$
//# no-event: 600ms
//# edit 1: s/v1 {}", text.len/v2 {}", text.len/
//# patched: measure; hot measure; not main; not update; route slice
//# stdout: hits=(?<more>\d+) out: v2 4 v1 a v1 1 v1 2 v1 ok v1 here v1 7$
//# oracle
//# edit 2: s/v1"/v2"/g
//# patched: both, World::count, World::grow, parsed, World::here, Whole::cut; hot both; hot World::count; hot World::here; hot Whole::cut; not main; not update; not measure; route slice
//# stdout: hits=(?<more>\d+) out: v2 4 v2 a v2 1 v2 2 v2 ok v2 here v2 7$
//# oracle
//# confirmed
//# edit 3: s/let grown = self.sizes.len();/pause().await;\n        let grown = self.sizes.len() + 100;\n        pause().await;/
//# patched: World::grow; hot World::grow; not main; route slice
//# stdout: hits=(?<more>\d+) out: v2 4 v2 a v2 1 v2 102 v2 ok v2 here v2 7$
//# oracle
//# edit 4: s/async fn measure(text: &str) -> String {/async fn measure(text: &str, more: usize) -> String {\n    let text = text.repeat(more);/
//# edit 4: s/measure("four")/measure("four", 2)/
//# patched: update, measure; route replay
//# stdout: hits=(?<more>\d+) out: v2 8 v2 a v2 1 v2 102 v2 ok v2 here v2 7$
//# oracle
//# edit 5: s/async fn measure(text: &str, more: usize) -> String {/fn measure(text: &str, more: usize) -> String {/
//# edit 5: s/measure("four", 2).await/measure("four", 2)/
//# edit 5: s/    pause().await;\n    format!("v2 {}", text.len/    format!("v3 {}", text.len/
//# patched: update, measure; route replay
//# stdout: hits=(?<more>\d+) out: v3 8 v2 a v2 1 v2 102 v2 ok v2 here v2 7$
//# oracle

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

/// Pending once.
async fn pause() {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[hot]
async fn measure(text: &str) -> String {
    pause().await;
    format!("v1 {}", text.len())
}

#[hot]
async fn both<'a>(one: &'a str, other: &mut String, _: Option<&u8>) -> &'a str {
    other.clear();
    pause().await;
    other.push_str("v1");
    one
}

#[hot]
async fn parsed(text: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let number: u8 = text.parse()?;
    pause().await;
    if number == 1 {
        return Ok("v1".to_owned() + " ok");
    }
    Err("v1")?
}

struct World<'a> {
    name: &'a str,
    sizes: Vec<u32>,
}

impl<'a> World<'a> {
    #[hot]
    async fn count(&self) -> (&str, usize) {
        pause().await;
        let text = "v1";
        (if self.name.is_empty() { self.name } else { text }, self.sizes.len())
    }

    #[hot]
    async fn grow(&mut self, name: &'a str) -> String {
        self.name = name;
        pause().await;
        self.sizes.push(1);
        let grown = self.sizes.len();
        let text = "v1";
        format!("{text} {grown}")
    }

    #[hot(?Send)]
    async fn here(self: Pin<&mut Self>, local: Rc<u8>) -> String {
        pause().await;
        let text = "v1";
        format!("{text} here{}", "!".repeat(usize::from(*local)))
    }
}

struct Whole(u8);

#[hot]
impl Whole {
    async fn cut(self) -> String {
        pause().await;
        let Self(number) = self;
        let text = "v1";
        format!("{text} {number}")
    }
}

async fn update() -> String {
    let mut world = World { name: "b", sizes: vec![1] };
    let mut of_both = String::new();
    let one = both("a", &mut of_both, None).await;
    let (text, count) = world.count().await;
    let counted = format!("{text} {count}");
    let grown = world.grow("c").await;
    let here = Pin::new(&mut world).here(Rc::new(0)).await;
    let parsed = parsed("1").await.unwrap_or_default();
    let cut = Whole(7).cut().await;
    format!("{} {of_both} {one} {counted} {grown} {parsed} {here} {cut}", measure("four").await)
}

#[hot]
fn step() -> String {
    let mut future = pin!(update());
    loop {
        if let Poll::Ready(text) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return text;
        }
    }
}

fn main() {
    for hits in 0u64.. {
        println!("hits={hits} out: {}", step());
        sleep(Duration::from_millis(20));
    }
}
