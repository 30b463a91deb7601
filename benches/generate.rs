//! Writes a binary crate of a given size: ordinary Rust, the same at every call, edited in two places.
//!
//! A crate is a row of alike modules (structs, a trait, enums for commands and faults, maps, closures, formatting), one
//! hot function that calls each of them by turns, and a loop around it. The edits are numbers that the texts are
//! written with: one in the body of the hot function, one in a helper of the module in the middle.

use std::path::PathBuf;

/// A crate of about so many lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Generated {
    modules: usize,
}

/// Where one line is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    HotBody,
    Helper,
}

impl Generated {
    /// At least one module; the last one may go beyond `lines` by half its length.
    pub(crate) fn of_lines(lines: usize) -> Self {
        let length = MODULE.lines().count();
        Self { modules: ((lines + length / 2) / length).max(1) }
    }

    /// Every Rust file, as it is before any edit.
    pub(crate) fn files(self) -> Vec<(PathBuf, String)> {
        let modules = (0..self.modules).map(|number| (path(&module_name(number)), module(number, 0)));
        modules.chain([(path("game"), self.game(0)), (path("main"), self.main())]).collect()
    }

    /// The one file that differs after the edit with this number.
    pub(crate) fn edited(self, place: Place, edit: usize) -> (PathBuf, String) {
        let middle = self.modules / 2;
        match place {
            Place::HotBody => (path("game"), self.game(edit)),
            Place::Helper => (path(&module_name(middle)), module(middle, edit)),
        }
    }

    fn main(self) -> String {
        let modules = (0..self.modules).map(|number| format!("mod {};\n", module_name(number)));
        format!("{MAIN}{}", modules.collect::<String>())
    }

    fn game(self, edit: usize) -> String {
        let calls = (0..self.modules)
            .map(|number| format!("        {number} => crate::{}::run(state.ticks as i64),\n", module_name(number)));
        GAME.replace("MODULES", &self.modules.to_string())
            .replace("EDIT", &edit.to_string())
            .replace("CALLS", calls.collect::<String>().trim_end())
    }
}

fn path(module: &str) -> PathBuf {
    PathBuf::from(format!("src/{module}.rs"))
}

fn module_name(number: usize) -> String {
    format!("depot_{number:03}")
}

fn module(number: usize, edit: usize) -> String {
    MODULE.replace("NUMBER", &number.to_string()).replace("EDIT", &edit.to_string())
}

const MAIN: &str = r"#![allow(dead_code)]

mod game;

fn main() {
    game::play();
}

";

const GAME: &str = r"use std::thread;
use std::time::Duration;

use hot_runtime::hot;

pub struct State {
    pub ticks: usize,
    pub score: i64,
}

pub fn play() {
    let mut state = State { ticks: 0, score: 0 };
    loop {
        tick(&mut state);
        thread::sleep(Duration::from_millis(50));
    }
}

#[hot]
fn tick(state: &mut State) {
    state.ticks += 1;
    state.score += EDIT;
    state.score += match state.ticks % MODULES {
CALLS
        _ => 0,
    };
}
";

const MODULE: &str = r#"use std::collections::{BTreeMap, HashMap};
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    pub id: u32,
    pub label: String,
    pub grams: u64,
    pub place: Place,
    stamps: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    Shelf(u16),
    Cart { row: u16, slot: u16 },
    Gone,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Store { label: String, grams: u64 },
    Move(u32, Place),
    Stamp(u32, String),
    Ship(u32),
}

#[derive(Debug, PartialEq)]
pub enum Fault {
    Unknown(u32),
    TooHeavy { grams: u64, limit: u64 },
    Syntax { line: usize, word: String },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unknown(id) => write!(f, "no parcel {id} in depot NUMBER"),
            Fault::TooHeavy { grams, limit } => write!(f, "{grams} g is over {limit} g"),
            Fault::Syntax { line, word } => write!(f, "line {line}: what is `{word}`?"),
        }
    }
}

pub trait Weigh {
    fn grams(&self) -> u64;

    fn fee(&self) -> u64 {
        100 + self.grams() / 50
    }
}

impl Weigh for Parcel {
    fn grams(&self) -> u64 {
        self.grams + self.stamps.iter().map(|stamp| stamp.len() as u64).sum::<u64>()
    }
}

#[derive(Debug, Default)]
pub struct Depot {
    parcels: HashMap<u32, Parcel>,
    shipped: Vec<Parcel>,
    next: u32,
}

impl Depot {
    pub fn obey(&mut self, command: Command) -> Result<u32, Fault> {
        match command {
            Command::Store { label, grams } => self.store(label, grams),
            Command::Move(id, place) => {
                self.parcel(id)?.place = place;
                Ok(id)
            }
            Command::Stamp(id, text) => {
                let parcel = self.parcel(id)?;
                parcel.stamps.push(format!("{text}-{}", parcel.stamps.len()));
                Ok(id)
            }
            Command::Ship(id) => {
                let mut parcel = self.parcels.remove(&id).ok_or(Fault::Unknown(id))?;
                parcel.place = Place::Gone;
                self.shipped.push(parcel);
                Ok(id)
            }
        }
    }

    fn store(&mut self, label: String, grams: u64) -> Result<u32, Fault> {
        let limit = 30_000 + NUMBER;
        if grams > limit {
            return Err(Fault::TooHeavy { grams, limit });
        }
        let id = self.next;
        self.next += 1;
        let place = Place::Shelf((id % 40) as u16);
        self.parcels.insert(id, Parcel { id, label, grams, place, stamps: Vec::new() });
        Ok(id)
    }

    fn parcel(&mut self, id: u32) -> Result<&mut Parcel, Fault> {
        self.parcels.get_mut(&id).ok_or(Fault::Unknown(id))
    }

    pub fn by_place(&self) -> BTreeMap<Place, Vec<&str>> {
        let mut places: BTreeMap<Place, Vec<&str>> = BTreeMap::new();
        for parcel in self.parcels.values().chain(&self.shipped) {
            places.entry(parcel.place).or_default().push(&parcel.label);
        }
        places.values_mut().for_each(|labels| labels.sort_unstable());
        places
    }

    pub fn report(&self) -> String {
        let rows = self.by_place().into_iter().map(|(place, labels)| match place {
            Place::Shelf(number) => format!("shelf {number:>3}: {}", labels.join(", ")),
            Place::Cart { row, slot } => format!("cart {row}/{slot}: {}", labels.join(", ")),
            Place::Gone => format!("shipped: {}", labels.len()),
        });
        rows.collect::<Vec<_>>().join("\n")
    }
}

pub fn parse(text: &str) -> Result<Vec<Command>, Fault> {
    let number = |word: Option<&str>, line: usize| {
        let word = word.unwrap_or("nothing");
        word.parse::<u32>().map_err(|_| Fault::Syntax { line, word: word.to_string() })
    };
    let mut commands = Vec::new();
    for (line, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
        let mut words = row.split_whitespace();
        commands.push(match words.next() {
            Some("store") => Command::Store { label: row.to_uppercase(), grams: number(words.next(), line)?.into() },
            Some("cart") => Command::Move(number(words.next(), line)?, Place::Cart { row: NUMBER, slot: 2 }),
            Some("stamp") => Command::Stamp(number(words.next(), line)?, words.collect::<Vec<_>>().join("_")),
            Some("ship") => Command::Ship(number(words.next(), line)?),
            other => return Err(Fault::Syntax { line, word: other.unwrap_or_default().to_string() }),
        });
    }
    Ok(commands)
}

pub fn run(seed: i64) -> i64 {
    let mut depot = Depot::default();
    let text = format!("store {}\nstore 250\nstamp 0 par avion\ncart 1\nship 0\nship 7", seed % 900 + 20);
    let results: Vec<_> = parse(&text).unwrap_or_default().into_iter().map(|command| depot.obey(command)).collect();
    let faults = results.iter().filter_map(|result| result.as_ref().err()).map(|fault| fault.to_string().len());
    let fees = depot.parcels.values().map(Weigh::fee).sum::<u64>() as i64;
    fees + faults.sum::<usize>() as i64 + depot.report().len() as i64 + EDIT
}
"#;
