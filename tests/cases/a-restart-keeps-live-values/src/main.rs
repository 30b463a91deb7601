//# stdout: setup v1
//# stdout: tick=\d+ \S.* hp 1 2 3 towers 0:0 1:0 2:0 best 0
//# stdin: hit
//# stdout: tick=(?<more>\d+) C . far: true . hp 301 302 303 towers 0:7 1:8 2:9 best 5
//# edit 1: s/setup v1/setup v2/
//# restart-needed: main
//# hot: restart --keep-state; says with 5 live values
//# restarted
//# stdout: setup v2
//# stdout: tick=(?<more>\d+) C . far: true . hp 301 302 303 towers 0:7 1:8 2:9 best 5
//# edit 2: s/static HITS: Mutex<u32>/static HITS: Mutex<u64>/
//# edit 2: s@// armour@#[hot(default = 100)] armour: i32,@
//# edit 2: s@Enemy { hp: points@Enemy { armour: 1, hp: points@
//# edit 2: s@tick: u64@#[hot(was = "tick")] ticks: f64@
//# edit 2: s@{ tick: 0, @{ ticks: 0.0, @
//# edit 2: s@world.tick += 1@world.ticks += 1.0@
//# edit 2: s@world.tick, @world.ticks, @
//# edit 2: s@it.hp, @it.hp + it.armour, @
//# edit 2: s@A, B(u8), C { far: bool }@B(i64), #[hot(was = "A")] Near, C { far: bool, #[hot(default = 7)] left: u8 }@
//# edit 2: s@Kind::A,@Kind::Near,@
//# edit 2: s@C { far: true }@C { far: true, left: 1 }@
//# refused: static-changed
//# hot: restart --keep-state; says with 5 live values
//# restarted
//# stdout: setup v2
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:7 1:8 2:9 best 5
//# edit 3: s/static HITS: Mutex<u64>/static HITS: Mutex<i64>/
//# edit 3: s@hp: i32,@hp: u8,@
//# edit 3: s@hp: points@hp: points as u8@
//# edit 3: s@it.hp + it.armour@it.hp as i32 + it.armour@
//# edit 3: s@it.hp += 300@it.hp += 0@
//# refused: static-changed
//# hot: restart --keep-state; fails; says `World.enemies[0].hp`: 301 has no place in a `u8`
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:7 1:8 2:9 best 5
//# edit 31: s/static HITS: Mutex<i64>/static HITS: Mutex<u64>/
//# edit 31: s@best {best}@top {best}@
//# edit 31: s@hp: u8,@hp: i32,@
//# edit 31: s@points as u8@points as i32@
//# patched: update
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:7 1:8 2:9 top 5
//# edit 32: s/static HITS: Mutex<u64>/static HITS: Mutex<i64>/
//# edit 32: s@top {best}@best {best}@
//# edit 32: s@hp: i32,@hp: u8,@
//# edit 32: s@points as i32@points as u8@
//# refused: static-changed
//# edit 4: s@hp: u8,@hp: u16,@
//# edit 4: s@points as u8@points as u16@
//# refused: static-changed
//# hot: restart --keep-state; says with 5 live values
//# restarted
//# stdout: setup v2
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:7 1:8 2:9 best 5
//# edit 5: s@Score { best: Some(None) }@nothing@
//# compile-error: cannot find value
//# hot: restart --keep-state; fails; says was not built
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:7 1:8 2:9 best 5
//# edit 6: s@nothing@Score { best: Some(None) }@
//# edit 6: s@level: u8,@level: u8, #[hot(default = 3)] range: u8,@
//# edit 6: s@level: 0@level: 0, range: 1@
//# edit 6: s@tower.level)@tower.level + tower.range)@
//# patched: level
//# stdout: tick=(?<more>\d+) C.*left: 7.* hp 401 402 403 towers 0:10 1:11 2:12 best 5

use std::cell::RefCell;
use std::io::stdin;
use std::sync::{LazyLock, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

use hot_runtime::{Live, hot};
use serde::{Deserialize, Serialize};

#[hot(serde)]
#[derive(Serialize, Deserialize)]
struct World {
    tick: u64,
    enemies: Vec<Enemy>,
}

#[hot]
#[derive(Serialize, Deserialize)]
struct Enemy {
    hp: i32,
    // armour
    kind: Kind,
}

#[hot]
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Kind {
    A, B(u8), C { far: bool }
}

#[hot(serde)]
#[derive(Serialize, Deserialize)]
struct Tower {
    number: u8,
    level: u8,
}

#[hot(serde)]
#[derive(Serialize, Deserialize, Default)]
struct Score {
    #[serde(rename = "highest")]
    best: Option<Option<u32>>,
}

static SCORE: LazyLock<Mutex<Live<Score>>> = LazyLock::new(|| Mutex::new(Live::new(score)));
static HITS: Mutex<u32> = Mutex::new(0);

#[hot]
fn score() -> Score {
    Score { best: Some(None) }
}

#[hot]
fn enemy((hp, kind): (i32, Kind)) -> Enemy {
    make(hp, kind)
}

fn make(points: i32, kind: Kind) -> Enemy {
    Enemy { hp: points, kind }
}

#[hot]
fn start() -> World {
    let kinds = [Kind::A, Kind::B(2), Kind::C { far: true }];
    World { tick: 0, enemies: (1..4).zip(kinds).map(enemy).collect() }
}

#[hot]
fn update(world: &mut World, towers: &mut [Live<Tower>]) {
    world.tick += 1;
    let hits = std::mem::take(&mut *HITS.lock().unwrap());
    for _ in 0..hits {
        world.enemies.iter_mut().for_each(|it| it.hp += 300);
        towers.iter_mut().for_each(|it| raise(&mut it.borrow_mut()));
        better(&mut SCORE.lock().unwrap().borrow_mut());
    }
    let kind = &world.enemies[2].kind;
    let shown: Vec<String> = world.enemies.iter().map(|it| format!("{}", it.hp, )).collect();
    let levels: Vec<String> = towers.iter().map(|it| level(&it.borrow())).collect();
    let best = best(&SCORE.lock().unwrap().borrow());
    println!("tick={} {kind:?} hp {} towers {} best {best}", world.tick, shown.join(" "), levels.join(" "));
}

#[hot]
fn raise(tower: &mut Tower) {
    tower.level += 7 + tower.number;
}

#[hot]
fn level(tower: &Tower) -> String {
    format!("{}:{}", tower.number, tower.level)
}

#[hot]
fn better(score: &mut Score) {
    score.best = Some(Some(5));
}

#[hot]
fn best(score: &Score) -> u32 {
    score.best.unwrap().unwrap_or(0)
}

thread_local! {
    static TOWERS: RefCell<Vec<Live<Tower>>> = RefCell::new((0..3).map(|number| Live::new(move || tower(number))).collect());
}

#[hot]
fn tower(number: u8) -> Tower {
    Tower { number, level: 0 }
}

fn main() {
    println!("setup v1");
    spawn(|| {
        for _ in stdin().lines() {
            *HITS.lock().unwrap() += 1;
        }
    });
    let mut world = Live::new(start);
    loop {
        TOWERS.with_borrow_mut(|towers| update(&mut world.borrow_mut(), towers));
        sleep(Duration::from_millis(20));
    }
}
