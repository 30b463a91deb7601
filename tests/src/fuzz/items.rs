//! Makes items by chance, and the program that a sequence of edits begins with.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Expression, Operation, Scope};
use super::grow::Grower;
use super::program::{
    APP, First, Function, Home, Id, Item, Kind, Layout, Macro, Module, Program, Shape, Static, Text, Trait, Type, Value,
};
use super::random::Random;

/// What a step may cost; some milliseconds.
const DEAR: u64 = 20_000;

/// What the first program's step costs at least, or there would be little to see.
const CHEAP: u64 = 60;

/// How many operations a program may have; rustc takes its time with more.
const LARGE: usize = 700;

/// Few, so that many items share one.
const FUNCTIONS: [&str; 11] = ["draw", "step", "mix", "fold", "rule", "new", "len", "who", "next", "drop", "größe"];

/// Of methods of traits: none of them is an inherent one's.
const METHODS: [&str; 5] = ["weigh", "fee", "rank", "score", "cost"];

const TYPES: [&str; 8] = ["Cell", "World", "Vec", "Shape", "Node", "Token", "Error", "Path"];

const TRAITS: [&str; 4] = ["Weigh", "Rank", "Iterator", "Score"];

const MODULES: [&str; 6] = ["game", "world", "inner", "rules", "screen", "math"];

impl Program {
    /// The program that a seed begins with.
    pub fn grown(name: &str, random: &mut Random) -> Self {
        loop {
            let mut program = Self {
                name: name.to_owned(),
                modules: BTreeMap::new(),
                items: BTreeMap::new(),
                entries: Vec::new(),
                cold: Vec::new(),
                words: "first".to_owned(),
                layout: Layout { has_returns: random.chance(1, 10), has_tabs: random.chance(1, 10) },
                broken: None,
                next: APP,
            };
            program.modules.insert(APP, root(name));
            if random.chance(1, 4) {
                let library = program.fresh();
                program.modules.insert(library, root(&format!("{name}_library")));
            }
            program.fill(random);
            if program.entries.len() > 2 && program.cost() >= CHEAP && program.is_fit() {
                return program;
            }
        }
    }

    /// Whether it is neither too slow nor too long.
    pub fn is_fit(&self) -> bool {
        let mut size = 0;
        for item in self.items.values() {
            for expression in Self::expressions(item) {
                expression.each(&mut |_| size += 1);
            }
        }
        size <= LARGE && self.cost() <= DEAR
    }

    fn fill(&mut self, random: &mut Random) {
        for _ in 0..1 + random.below(4) {
            self.add_module(random);
        }
        for _ in 0..1 + random.below(3) {
            let module = self.any_module(random);
            self.add_static(module, random);
        }
        for _ in 0..2 + random.below(2) {
            let module = self.any_module(random);
            self.add_type(module, random);
        }
        for _ in 0..random.below(3) {
            let module = self.any_module(random);
            self.add_trait(module, random);
        }
        for _ in 0..random.below(4) {
            let module = self.any_module(random);
            self.add_constant(module, random);
        }
        // Callees first, so that callers find some.
        let count = 5 + random.below(8);
        for index in 0..count {
            let rank = 1_000_000 - u32::try_from(index).expect("there are few") * 50_000;
            let module = self.any_module(random);
            self.add_function(module, rank, random);
            if random.chance(1, 8) {
                self.add_macro(rank - 10_000, random);
            }
        }
        self.choose_entries(random);
    }

    fn choose_entries(&mut self, random: &mut Random) {
        let mut entries: Vec<(u32, Id)> = self
            .functions()
            .filter(|(id, ..)| self.is_entry(*id))
            .map(|(id, _, function)| (function.rank, id))
            .collect();
        entries.sort_unstable();
        self.entries = entries.iter().take(4 + random.below(3)).map(|(_, id)| *id).collect();
        let cold: Vec<Id> = entries.iter().map(|(_, id)| *id).filter(|id| !self.reaches_hot(*id)).collect();
        self.cold = cold.into_iter().take(random.below(3)).collect();
    }

    /// Whether a step can call it as it is.
    pub fn is_entry(&self, id: Id) -> bool {
        let item = &self.items[&id];
        matches!(&item.kind, Kind::Function(function) if function.first == First::None)
            && matches!(item.home, Home::Module(_))
    }

    /// The functions that this item may call, whichever implementation of a trait it takes.
    pub fn reached(&self, from: Id) -> BTreeSet<Id> {
        let mut reached = BTreeSet::from([from]);
        let mut left = vec![from];
        while let Some(id) = left.pop() {
            let named = self.named_by(id);
            let of_named = self.items.iter().filter(|(_, item)| match item.home {
                Home::Module(_) | Home::Type(_) => false,
                Home::Impl(of, by) => named.contains(&of) || named.contains(&by),
                Home::Default(of) | Home::Display(of) | Home::Drop(of) => named.contains(&of),
            });
            let all: Vec<Id> = named.iter().copied().chain(of_named.map(|(id, _)| *id)).collect();
            left.extend(all.into_iter().filter(|id| reached.insert(*id)));
        }
        reached
    }

    fn reaches_hot(&self, from: Id) -> bool {
        self.reached(from).iter().any(|id| matches!(&self.items[id].kind, Kind::Function(function) if function.is_hot))
    }

    /// One of the modules, roots included.
    pub fn any_module(&self, random: &mut Random) -> Id {
        let modules: Vec<Id> = self.modules.keys().copied().collect();
        random.of(&modules)
    }

    /// A module in another.
    pub fn add_module(&mut self, random: &mut Random) -> Id {
        let mut parent = self.any_module(random);
        if self.modules[&parent].parent.is_some_and(|outer| self.modules[&outer].parent.is_some()) {
            parent = self.root(parent);
        }
        let text = random.of(&[Text::File, Text::File, Text::Inline, Text::Folder]);
        let name = self.free_name(parent, &MODULES, random);
        let id = self.fresh();
        self.modules.insert(id, Module { name, parent: Some(parent), text, imports: BTreeSet::new() });
        id
    }

    /// A function of a module, or of a type or trait that is there.
    pub fn add_function(&mut self, module: Id, rank: u32, random: &mut Random) -> Id {
        let is_const = random.chance(1, 12);
        let traits: Vec<Id> = self.kinds(module, |kind| matches!(kind, Kind::Trait(_)));
        let types: Vec<Id> = self.items_in(module, |kind| matches!(kind, Kind::Type(_)));
        let (home, first) = match (random.below(12), random.pick(&traits), random.pick(&types)) {
            (0, Some(of), _) => (Home::Module(module), First::Generic(*of)),
            (1, Some(of), _) => (Home::Module(module), First::Object(*of)),
            (2, ..) => (Home::Module(module), First::Closure),
            (7, ..) => (Home::Module(module), First::Anything),
            (3, ..) => (Home::Module(module), First::Length),
            (4 | 5, _, Some(of)) => (Home::Type(*of), First::Receiver),
            (6, _, Some(of)) => (Home::Type(*of), First::None),
            _ => (Home::Module(module), First::None),
        };
        let is_const = is_const && first == First::None;
        let parameters = match random.below(6) {
            0 => vec![Value::Number, Value::Number],
            1 if !is_const => vec![Value::Text],
            _ => vec![Value::Number],
        };
        let is_async = !is_const && matches!(first, First::None) && random.chance(1, 10);
        let function = Function {
            rank,
            parameters,
            returns: if !is_const && random.chance(1, 4) { Value::Text } else { Value::Number },
            first,
            is_hot: !is_const && random.chance(1, 4),
            is_const,
            is_async,
            inline: if random.chance(1, 6) { Some(random.of(&["", "never", "always"])) } else { None },
            is_dense: random.chance(1, 8),
            is_wrapped: random.chance(1, 10),
            lets: Vec::new(),
            value: Expression::number(0),
        };
        let name = match home {
            Home::Type(of) => self.free_method(of, random),
            _ => self.free_name(module, &FUNCTIONS, random),
        };
        let id = self.add(name, home, Kind::Function(function), random);
        self.write(id, random);
        id
    }

    /// Writes the body of a function anew.
    pub fn write(&mut self, id: Id, random: &mut Random) {
        let mut scope = self.function(id).scope();
        let mut lets = Vec::new();
        for _ in 0..random.below(4) {
            let value =
                if Grower::for_item(self, id).is_const || random.chance(3, 4) { Value::Number } else { Value::Text };
            let depth = 1 + random.below(3);
            let bound = Grower::for_item(self, id).value(value, &scope, depth, random);
            let value = self.value_of(&bound);
            // A text that hid a number would not be what is named later.
            let start = if value == Value::Text { "w" } else { "t" };
            let name = format!("{start}{}", random.below(10_000));
            scope.names.push((name.clone(), value));
            lets.push((name, bound));
        }
        let returns = self.function(id).returns;
        let depth = 1 + random.below(3);
        let value = Grower::for_item(self, id).value(returns, &scope, depth, random);
        let function = self.function_mut(id);
        (function.lets, function.value) = (lets, value);
    }

    /// A constant of a module.
    pub fn add_constant(&mut self, module: Id, random: &mut Random) -> Id {
        let name = self.free_number(module, "LIMIT", random);
        let id = self.add(name, Home::Module(module), Kind::Constant(Expression::number(0)), random);
        let depth = random.below(3);
        let value = Grower::for_item(self, id).number(&Scope::default(), depth, random);
        if let Some(item) = self.items.get_mut(&id) {
            item.kind = Kind::Constant(value);
        }
        id
    }

    /// A static of a module.
    pub fn add_static(&mut self, module: Id, random: &mut Random) -> Id {
        let shape = random.of(&[Shape::Atomic, Shape::Atomic, Shape::Narrow, Shape::Mutex, Shape::Lazy, Shape::Local]);
        let kind = Kind::Static(Static { shape, initial: random.below(100) as u64 });
        let name = self.free_number(module, "COUNT", random);
        self.add(name, Home::Module(module), kind, random)
    }

    /// A type of a module, perhaps with what writes or drops its values.
    pub fn add_type(&mut self, module: Id, random: &mut Random) -> Id {
        let field = |random: &mut Random| random.of(&[Value::Number, Value::Number, Value::Text]);
        let fields = |random: &mut Random| (0..1 + random.below(3)).map(|_| field(random)).collect();
        let found = if random.chance(1, 2) {
            Type::record(fields(random))
        } else {
            let mut variant = |index: usize| {
                let fields = if random.chance(1, 3) { Vec::new() } else { fields(random) };
                (format!("{}{index}", random.of(&["Some", "Gone", "At"])), fields)
            };
            let variants = (0..3).map(&mut variant).collect();
            Type::choice(variants)
        };
        let name = self.free_name(module, &TYPES, random);
        let id = self.add(name, Home::Module(module), Kind::Type(found), random);
        if random.chance(1, 4) {
            self.add_method("fmt".to_owned(), Home::Display(id), 1_100_000, random);
        }
        if random.chance(1, 6) {
            let dropped = self.add_method("drop".to_owned(), Home::Drop(id), 1_100_000, random);
            let statics = self.kinds(module, |kind| matches!(kind, Kind::Static(_)));
            if let Some(counter) = random.pick(&statics) {
                // So that one can see when and how often.
                let value = self.function(dropped).value.clone();
                self.function_mut(dropped).value = Expression::new(Operation::Bump(*counter), vec![value]);
            }
        }
        id
    }

    /// A trait of a module, with types that implement it.
    pub fn add_trait(&mut self, module: Id, random: &mut Random) -> Id {
        let rank = 1_050_000 + u32::try_from(random.below(10_000)).expect("it is small");
        let start = random.below(METHODS.len());
        let method = |index: usize| METHODS[(start + index) % METHODS.len()].to_owned();
        let found = Trait { required: (method(0), rank + 1), provided: (method(1), rank), extra: 0 };
        let name = self.free_name(module, &TRAITS, random);
        let id = self.add(name, Home::Module(module), Kind::Trait(found), random);
        self.add_method(method(1), Home::Default(id), rank, random);
        let mut types = self.kinds(module, |kind| matches!(kind, Kind::Type(_)));
        let count = 1 + random.below(2);
        for _ in 0..count.min(types.len()) {
            let by = types.swap_remove(random.below(types.len()));
            self.implement(id, by, random);
        }
        id
    }

    /// Implements a trait for a type.
    pub fn implement(&mut self, of: Id, by: Id, random: &mut Random) -> Id {
        let (name, rank) = self.trait_of(of).required.clone();
        self.add_method(name, Home::Impl(of, by), rank, random)
    }

    fn add_method(&mut self, name: String, home: Home, rank: u32, random: &mut Random) -> Id {
        let is_text = matches!(home, Home::Display(_));
        let takes = !matches!(home, Home::Display(_) | Home::Drop(_));
        let function = Function {
            rank,
            parameters: if takes { vec![Value::Number] } else { Vec::new() },
            returns: if is_text { Value::Text } else { Value::Number },
            first: match home {
                // A default knows nothing of `self` but its trait.
                Home::Default(of) => First::Generic(of),
                _ => First::Receiver,
            },
            is_hot: random.chance(1, 4),
            is_const: false,
            is_async: false,
            inline: None,
            is_dense: false,
            is_wrapped: false,
            lets: Vec::new(),
            value: Expression::number(0),
        };
        let id = self.add(name, home, Kind::Function(function), random);
        self.write(id, random);
        id
    }

    /// A macro of a crate, for functions of lower ranks.
    pub fn add_macro(&mut self, rank: u32, random: &mut Random) -> Id {
        let module = self.any_module(random);
        let root = self.root(module);
        let kind = Kind::Macro(Macro { rank, value: Expression::number(0) });
        let id = self.add(format!("made_{}", random.below(1000)), Home::Module(root), kind, random);
        let scope = Scope { names: vec![("e".to_owned(), Value::Number)], is_alone: true };
        let value = Grower::for_item(self, id).number(&scope, 2, random);
        if let Some(item) = self.items.get_mut(&id) {
            item.kind = Kind::Macro(Macro { rank, value });
        }
        id
    }

    fn add(&mut self, name: String, home: Home, kind: Kind, random: &mut Random) -> Id {
        let id = self.fresh();
        let notes = if random.chance(1, 6) { vec![note(random)] } else { Vec::new() };
        let (at, is_private) = (random.below(1000) as u32, random.chance(1, 2));
        self.items.insert(id, Item { name, home, at, notes, is_private, kind });
        id
    }

    /// Items of this kind that code in `module` can name.
    pub fn kinds(&self, module: Id, filter: impl Fn(&Kind) -> bool) -> Vec<Id> {
        let sees = |id: Id| self.sees(module, self.module_of(id));
        self.items.iter().filter(|(id, item)| filter(&item.kind) && sees(**id)).map(|(id, _)| *id).collect()
    }

    fn items_in(&self, module: Id, filter: impl Fn(&Kind) -> bool) -> Vec<Id> {
        let items = self.items.iter().filter(|(_, item)| item.home == Home::Module(module) && filter(&item.kind));
        items.map(|(id, _)| *id).collect()
    }

    /// A name that nothing in this module has.
    pub fn free_name(&self, module: Id, from: &[&str], random: &mut Random) -> String {
        free(from, |name| self.is_taken(module, name), random)
    }

    fn free_number(&self, module: Id, stem: &str, random: &mut Random) -> String {
        let mut names = std::iter::repeat_with(|| format!("{stem}_{}", random.below(1000)));
        names.find(|name| !self.is_taken(module, name)).expect("a module has fewer than a thousand of a kind")
    }

    fn is_taken(&self, module: Id, name: &str) -> bool {
        self.items.values().any(|item| item.home == Home::Module(module) && item.name == name)
            || self.modules.values().any(|found| found.parent == Some(module) && found.name == name)
    }

    fn free_method(&self, of: Id, random: &mut Random) -> String {
        free(
            &FUNCTIONS,
            |name| self.items.values().any(|item| item.home == Home::Type(of) && item.name == name),
            random,
        )
    }
}

fn free(from: &[&str], is_taken: impl Fn(&str) -> bool, random: &mut Random) -> String {
    loop {
        let word = random.of(from);
        let name = if random.chance(1, 2) { word.to_owned() } else { format!("{word}{}", random.below(100)) };
        if !is_taken(&name) {
            return name;
        }
    }
}

fn root(name: &str) -> Module {
    Module { name: name.to_owned(), parent: None, text: Text::File, imports: BTreeSet::new() }
}

/// A line of comment, which may look like code.
pub fn note(random: &mut Random) -> String {
    let number = random.below(100);
    match random.below(7) {
        0 => format!("/// It's {number}."),
        1 => format!("// {{ \"{number}"),
        2 => format!("/* }} {number} */"),
        3 => format!("/** fn drawn{number}() {{ */"),
        4 => format!("// r#\" {number} /*"),
        _ => format!("// It is {number}."),
    }
}

/// What a removed item leaves where it was named.
pub fn left_by(program: &Program, expression: &Expression) -> Expression {
    match expression.operation {
        Operation::Make(..) | Operation::Lambda(_) | Operation::Sample(_) => expression.clone(),
        _ => Expression::literal(program.value_of(expression)),
    }
}
