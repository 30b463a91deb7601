//! What the person at the terminal reads: a line or two a save, on stderr.
//!
//! A program that draws on the whole screen has the terminal in raw mode. A line of ours would scroll its picture away,
//! so then it is laid over the first line of the screen, and said again in full when the program has ended.

use crate::events::{Event, Function, Item, OldItem, Patched};
use anstream::eprint;
use anstyle::{AnsiColor, Style};
use rustix::termios::LocalModes;
use std::sync::{Mutex, PoisonError};

const NAME: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Says one line in our name. Colours are for terminals alone; `anstream` takes them out elsewhere.
pub(crate) fn say(text: &str) {
    print(&format!("{NAME}cargo hot:{NAME:#} {text}\n"));
}

/// Says again what was only laid over the program's screen.
pub(crate) fn say_held() {
    let held = std::mem::take(&mut *HELD.lock().unwrap_or_else(PoisonError::into_inner));
    held.iter().for_each(|text| eprint!("{text}"));
}

static HELD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn print(text: &str) {
    if !is_drawn_on() {
        return eprint!("{text}");
    }
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // Save the cursor, go to the corner, clear the line, write, go back. A picture that changes all the time wipes it
    // out at once: the window's title says it too.
    eprint!("\x1b7\x1b[1;1H\x1b[2K{line}\x1b8");
    std::eprint!("\x1b]2;{}\x07", anstream::adapter::strip_str(line));
    HELD.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_owned());
}

/// Whether stderr is a terminal that hands on every key, as programs want it that draw on the screen.
fn is_drawn_on() -> bool {
    let settings = rustix::termios::tcgetattr(rustix::stdio::stderr());
    settings.is_ok_and(|settings| !settings.local_modes.contains(LocalModes::ICANON))
}

/// Tells what happened.
pub(crate) fn report(event: &Event) {
    match event {
        Event::Patched(patched) => say(&patched_line(patched)),
        Event::RestartNeeded { items } => say(&items_line(items)),
        Event::OldCode { items } => items.iter().for_each(|item| say(&old_line(item))),
        Event::Refused { rendered, .. } if !rendered.is_empty() => {
            print(rendered);
            say(&format!("{BAD}refused;{BAD:#} nothing was patched"));
        }
        Event::Refused { message, help, .. } => {
            say(&format!("{BAD}refused:{BAD:#} {message}"));
            print(&format!("  help: {help}\n"));
        }
        Event::CompileError { rendered } => {
            print(rendered);
            say(&format!("{BAD}does not compile;{BAD:#} the program goes on with the code it has"));
        }
        Event::Restarted { pid } => say(&format!("restarted as process {pid}")),
        Event::Unchanged => say("saved; the program would be the same, so there is nothing to patch"),
        Event::Undone { generation } => say(&format!("the program runs generation {generation} again")),
        Event::Started { .. } | Event::Confirmed { .. } | Event::Exited { .. } => {}
    }
}

fn patched_line(patched: &Patched) -> String {
    let total = patched.times_ms.total.round();
    format!("{GOOD}patched{GOOD:#} {} in {total} ms (generation {})", list(&patched.functions), patched.generation)
}

/// The first functions by name, the rest by number.
fn list(functions: &[Function]) -> String {
    const NAMED: usize = 3;
    let mut text: Vec<String> = functions.iter().take(NAMED).map(|function| format!("`{}`", function.path)).collect();
    match functions.len() {
        0 => return "line numbers".into(),
        count if count > NAMED => text.push(format!("{} more", count - NAMED)),
        _ => {}
    }
    text.join(", ")
}

/// The first in full, the rest by name.
fn items_line(items: &[Item]) -> String {
    let Some((first, rest)) = items.split_first() else { return String::new() };
    let place = format!("{}:{}", first.file.display(), first.line);
    let others: Vec<String> = rest.iter().map(|item| format!("`{}`", item.path)).collect();
    let also = if others.is_empty() { String::new() } else { format!(" (likewise {})", others.join(", ")) };
    format!("{WARNING}not live:{WARNING:#} `{}`, {place}: {}{also}", first.path, first.message)
}

fn old_line(item: &OldItem) -> String {
    let OldItem { path, file, line, message, .. } = item;
    format!("{WARNING}still old:{WARNING:#} `{path}`, {}:{line}: {message}", file.display())
}
