//# stdout: out: v1 
//# no-event: 600ms
//# edit 1: s/v1/v2/g
//# patched: Name::fmt, Steps::next, Settings::default, Label::from, Circle::of_hot, Quiet::say, Loud::say; route slice; not main
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 2: s/self.0 * 3/self.0 * 4/
//# patched: Circle::of_hot; route slice; not Square::area
//# stdout: hits=(?<more>\d+) out: v2 
//# oracle
//# confirmed
//# edit 3: s/self.0 * self.0/self.0 * 100/
//# restart-needed: Square::area; says `main`
//# no-event: 2000ms
//# edit 4: s/self.0 * 4/self.0 * 5/
//# patched: Circle::of_hot; route slice
//# stdout: hits=(?<more>\d+) out: v2 .*\[1[01], 9\]

use std::fmt;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Name(u32);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1 name {}", self.0)?;
        f.write_str("!")
    }
}

struct Steps {
    at: u32,
}

impl Iterator for Steps {
    type Item = String;

    fn next(&mut self) -> Option<Self::Item> {
        self.at += 1;
        (self.at < 4).then(|| format!("v1 {}", self.at))
    }
}

#[derive(Debug)]
struct Settings {
    name: &'static str,
    depth: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { name: "v1", depth: 3 }
    }
}

struct Label(String);

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self(format!("v1{text} v1"))
    }
}

trait Shape {
    fn area(&self) -> u32;
}

struct Circle(u32);
struct Square(u32);

impl Circle {
    #[hot]
    fn of_hot(&self) -> u32 {
        self.0 * 3 + u32::from("v1" == "v2")
    }
}

impl Shape for Circle {
    fn area(&self) -> u32 {
        self.of_hot()
    }
}

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

trait Animal {
    const NOISE: &'static str;
    type Food: Default + fmt::Debug;

    fn say(self: Box<Self>, food: Self::Food) -> String;

    fn twice() -> u32 {
        2
    }
}

struct Quiet;
struct Loud;

impl Animal for Quiet {
    const NOISE: &'static str = "...";
    type Food = u8;

    fn say(self: Box<Self>, food: Self::Food) -> String {
        format!("v1 {} {food:?} {}", Self::NOISE, Self::twice())
    }
}

impl Animal for Loud {
    const NOISE: &'static str = "WOW";
    type Food = (u8, char);

    fn say(self: Box<Self>, food: (u8, char)) -> String {
        let other = Self::Food::default();
        format!("v1 {} {food:?} {other:?} {}", Self::NOISE, <Self as Animal>::twice())
    }

    fn twice() -> u32 {
        4
    }
}

fn show(shown: &dyn fmt::Display) -> String {
    shown.to_string()
}

#[hot]
fn update(hits: &mut u32, shapes: &[Box<dyn Shape>]) {
    *hits += 1;
    let settings = Settings::default();
    println!(
        "hits={hits} out: v1 {} {:?} {:?} {settings:?} {} {} {:?} {} {}",
        show(&Name(2)),
        (Steps::next as fn(&mut Steps) -> Option<String>)(&mut Steps { at: 1 }),
        Steps { at: 0 }.collect::<Vec<_>>(),
        settings.depth + settings.name.len() as u32,
        Label::from("inside").0,
        shapes.iter().map(|shape| shape.area()).collect::<Vec<_>>(),
        Box::new(Quiet).say(7),
        Box::new(Loud).say((8, 'x')),
    );
}

fn main() {
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Circle(2)), Box::new(Square(3))];
    let mut hits = 0;
    loop {
        update(&mut hits, &shapes);
        sleep(Duration::from_millis(20));
    }
}
