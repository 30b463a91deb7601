//! The files of a program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::frame::{WAIT, frame};
use super::program::{APP, First, Function, Home, Id, Item, Kind, Layout, Program, Shape, Static, Text, Type, Value};
use super::spell::{self, Speller};
use super::writer::Writer;

/// The text of every file of a project.
pub type Files = BTreeMap<PathBuf, String>;

/// Manifests and sources; `runtime` is where `hot-runtime` lies.
pub fn files(program: &Program, runtime: &str) -> Files {
    let users = users(program);
    let mut files = Files::new();
    for (root, module) in program.modules.iter().filter(|(_, module)| module.parent.is_none()) {
        let folder = if *root == APP { PathBuf::new() } else { PathBuf::from(&module.name) };
        files.insert(folder.join("Cargo.toml"), manifest(program, *root, runtime));
        let main = folder.join("src").join(if *root == APP { "main.rs" } else { "lib.rs" });
        let mut rendering = Rendering { program, users: &users, files: &mut files };
        let mut writer = Writer::default();
        writer.put("#![allow(warnings)]\n\nmacro_rules! as_it_is { ($($item:item)*) => { $($item)* }; }\n");
        rendering.module(*root, &folder.join("src"), &mut writer);
        writer.line_break();
        writer.put(WAIT);
        if *root == APP {
            writer.put(frame(program));
        }
        files.insert(main, writer.text);
        files.insert(folder.join("words.txt"), program.words.clone());
    }
    let sources = files.iter_mut().filter(|(file, _)| file.extension().is_some_and(|extension| extension == "rs"));
    sources.for_each(|(_, text)| lay_out(program.layout, text));
    files
}

fn lay_out(layout: Layout, text: &mut String) {
    if layout.has_tabs {
        *text = text.replace("    ", "\t");
    }
    if layout.has_returns {
        *text = text.replace('\n', "\r\n");
    }
}

fn manifest(program: &Program, root: Id, runtime: &str) -> String {
    let name = &program.modules[&root].name;
    let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n");
    let runtime = format!("hot-runtime = {{ path = \"{runtime}\" }}\n");
    if root != APP {
        return head + &runtime;
    }
    let libraries = libraries(program).map(|name| format!("{name} = {{ path = \"{name}\" }}\n"));
    head + &runtime + &libraries.collect::<String>() + "\n[workspace]\n"
}

/// The names of the library crates.
pub fn libraries(program: &Program) -> impl Iterator<Item = &str> {
    let roots = program.modules.iter().filter(|(id, module)| module.parent.is_none() && **id != APP);
    roots.map(|(_, module)| module.name.as_str())
}

/// Of each item, the modules that name it.
fn users(program: &Program) -> BTreeMap<Id, BTreeSet<Id>> {
    let mut users: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (id, item) in &program.items {
        let module = program.module_of(*id);
        let mut named = program.named_by(*id);
        let homes: Vec<Home> = named.iter().map(|id| program.items[id].home).collect();
        named.extend(homes.iter().filter_map(|home| if let Home::Type(of) = home { Some(*of) } else { None }));
        // Who calls a function must know what it asks of its arguments.
        let asked: Vec<Id> = named.iter().filter_map(|id| trait_of(&program.items[id])).collect();
        named.extend(asked.into_iter().chain(trait_of(item)));
        match item.home {
            Home::Impl(of, by) => named.extend([of, by]),
            Home::Type(of) | Home::Display(of) | Home::Drop(of) | Home::Default(of) => named.extend([of]),
            Home::Module(_) => {}
        }
        // A macro is spelled where it stands, and its names are looked up there.
        for name in named {
            users.entry(name).or_default().insert(module);
            if matches!(item.kind, Kind::Macro(_)) {
                users.entry(name).or_default().insert(program.root(module));
            }
        }
    }
    for (module, found) in &program.modules {
        for import in &found.imports {
            users.entry(*import).or_default().insert(*module);
        }
    }
    for entry in program.entries.iter().chain(&program.cold) {
        users.entry(*entry).or_default().insert(APP);
    }
    users
}

/// What a function asks of what stands first among its parameters.
fn trait_of(item: &Item) -> Option<Id> {
    match item.kind {
        Kind::Function(Function { first: First::Generic(of) | First::Object(of), .. }) => Some(of),
        _ => None,
    }
}

struct Rendering<'a> {
    program: &'a Program,
    users: &'a BTreeMap<Id, BTreeSet<Id>>,
    files: &'a mut Files,
}

impl Rendering<'_> {
    /// The items of a module, and the files of those in it.
    fn module(&mut self, id: Id, folder: &Path, writer: &mut Writer) {
        writer.line("use hot_runtime::hot;");
        let module = &self.program.modules[&id];
        for import in &module.imports {
            if self.program.items.contains_key(import) && spell::is_imported(self.program, id, *import) {
                let from = spell::module_path(self.program, id, self.program.module_of(*import));
                writer.line(format!("use {from}::{};", self.program.items[import].name));
            }
        }
        let mut items: Vec<(Id, &Item)> = self
            .program
            .items
            .iter()
            .filter(|(_, item)| item.home == Home::Module(id))
            .map(|(id, item)| (*id, item))
            .collect();
        items.sort_by_key(|(id, item)| (!matches!(item.kind, Kind::Macro(_)), item.at, *id));
        let macros = items.iter().take_while(|(_, item)| matches!(item.kind, Kind::Macro(_))).count();
        for (id, _) in items.drain(..macros) {
            self.item(id, writer);
        }
        let inner: Vec<Id> =
            self.program.modules.iter().filter(|(_, module)| module.parent == Some(id)).map(|(id, _)| *id).collect();
        for inner in inner {
            self.inner(inner, folder, writer);
        }
        for (id, _) in items {
            self.item(id, writer);
        }
        self.statics(id, writer);
        writer.line_break();
    }

    fn inner(&mut self, id: Id, folder: &Path, writer: &mut Writer) {
        let module = &self.program.modules[&id];
        let folder = folder.join(&module.name);
        writer.line_break();
        writer.line(format!("pub mod {}", module.name));
        if module.text == Text::Inline {
            writer.put(" ");
            return writer.braces(|writer| self.module(id, &folder, writer));
        }
        writer.put(";");
        let file = if module.text == Text::File { folder.with_extension("rs") } else { folder.join("mod.rs") };
        let mut inner = Writer::default();
        self.module(id, &folder, &mut inner);
        self.files.insert(file, inner.text.trim_start().to_owned());
    }

    fn item(&self, id: Id, writer: &mut Writer) {
        let item = &self.program.items[&id];
        writer.line_break();
        item.notes.iter().for_each(|note| writer.line(note));
        let visibility = self.visibility(id);
        match &item.kind {
            Kind::Function(_) => self.function(id, writer),
            Kind::Constant(value) => {
                let mut speller = self.speller(id);
                speller.write(value);
                writer.line(format!("{visibility}const {}: u64 = {};", item.name, speller.writer.text));
            }
            Kind::Static(found) => writer.line(declaration(*found, &visibility, &item.name)),
            Kind::Type(found) => {
                self.declare(found, &item.name, &visibility, writer);
                self.methods(id, writer);
            }
            Kind::Trait(found) => {
                self.mark(Home::Default(id), writer);
                writer.line(format!("{visibility}trait {}: Sync ", item.name));
                writer.braces(|writer| {
                    writer.put(format!("fn {}(&self, p0: u64) -> u64;", found.required.0));
                    for extra in 0..found.extra {
                        writer.line(format!("fn extra{extra}(&self) -> u64 {{ {extra} }}"));
                    }
                    self.those(|home| home == Home::Default(id), writer);
                });
                let other = |home| matches!(home, Home::Impl(of, by) if of == id && self.stands_with_trait(of, by));
                self.implementations(other, writer);
            }
            Kind::Macro(found) => {
                let mut speller = self.speller(id);
                speller.write(&found.value);
                writer.line(format!("macro_rules! {} ", item.name));
                writer.braces(|writer| {
                    writer.put(format!("($e:expr) => {{{{ let e: u64 = $e; {} }}}};", speller.writer.text))
                });
            }
        }
    }

    fn stands_with_trait(&self, of: Id, by: Id) -> bool {
        let root = |id| self.program.root(self.program.module_of(id));
        root(of) == APP && root(by) != APP
    }

    fn declare(&self, found: &Type, name: &str, visibility: &str, writer: &mut Writer) {
        let spelled = |value: &Value| if *value == Value::Text { "String" } else { "u64" };
        writer.line("#[derive(Debug, Clone)]");
        writer.line(format!("{visibility}{} {name} ", if found.is_enum() { "enum" } else { "struct" }));
        writer.braces(|writer| {
            let variants = found.variants.iter().map(|(variant, fields)| {
                let fields = fields.iter().map(spelled);
                if found.is_enum() && fields.len() == 0 {
                    variant.clone()
                } else if found.is_enum() {
                    format!("{variant}({})", fields.collect::<Vec<_>>().join(", "))
                } else {
                    let fields = fields.enumerate().map(|(index, of)| format!("{visibility}f{index}: {of}"));
                    fields.collect::<Vec<_>>().join(", ")
                }
            });
            writer.put(variants.collect::<Vec<_>>().join(", "));
        });
    }

    fn methods(&self, id: Id, writer: &mut Writer) {
        let name = &self.program.items[&id].name;
        if self.program.items.values().any(|item| item.home == Home::Type(id)) {
            writer.line_break();
            writer.line(format!("impl {name} "));
            writer.braces(|writer| self.those(|home| home == Home::Type(id), writer));
        }
        for (home, of) in [(Home::Display(id), "::std::fmt::Display"), (Home::Drop(id), "::std::ops::Drop")] {
            if self.program.items.values().any(|item| item.home == home) {
                writer.line_break();
                self.mark(home, writer);
                writer.line(format!("impl {of} for {name} "));
                writer.braces(|writer| self.those(|found| found == home, writer));
            }
        }
        let own = |home| matches!(home, Home::Impl(of, by) if by == id && !self.stands_with_trait(of, by));
        self.implementations(own, writer);
    }

    fn implementations(&self, filter: impl Fn(Home) -> bool, writer: &mut Writer) {
        for (id, item) in &self.program.items {
            if let Home::Impl(of, by) = item.home
                && filter(item.home)
            {
                let speller = self.speller(*id);
                writer.line_break();
                self.mark(item.home, writer);
                writer.line(format!("impl {} for {} ", speller.path(of), speller.path(by)));
                writer.braces(|writer| self.function(*id, writer));
            }
        }
    }

    /// What stands in a block that has to be marked as a whole is hot if the block is.
    fn mark(&self, block: Home, writer: &mut Writer) {
        if self.program.functions().any(|(_, item, function)| item.home == block && function.is_hot) {
            writer.line("#[hot]");
        }
    }

    fn those(&self, filter: impl Fn(Home) -> bool, writer: &mut Writer) {
        let mut items: Vec<(u32, Id)> =
            self.program.items.iter().filter(|(_, item)| filter(item.home)).map(|(id, item)| (item.at, *id)).collect();
        items.sort_unstable();
        for (_, id) in items {
            self.item(id, writer);
        }
    }

    fn function(&self, id: Id, writer: &mut Writer) {
        let (item, function) = (&self.program.items[&id], self.program.function(id));
        let is_wrapped = function.is_wrapped && matches!(item.home, Home::Module(_));
        if is_wrapped {
            writer.line("as_it_is! ");
            writer.open();
        }
        if function.is_hot && matches!(item.home, Home::Module(_) | Home::Type(_)) {
            writer.line(if function.is_async { "#[hot(?Send)]" } else { "#[hot]" });
        }
        if let Some(inline) = function.inline {
            writer.line(if inline.is_empty() { "#[inline]".to_owned() } else { format!("#[inline({inline})]") });
        }
        writer.line(self.signature(id, item, function));
        let mut speller = self.speller(id);
        std::mem::swap(&mut speller.writer, writer);
        speller.writer.is_dense = function.is_dense;
        let by = self.program.broken.filter(|broken| broken.function == id).map_or("", |broken| broken.by);
        if let Home::Display(_) = item.home {
            speller.writer.put("{ f.write_str(&");
            speller.body(function, by, false);
            speller.writer.put(") }");
        } else {
            speller.body(function, by, matches!(item.home, Home::Drop(_)));
        }
        speller.writer.is_dense = false;
        if is_wrapped {
            speller.writer.close();
        }
        std::mem::swap(&mut speller.writer, writer);
    }

    fn signature(&self, id: Id, item: &Item, function: &Function) -> String {
        let name = &item.name;
        let path = |of| self.speller(id).path(of);
        let spelled = |value: &Value| if *value == Value::Text { "&str" } else { "u64" };
        let parameters = function.parameters.iter().enumerate();
        let parameters = parameters.map(|(index, value)| format!("p{index}: {}", spelled(value)));
        let (generics, first) = match (function.first, item.home) {
            (First::Receiver, _) | (_, Home::Default(_)) => (String::new(), "&self".to_owned()),
            (First::None, _) => (String::new(), String::new()),
            (First::Generic(of), _) => (format!("<T: {}>", path(of)), "it: &T".to_owned()),
            (First::Object(of), _) => (String::new(), format!("it: &dyn {}", path(of))),
            (First::Anything, _) => ("<T: ::std::fmt::Debug + Sync>".to_owned(), "it: T".to_owned()),
            (First::Closure, _) => (String::new(), "call: impl Fn(u64) -> u64 + Sync".to_owned()),
            (First::Length, _) => ("<const N: usize>".to_owned(), String::new()),
        };
        let parameters: Vec<String> = [first].into_iter().filter(|first| !first.is_empty()).chain(parameters).collect();
        match item.home {
            Home::Display(_) => {
                return "fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result ".to_owned();
            }
            Home::Drop(_) => return "fn drop(&mut self) ".to_owned(),
            _ => {}
        }
        let visibility = match item.home {
            Home::Module(_) | Home::Type(_) => self.visibility(id),
            _ => String::new(),
        };
        let qualifiers = [("const ", function.is_const), ("async ", function.is_async)];
        let qualifiers: String = qualifiers.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
        let returns = if function.returns == Value::Text { "String" } else { "u64" };
        format!("{visibility}{qualifiers}fn {name}{generics}({}) -> {returns} ", parameters.join(", "))
    }

    fn visibility(&self, id: Id) -> String {
        let item = &self.program.items[&id];
        let home = self.program.module_of(id);
        let is_inner = |module: &Id| self.program.is_within(*module, home);
        if item.is_private && self.users.get(&id).is_none_or(|users| users.iter().all(is_inner)) {
            String::new()
        } else if self.program.root(home) == APP {
            "pub(crate) ".to_owned()
        } else {
            "pub ".to_owned()
        }
    }

    fn speller(&self, id: Id) -> Speller<'_> {
        let item = &self.program.items[&id];
        let is_async = matches!(&item.kind, Kind::Function(function) if function.is_async);
        Speller {
            program: self.program,
            module: self.program.module_of(id),
            is_default: matches!(item.home, Home::Default(_)),
            is_macro: matches!(item.kind, Kind::Macro(_)),
            is_async,
            writer: Writer::default(),
        }
    }

    /// Functions that read and set the statics of a module, private ones, too.
    fn statics(&self, module: Id, writer: &mut Writer) {
        let statics = statics(self.program, module);
        if statics.is_empty() {
            return;
        }
        let path = spell::module_path(self.program, module, module)
            .replace("crate", &self.program.modules[&self.program.root(module)].name);
        writer.line_break();
        writer.line("pub fn dump_statics(text: &mut String) ");
        writer.braces(|writer| {
            for (item, found) in &statics {
                let (key, value) = (key(&path, item, found.shape), spell::load(found.shape, &item.name));
                writer.put(format!("text.push_str(&::std::format!(\" {key}={{}}\", {value}));"));
                writer.line_break();
            }
        });
        writer.line("pub fn load_statics(key: &str, value: u64) ");
        writer.braces(|writer| {
            writer.put("match key ");
            writer.braces(|writer| {
                for (item, found) in &statics {
                    let (key, store) = (key(&path, item, found.shape), spell::store(found.shape, &item.name));
                    writer.put(format!("{key:?} => {{ {store}; }}"));
                    writer.line_break();
                }
                writer.put("_ => {}");
            });
        });
    }
}

/// How a dump calls a static.
fn key(path: &str, item: &Item, shape: Shape) -> String {
    format!("{path}::{}#{shape:?}", item.name)
}

pub(super) fn statics(program: &Program, module: Id) -> Vec<(&Item, &Static)> {
    let items = program.items.values().filter(|item| item.home == Home::Module(module));
    items.filter_map(|item| if let Kind::Static(found) = &item.kind { Some((item, found)) } else { None }).collect()
}

fn declaration(found: Static, visibility: &str, name: &str) -> String {
    let Static { shape, initial } = found;
    let (of, value) = match shape {
        Shape::Atomic => ("::std::sync::atomic::AtomicU64", format!("::std::sync::atomic::AtomicU64::new({initial})")),
        Shape::Narrow => ("::std::sync::atomic::AtomicU32", format!("::std::sync::atomic::AtomicU32::new({initial})")),
        Shape::Mutex => ("::std::sync::Mutex<u64>", format!("::std::sync::Mutex::new({initial})")),
        Shape::Lazy => (
            "::std::sync::LazyLock<::std::sync::atomic::AtomicU64>",
            format!("::std::sync::LazyLock::new(|| ::std::sync::atomic::AtomicU64::new({initial}))"),
        ),
        Shape::Local => {
            let of = "::std::cell::Cell<u64>";
            return format!(
                "::std::thread_local! {{ {visibility}static {name}: {of} = ::std::cell::Cell::new({initial}); }}"
            );
        }
    };
    format!("{visibility}static {name}: {of} = {value};")
}
