//# stdout: 1 [12]$
//# edit 1: s@hp: u32,@armour: u64, hp: u32,@
//# edit 1: s@Enemy { hp: 1 }@Enemy { armour: 7, hp: 1 }@
//# patched: enemy
//# stdout: (?<more>\d+) \d+$

#![allow(unexpected_cfgs, unused)]

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread::{self, sleep};
use std::time::Duration;

use hot_runtime::{Live, hot};

static OTHER: AtomicU32 = AtomicU32::new(1);

#[hot]
struct World {
    enemy: Enemy,
    call: Option<Box<dyn FnMut() -> u32>>,
    object: Option<Box<dyn Grow>>,
}

#[hot]
struct Enemy {
    hp: u32,
}

trait Grow {
    fn grow(&mut self) -> u32;
}

#[cfg(object)]
impl Grow for Enemy {
    fn grow(&mut self) -> u32 {
        grow(self)
    }
}

#[hot]
fn enemy() -> Enemy {
    Enemy { hp: 1 }
}

#[hot]
fn grow(enemy: &mut Enemy) -> u32 {
    enemy.hp += 1;
    enemy.hp
}

#[cfg(thread)]
#[hot]
fn spawn() {
    thread::spawn(|| {
        let mut own = enemy();
        loop {
            OTHER.store(grow(&mut own), Ordering::Relaxed);
            sleep(Duration::from_millis(20));
        }
    });
}

#[hot]
fn start() -> World {
    let mut world = World { enemy: enemy(), call: None, object: None };
    #[cfg(closure)]
    {
        let mut own = enemy();
        world.call = Some(Box::new(move || grow(&mut own)));
    }
    #[cfg(object)]
    {
        world.object = Some(Box::new(enemy()));
    }
    world
}

#[hot]
fn update(world: &mut World) -> u32 {
    if let Some(call) = &mut world.call {
        OTHER.store(call(), Ordering::Relaxed);
    }
    if let Some(object) = &mut world.object {
        OTHER.store(object.grow(), Ordering::Relaxed);
    }
    world.enemy.hp += 1;
    world.enemy.hp - 1
}

#[cfg(future)]
#[hot(?Send)]
async fn live() {
    let mut own = enemy();
    loop {
        OTHER.store(grow(&mut own), Ordering::Relaxed);
        pause().await;
    }
}

async fn pause() {
    struct Once(bool);
    impl Future for Once {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
        }
    }
    Once(false).await;
}

fn main() {
    let mut world = Live::new(start);
    #[cfg(thread)]
    spawn();
    #[cfg(future)]
    let mut future = pin!(live());
    loop {
        println!("{} {}", update(&mut world.borrow_mut()), OTHER.load(Ordering::Relaxed));
        #[cfg(future)]
        let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        sleep(Duration::from_millis(20));
    }
}
