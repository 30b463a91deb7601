//! What the person at the terminal reads: a line or two a save, on stderr.
//!
//! A program that draws on the whole screen has the terminal in raw mode. A line of ours would scroll its picture away,
//! so then it is laid over the first line of the screen, and said again in full when the program has ended.

use crate::events::{Event, Function, Item, OldItem, Patched};
use anstream::eprint;
use anstyle::{AnsiColor, Style};
use indexmap::IndexMap;
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
        Event::RestartNeeded { items } => items_lines(items).iter().for_each(|line| say(line)),
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
        Event::Restarted { pid, kept: None } => say(&format!("restarted as process {pid}")),
        Event::Restarted { pid, kept: Some(kept) } => {
            let values = if *kept == 1 { "value" } else { "values" };
            say(&format!("restarted as process {pid}, with {kept} live {values}"));
        }
        Event::Waiting(waiting) => say(&format!("{WARNING}{} waits:{WARNING:#} {}", waiting.what(), waiting.message)),
        Event::Held(call) => say(&format!(
            "{WARNING}held:{WARNING:#} {} panicked; save a fix and it runs again, or `cargo hot resume` lets the panic go on",
            call.name()
        )),
        Event::NotHeld(call) => say(&format!(
            "{} panicked, and is not held: it could not run again, as not all of its arguments are references or `Copy`",
            call.name()
        )),
        Event::RunsAgain(call) => say(&format!("{} runs again", call.name())),
        Event::Unwinds(call) => say(&format!("{} is let go, and its panic goes on", call.name())),
        Event::Unchanged => say("saved; the program would be the same, so there is nothing to patch"),
        Event::Undone { generation } | Event::Redone { generation } => {
            say(&format!("the program runs generation {generation} again"))
        }
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

/// A line for each reason, the first in full; beyond a few, by number.
fn items_lines(items: &[Item]) -> Vec<String> {
    const LINES: usize = 5;
    let mut reasons: IndexMap<&str, Vec<&Item>> = IndexMap::new();
    for item in items {
        reasons.entry(&item.message).or_default().push(item);
    }
    let more: usize = reasons.values().skip(LINES).map(Vec::len).sum();
    let mut lines: Vec<String> = reasons.values().take(LINES).map(|items| items_line(items)).collect();
    if more > 0 {
        lines.push(format!("{WARNING}not live:{WARNING:#} {more} more, until `cargo hot restart`"));
    }
    lines
}

/// What has one reason: the first in full, the rest by name.
fn items_line(items: &[&Item]) -> String {
    let [first, rest @ ..] = items else { return String::new() };
    let place = format!("{}:{}", first.file.display(), first.line);
    let others: Vec<String> = rest.iter().map(|item| format!("`{}`", item.path)).collect();
    let also = if others.is_empty() { String::new() } else { format!(" (likewise {})", others.join(", ")) };
    format!("{WARNING}not live:{WARNING:#} `{}`, {place}: {}{also}", first.path, first.message)
}

fn old_line(item: &OldItem) -> String {
    let OldItem { path, file, line, message, .. } = item;
    format!("{WARNING}still old:{WARNING:#} `{path}`, {}:{line}: {message}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(path: &str, message: &str) -> Item {
        Item { path: path.into(), file: "a.rs".into(), line: 1, reason: "unreachable", message: message.into() }
    }

    #[test]
    fn each_reason_has_a_line() {
        let of = |items: &[Item]| -> Vec<String> {
            items_lines(items).iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
        };
        let items = [item("a", "cold"), item("b", "old"), item("c", "cold"), item("d", "cold")];
        assert_eq!(of(&items), ["not live: `a`, a.rs:1: cold (likewise `c`, `d`)", "not live: `b`, a.rs:1: old"]);
        let items: Vec<Item> = (0..8).map(|number| item("a", &number.to_string())).collect();
        assert_eq!(of(&items).len(), 6);
        assert_eq!(of(&items)[5], "not live: 3 more, until `cargo hot restart`");
    }
}
