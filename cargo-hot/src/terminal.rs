//! What the person at the terminal reads: a line or two a save, on stderr.

use crate::events::{Event, Function, Item, Patched};
use anstream::eprintln;
use anstyle::{AnsiColor, Style};

const NAME: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// Says one line in our name. Colours are for terminals alone; `anstream` takes them out elsewhere.
pub(crate) fn say(text: &str) {
    eprintln!("{NAME}cargo hot:{NAME:#} {text}");
}

/// Tells what happened.
pub(crate) fn report(event: &Event) {
    match event {
        Event::Patched(patched) => say(&patched_line(patched)),
        Event::RestartNeeded { items } => items.iter().for_each(|item| say(&item_line(item))),
        Event::Refused { message, help, .. } => {
            say(&format!("{BAD}refused:{BAD:#} {message}"));
            eprintln!("  help: {help}");
        }
        Event::CompileError { rendered } => {
            anstream::eprint!("{rendered}");
            say(&format!("{BAD}does not compile;{BAD:#} the program goes on with the code it has"));
        }
        Event::Restarted { pid } => say(&format!("restarted as process {pid}")),
        Event::Unchanged => say("saved; the program would be the same, so there is nothing to patch"),
        Event::Started { .. } | Event::Exited { .. } => {}
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

fn item_line(item: &Item) -> String {
    let place = format!("{}:{}", item.file.display(), item.line);
    format!("{WARNING}not live:{WARNING:#} `{}`, {place}: {}", item.path, item.message)
}
