//! What stands below the items of a program's root: what makes a process of them that can be asked.

use super::program::{APP, Id, Program, Value};
use super::render::statics;
use super::spell;

/// What stands below the items of a binary: `main`, and the hot functions that lead to all others.
pub(super) fn frame(program: &Program) -> String {
    let modules = program.modules.keys().filter(|id| !statics(program, **id).is_empty());
    let paths: Vec<String> = modules.map(|id| spell::module_path(program, APP, *id)).collect();
    let dump: String = paths.iter().map(|path| format!("    {path}::dump_statics(&mut text);\n")).collect();
    let load: String = paths.iter().map(|path| format!("            {path}::load_statics(key, value);\n")).collect();
    let calls = |entries: &[Id]| {
        entries.iter().map(|id| format!("    text.push_str(&{});\n", call(program, *id))).collect::<String>()
    };
    FRAME
        .replace("DUMP;\n", &dump)
        .replace("LOAD;\n", &load)
        .replace("STEP;\n", &calls(&program.entries))
        .replace("COLD;\n", &calls(&program.cold))
}

fn call(program: &Program, id: Id) -> String {
    let function = program.function(id);
    let arguments: Vec<&str> = function
        .parameters
        .iter()
        .map(|value| if *value == Value::Text { "&number.to_string()" } else { "number" })
        .collect();
    let call = format!("{}({})", spell::path(program, APP, id), arguments.join(", "));
    let call = if function.is_async { format!("wait({call})") } else { call };
    format!("guard({:?}, || {call}.to_string())", program.items[&id].name)
}

/// What a program with `async` functions has in its root.
pub(super) const WAIT: &str = "
/// Runs a future to its end.
pub fn wait<F: ::std::future::Future>(future: F) -> F::Output {
    let mut future = ::std::pin::pin!(future);
    let mut context = ::std::task::Context::from_waker(::std::task::Waker::noop());
    loop {
        if let ::std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
";

const FRAME: &str = r#"
fn main() {
    ::std::panic::set_hook(::std::boxed::Box::new(|_| {}));
    let (ask, asked) = ::std::sync::mpsc::channel::<String>();
    let (answer, answers) = ::std::sync::mpsc::channel();
    ::std::thread::spawn(move || asked.into_iter().for_each(|line| answer.send(respond(&line)).unwrap()));
    for line in ::std::io::stdin().lines() {
        let line = line.unwrap();
        let said = match line.split_once(' ') {
            Some(("worker", line)) => {
                ask.send(line.to_string()).unwrap();
                answers.recv().unwrap()
            }
            Some(("cold", number)) => cold(number.parse().unwrap()),
            _ => respond(&line),
        };
        println!("{said}");
    }
}

#[hot]
fn respond(line: &str) -> String {
    match line.split_once(' ') {
        Some(("step", number)) => step_all(number.parse().unwrap()),
        Some(("load", values)) => load(values),
        _ => dump(),
    }
}

#[hot]
fn step_all(number: u64) -> String {
    let mut text = String::new();
STEP;
    text
}

fn cold(number: u64) -> String {
    let mut text = String::new();
COLD;
    text
}

fn guard(name: &str, call: impl FnOnce() -> String) -> String {
    let said = ::std::panic::catch_unwind(::std::panic::AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
        text.or(panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    });
    ::std::format!(" {name}={said:?}")
}

fn dump() -> String {
    let mut text = String::new();
DUMP;
    text
}

fn load(values: &str) -> String {
    for pair in values.split_whitespace() {
        if let Some((key, value)) = pair.split_once('=') {
            let value: u64 = value.parse().unwrap();
LOAD;
        }
    }
    String::new()
}
"#;
