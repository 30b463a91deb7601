//! How expressions are written.

use super::expression::{Binary, Expression, Operation, Sample};
use super::idiom::IDIOMS;
use super::program::{First, Function, Home, Id, Kind, Program, Shape, Value};
use super::writer::Writer;

const RELAXED: &str = "::std::sync::atomic::Ordering::Relaxed";

const LOCKED: &str = "lock().unwrap_or_else(|error| error.into_inner())";

const MIXED: &str = "fold(0u64, |sum, each| sum.rotate_left(5) ^ each)";

/// Writes the expressions of one item.
#[derive(Debug)]
pub struct Speller<'a> {
    /// The program.
    pub program: &'a Program,
    /// The module that they stand in.
    pub module: Id,
    /// The method of a trait that they are the default of.
    pub is_default: bool,
    /// They stand in a macro, whose names are looked up wherever it is used.
    pub is_macro: bool,
    /// They stand in an `async fn`.
    pub is_async: bool,
    /// Where they are written.
    pub writer: Writer,
}

impl Speller<'_> {
    /// The path of an item, as its module writes it.
    pub fn path(&self, id: Id) -> String {
        let path = if self.is_macro { full_path } else { path };
        path(self.program, self.module, id)
    }

    /// An expression at a place of its own.
    pub fn write(&mut self, expression: &Expression) {
        use Operation as O;
        let parts = &expression.parts;
        match &expression.operation {
            O::Number(number) => self.writer.put(format!("{number}u64")),
            O::Text(text) => self.writer.put(format!("String::from({text:?})")),
            O::Local(name, Value::Text) => self.writer.put(format!("{name}.to_string()")),
            O::Local(name, _) => self.writer.put(name),
            O::Constant(id) => self.writer.put(self.path(*id)),
            O::Load(id) => {
                let text = load(self.program.shape(*id), &self.path(*id));
                self.writer.put(text);
            }
            O::Bump(id) => {
                let text = bump(self.program.shape(*id), &self.path(*id));
                self.block(&[("let by: u64 = ", &parts[0])], &text);
            }
            O::Binary(operator) => self.binary(*operator, &parts[0], &parts[1]),
            O::If(compared) => {
                self.put_all("if ", &[&parts[0]], "");
                self.put_all(&format!(" {compared} "), &[&parts[1]], " ");
                self.braces(&parts[2]);
                self.writer.put(" else ");
                self.braces(&parts[3]);
            }
            O::Match(arms) => {
                self.put_all("match ", &[&parts[0]], &format!(" % {} ", arms.len() + 1));
                let patterns = arms.iter().map(|arm| arm.to_string()).chain(["_".to_owned()]);
                self.arms(patterns.map(|pattern| (pattern, String::new())).collect(), &parts[1..]);
            }
            O::Call(id, length) => self.call(*id, *length, parts),
            O::Pointer(id) => {
                let head = format!("{{ let pointer: fn(u64) -> u64 = {}; pointer", self.path(*id));
                self.put_all(&head, &[&parts[0]], " }");
            }
            O::Closure(name) => {
                self.writer.put("{ ");
                self.writer.put(format!("let call_{name} = |{name}: u64| -> u64 "));
                self.closure(&parts[0], false);
                self.put_all(&format!("; call_{name}"), &[&parts[1]], " }");
            }
            O::Lambda(name) => {
                self.writer.put(format!("|{name}: u64| -> u64 "));
                self.closure(&parts[0], false);
            }
            O::CallClosure => self.put_all("call", &[&parts[0]], ""),
            O::Map(count, name) => {
                self.writer.put(format!("(0..{count}u64).map(|{name}: u64| -> u64 "));
                self.closure(&parts[0], false);
                self.writer.put(format!(").{MIXED}"));
            }
            O::Loop(sum, counter, count) => {
                self.put_all(
                    &format!("{{ let mut {sum}: u64 = "),
                    &[&parts[0]],
                    &format!("; for {counter} in 0..{count}u64 "),
                );
                self.writer.put(format!("{{ {sum} = "));
                self.write(&parts[1]);
                self.writer.put(format!("; }} {sum} }}"));
            }
            O::Sum => {
                let rest = ".bytes().fold(7u64, |sum, each| sum.wrapping_mul(31).wrapping_add(u64::from(each)))";
                self.put_all("", &[&parts[0]], rest);
            }
            O::Caught(other) => {
                self.writer.put("::std::panic::catch_unwind(::std::panic::AssertUnwindSafe(|| -> u64 ");
                self.closure(&parts[0], false);
                self.writer.put(format!(")).unwrap_or({other}u64)"));
            }
            O::PanicIf(modulus, text) => {
                self.put_all("{ if ", &[&parts[0]], &format!(" % {modulus} == 0 {{ panic!({:?}) }} ", in_format(text)));
                self.write(&parts[1]);
                self.writer.put(" }");
            }
            O::Index => {
                self.list("[", &parts[1..], "]");
                self.put_all("[(::std::hint::black_box", &[&parts[0]], &format!(" % {}) as usize]", parts.len()));
            }
            O::Scoped => {
                self.writer.put("::std::thread::scope(|scope| scope.spawn(|| -> u64 ");
                self.closure(&parts[0], false);
                self.writer.put(").join().unwrap_or(9u64))");
            }
            O::Field(field) => self.put_all("", &[&parts[0]], &format!(".f{field}")),
            O::SelfField(field) => self.writer.put(format!("self.f{field}")),
            O::Apart(id, prefix) => self.apart(*id, prefix, parts),
            O::Object(of, provided) => {
                let of_path = self.path(*of);
                self.writer.put(format!("{{ let object: ::std::boxed::Box<dyn {of_path}> = ::std::boxed::Box::new"));
                self.put_all("", &[&parts[0]], &format!("; object.{}", self.method(*of, *provided)));
                self.put_all("", &[&parts[1]], " }");
            }
            O::TraitCall(of, provided) => {
                let (by, of_path) = (self.path(made(&parts[0])), self.path(*of));
                self.put_all(&format!("<{by} as {of_path}>::{}(&", self.method(*of, *provided)), &[&parts[0]], ", ");
                self.put_all("", &[&parts[1]], ")");
            }
            O::It(of, provided) => {
                let it = if self.is_default { "self" } else { "it" };
                self.put_all(&format!("{it}.{}", self.method(*of, *provided)), &[&parts[0]], "");
            }
            O::Sample(sample) => self.sample(*sample, &parts[0]),
            O::SaidOfIt => {
                self.writer.put("::std::format!(\"{:?} {}\", it, ::std::any::type_name::<T>())");
            }
            O::Line => self.writer.put("u64::from(line!())"),
            O::Column => self.writer.put("u64::from(column!())"),
            O::Macro(id) => {
                let name = &self.program.items[id].name;
                self.put_all(&format!("{name}!"), &[&parts[0]], "");
            }
            O::Scratch(name) => {
                let atomic = "::std::sync::atomic::AtomicU64";
                let text = format!("{name}.store(by, {RELAXED}); {name}.load({RELAXED})");
                self.writer.put(format!("{{ static {name}: {atomic} = {atomic}::new(0); "));
                self.block(&[("let by: u64 = ", &parts[0])], &text);
                self.writer.put(" }");
            }
            O::Nested(name, given) => {
                self.writer.put(format!("{{ fn {name}({given}: u64) -> u64 "));
                self.closure(&parts[0], false);
                self.put_all(&format!(" {name}"), &[&parts[1]], " }");
            }
            O::LocalType(name, given) => {
                self.writer.put(format!(
                    "{{ struct {name}(u64); impl {name} {{ fn get(&self) -> u64 {{ let {given} = self.0; "
                ));
                let is_async = std::mem::replace(&mut self.is_async, false);
                self.write(&parts[0]);
                self.is_async = is_async;
                self.put_all(&format!(" }} }} {name}"), &[&parts[1]], ".get() }");
            }
            O::Idiom(number) => {
                self.block(&[("let a: u64 = ", &parts[0]), ("let b: u64 = ", &parts[1])], IDIOMS[*number]);
            }
            O::Sorted => {
                self.list(
                    "{ let mut sorted = ::std::vec![",
                    parts,
                    &format!("]; sorted.sort_unstable(); sorted.into_iter().{MIXED} }}"),
                );
            }
            O::Tree => {
                let tree = "::std::collections::BTreeMap<u64, u64>";
                self.list(
                    "[",
                    parts,
                    &format!(
                        "].into_iter().map(|each: u64| (each % 5, each)).collect::<{tree}>().into_values().{MIXED}"
                    ),
                );
            }
            O::Size(id) => self.writer.put(format!("(::std::mem::size_of::<{}>() as u64)", self.path(*id))),
            O::Length => self.writer.put("(N as u64)"),
            O::Async => {
                self.writer.put("crate::wait(async ");
                self.closure(&parts[0], true);
                self.writer.put(")");
            }
            O::Make(id, variant) => self.make(*id, *variant, parts),
            O::Format(pieces) => {
                let text: Vec<String> = pieces.iter().map(|piece| in_format(piece)).collect();
                self.writer.put(format!("::std::format!({:?}", text.join("{}")));
                self.list(", ", parts, ")");
            }
            O::Upper => self.put_all("", &[&parts[0]], ".to_uppercase()"),
            O::Join => {
                self.put_all("(", &[&parts[0]], " + &");
                self.put_all("", &[&parts[1]], ")");
            }
            O::Debug(_) => self.put_all("::std::format!(\"{:?}\", ", &[&parts[0]], ")"),
            O::Show(_) => self.put_all("", &[&parts[0]], ".to_string()"),
            O::Words => {
                self.writer.put("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/words.txt\")).to_string()");
            }
            O::ModulePath => self.writer.put("module_path!().to_string()"),
            O::TypeName(id) => self.writer.put(format!("::std::any::type_name::<{}>().to_string()", self.path(*id))),
        }
    }

    /// The body of a function, its braces included.
    pub fn body(&mut self, function: &Function, before: &str, is_dropped: bool) {
        self.writer.open();
        if !before.is_empty() {
            self.writer.put(before);
            self.writer.line_break();
        }
        for (name, value) in &function.lets {
            self.writer.put(format!("let {name} = "));
            self.write(value);
            self.writer.put(";");
            self.writer.line_break();
        }
        if is_dropped {
            self.put_all("::std::hint::black_box::<u64>", &[&function.value], ";");
        } else {
            self.write(&function.value);
        }
        self.writer.close();
    }

    /// The body of something within the function that is `async` for itself, or is not.
    fn closure(&mut self, body: &Expression, is_async: bool) {
        let outer = std::mem::replace(&mut self.is_async, is_async);
        self.braces(body);
        self.is_async = outer;
    }

    fn braces(&mut self, expression: &Expression) {
        self.writer.open();
        self.write(expression);
        self.writer.close();
    }

    /// Each in parentheses.
    fn put_all(&mut self, before: &str, parts: &[&Expression], after: &str) {
        self.writer.put(before);
        for part in parts {
            self.writer.put("(");
            self.write(part);
            self.writer.put(")");
        }
        self.writer.put(after);
    }

    fn list(&mut self, before: &str, parts: &[Expression], after: &str) {
        self.writer.put(before);
        for (index, part) in parts.iter().enumerate() {
            self.writer.put(if index == 0 { "" } else { ", " });
            self.write(part);
        }
        self.writer.put(after);
    }

    fn block(&mut self, lets: &[(&str, &Expression)], text: &str) {
        self.writer.put("{ ");
        for (head, value) in lets {
            self.writer.put(head);
            self.write(value);
            self.writer.put("; ");
        }
        self.writer.put(format!("{text} }}"));
    }

    fn binary(&mut self, operator: Binary, left: &Expression, right: &Expression) {
        let (before, between, after) = match operator {
            Binary::Add => ("", ".wrapping_add", ""),
            Binary::Multiply => ("", ".wrapping_mul", ""),
            Binary::Xor => ("(", " ^ ", ")"),
            Binary::Remainder => ("(", " % (1 | ", "))"),
            Binary::Checked => ("(::std::hint::black_box", " - ", " % 50)"),
        };
        self.put_all(before, &[left], between);
        self.put_all("", &[right], after);
    }

    /// The arms of a `match`, each a pattern and what its value begins with.
    fn arms(&mut self, patterns: Vec<(String, String)>, parts: &[Expression]) {
        self.writer.open();
        for (index, ((pattern, before), part)) in patterns.iter().zip(parts).enumerate() {
            if index > 0 {
                self.writer.line_break();
            }
            self.writer.put(format!("{pattern} => "));
            self.writer.open();
            self.writer.put(before);
            self.write(part);
            self.writer.close();
        }
        self.writer.close();
    }

    fn call(&mut self, id: Id, length: u64, parts: &[Expression]) {
        let (item, function) = (&self.program.items[&id], self.program.function(id));
        let mut parts = parts;
        if function.is_async {
            self.writer.put(if self.is_async { "" } else { "crate::wait(" });
        }
        match (item.home, function.first) {
            (Home::Type(_), First::Receiver) => {
                self.put_all("", &[&parts[0]], &format!(".{}(", item.name));
                parts = &parts[1..];
            }
            (_, First::Length) => self.writer.put(format!("{}::<{}>(", self.path(id), length + 1)),
            _ => self.writer.put(format!("{}(", self.path(id))),
        }
        for (index, part) in parts.iter().enumerate() {
            self.writer.put(if index == 0 { "" } else { ", " });
            match self.program.value_of(part) {
                Value::Text => self.put_all("&", &[part], ""),
                Value::Other if matches!(part.operation, Operation::Make(..)) => self.put_all("&", &[part], ""),
                _ => self.write(part),
            }
        }
        self.writer.put(")");
        if function.is_async {
            self.writer.put(if self.is_async { ".await" } else { ")" });
        }
    }

    fn sample(&mut self, sample: Sample, part: &Expression) {
        let (before, after) = match sample {
            Sample::Small => ("", " as i32"),
            Sample::Pair => ("(", ", \"pair\")"),
            Sample::Letter => ("char::from_u32(", " as u32)"),
            Sample::List => ("::std::vec![", "; 2]"),
            Sample::Array => ("[", " as u8; 3]"),
            Sample::Float => ("(", " as f64 / 3.0)"),
            Sample::Unit => ("::std::mem::drop::<u64>(", ")"),
            Sample::Own => ("", ""),
            Sample::Borrowed => ("&", ""),
            Sample::Boxed => ("::std::boxed::Box::new(", ")"),
            Sample::Result => ("Ok::<_, String>(", ")"),
            Sample::Nested => ("(\"nested\", [", "])"),
            Sample::Tree => ("::std::collections::BTreeMap::from([(1u64, ", ")])"),
            Sample::Shared => ("::std::sync::Arc::new(::std::sync::Mutex::new(", "))"),
            Sample::Object => ("(&", " as &(dyn ::std::fmt::Debug + Sync))"),
        };
        self.put_all(before, &[part], after);
    }

    fn make(&mut self, id: Id, variant: usize, parts: &[Expression]) {
        let path = self.path(id);
        let found = self.program.type_of(id);
        if found.is_enum() {
            self.writer.put(format!("{path}::{}", found.variants[variant].0));
            if !parts.is_empty() {
                self.list("(", parts, ")");
            }
            return;
        }
        self.writer.put(format!("{path} {{ "));
        for (index, part) in parts.iter().enumerate() {
            self.writer.put(format!("f{index}: "));
            self.write(part);
            self.writer.put(", ");
        }
        self.writer.put("}");
    }

    fn apart(&mut self, id: Id, prefix: &str, parts: &[Expression]) {
        let path = self.path(id);
        let pattern = |(name, fields): &(String, Vec<Value>)| {
            let given: Vec<String> = (0..fields.len()).map(|index| format!("{prefix}_{index}")).collect();
            let numbers = given.iter().zip(fields).filter(|(_, value)| **value == Value::Number);
            let before = numbers.map(|(name, _)| format!("let {name} = *{name}; ")).collect();
            let given = if fields.is_empty() { String::new() } else { format!("({})", given.join(", ")) };
            (format!("{path}::{name}{given}"), before)
        };
        let patterns = self.program.type_of(id).variants.iter().map(pattern).collect();
        self.put_all("match &", &[&parts[0]], " ");
        self.arms(patterns, &parts[1..]);
    }

    fn method(&self, of: Id, provided: bool) -> String {
        let found = self.program.trait_of(of);
        if provided { found.provided.0.clone() } else { found.required.0.clone() }
    }
}

/// The path of an item, as `module` writes it.
pub fn path(program: &Program, module: Id, id: Id) -> String {
    let item = &program.items[&id];
    if let Home::Type(of) = item.home {
        return format!("{}::{}", path(program, module, of), item.name);
    }
    let home = program.module_of(id);
    // One name stands for functions in functions, too.
    if is_imported(program, module, id) || (home == module && id.is_multiple_of(2) && item.name != "draw") {
        return item.name.clone();
    }
    full_path(program, module, id)
}

fn full_path(program: &Program, module: Id, id: Id) -> String {
    let item = &program.items[&id];
    match item.home {
        Home::Type(of) => format!("{}::{}", full_path(program, module, of), item.name),
        _ => format!("{}::{}", module_path(program, module, program.module_of(id)), item.name),
    }
}

/// The path of a module, as another writes it.
pub fn module_path(program: &Program, from: Id, module: Id) -> String {
    let found = &program.modules[&module];
    match found.parent {
        Some(parent) => format!("{}::{}", module_path(program, from, parent), found.name),
        None if program.root(from) == module => "crate".to_owned(),
        None => found.name.clone(),
    }
}

/// Whether a `use` of this module names an item: one that has a name nothing else has there.
pub fn is_imported(program: &Program, module: Id, id: Id) -> bool {
    let item = &program.items[&id];
    let is_taken = |other: Id, found: &str| other != id && found == item.name;
    let imports = &program.modules[&module].imports;
    imports.contains(&id)
        && item.name != "draw"
        && matches!(item.home, Home::Module(home) if home != module && program.sees(module, home))
        && !matches!(item.kind, Kind::Macro(_))
        && !imports.iter().any(|other| program.items.get(other).is_some_and(|found| is_taken(*other, &found.name)))
        && !program
            .items
            .iter()
            .any(|(other, found)| found.home == Home::Module(module) && is_taken(*other, &found.name))
        && !program.modules.values().any(|found| found.parent == Some(module) && found.name == item.name)
}

/// The number that a static holds.
pub fn load(shape: Shape, path: &str) -> String {
    match shape {
        Shape::Atomic | Shape::Lazy => format!("{path}.load({RELAXED})"),
        Shape::Narrow => format!("u64::from({path}.load({RELAXED}))"),
        Shape::Mutex => format!("{{ let held = *{path}.{LOCKED}; held }}"),
        Shape::Local => format!("{path}.with(|cell| cell.get())"),
    }
}

/// Gives a static the number `value`.
pub fn store(shape: Shape, path: &str) -> String {
    match shape {
        Shape::Atomic | Shape::Lazy => format!("{path}.store(value, {RELAXED})"),
        Shape::Narrow => format!("{path}.store(value as u32, {RELAXED})"),
        Shape::Mutex => format!("*{path}.{LOCKED} = value"),
        Shape::Local => format!("{path}.with(|cell| cell.set(value))"),
    }
}

fn bump(shape: Shape, path: &str) -> String {
    match shape {
        Shape::Atomic | Shape::Lazy => format!("{path}.fetch_add(by, {RELAXED})"),
        Shape::Narrow => format!("u64::from({path}.fetch_add(by as u32, {RELAXED}))"),
        Shape::Mutex => format!("let mut held = {path}.{LOCKED}; *held = held.wrapping_add(by); *held"),
        Shape::Local => format!("{path}.with(|cell| {{ cell.set(cell.get().wrapping_add(by)); cell.get() }})"),
    }
}

fn made(expression: &Expression) -> Id {
    match expression.operation {
        Operation::Make(id, _) => id,
        _ => unreachable!("a value of a type is made where it is used"),
    }
}

fn in_format(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
