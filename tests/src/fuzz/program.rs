//! A program as the fuzzer knows it: modules in a tree, and items in them that name each other by number.
//!
//! Whatever is written here in one place is spelled in many: a function that moves or changes its name takes its callers'
//! texts along. So every program that can be made compiles, unless it is broken on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{Expression, Operation, Scope};

/// The number of a module or an item; it stays when the name changes.
pub type Id = u32;

/// The root module of the binary crate.
pub const APP: Id = 0;

/// A program at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The name of its package.
    pub name: String,
    /// The modules, roots included.
    pub modules: BTreeMap<Id, Module>,
    /// Everything else.
    pub items: BTreeMap<Id, Item>,
    /// The functions that a step calls, all from hot code.
    pub entries: Vec<Id>,
    /// The functions that `main` calls too, past all hot ones; they reach no hot function in the first program.
    pub cold: Vec<Id>,
    /// What stands in the file that `include_str!` takes in.
    pub words: String,
    /// How its files are laid out.
    pub layout: Layout,
    /// What keeps it from compiling.
    pub broken: Option<Broken>,
    /// The next number.
    pub next: Id,
}

/// How the files of a program are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Lines end as on Windows.
    pub has_returns: bool,
    /// Indentation is tabs.
    pub has_tabs: bool,
}

/// A module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name; that of a root is its crate's.
    pub name: String,
    /// The module it stands in; `None` for the root of a crate.
    pub parent: Option<Id>,
    /// Where its text is.
    pub text: Text,
    /// Items that a `use` names here.
    pub imports: BTreeSet<Id>,
}

/// Where the text of a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// In braces, in the file of its parent.
    Inline,
    /// In `name.rs`.
    File,
    /// In `name/mod.rs`.
    Folder,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name.
    pub name: String,
    /// What it stands in.
    pub home: Home,
    /// Its place among its neighbours.
    pub at: u32,
    /// Lines of comment above it.
    pub notes: Vec<String>,
    /// Private, where nobody outside of its module asks for it.
    pub is_private: bool,
    /// What it is.
    pub kind: Kind,
}

/// What an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A module.
    Module(Id),
    /// The inherent `impl` of a type.
    Type(Id),
    /// The `impl` of the first, a trait, for the second, a type.
    Impl(Id, Id),
    /// A trait, as its second method's default.
    Default(Id),
    /// The `impl` of `Display` for a type.
    Display(Id),
    /// The `impl` of `Drop` for a type.
    Drop(Id),
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A function or method.
    Function(Function),
    /// A constant.
    Constant(Expression),
    /// A static.
    Static(Static),
    /// A struct or enum: of a struct, there is one variant.
    Type(Type),
    /// A trait with a method that is required and one with a default, both `fn(&self, u64) -> u64`.
    Trait(Trait),
    /// A macro of one expression; in its own crate alone.
    Macro(Macro),
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// `u64`
    Number,
    /// `String`, or `&str` as a parameter.
    Text,
    /// A value of a type of the program, or something else that only fits one place.
    Other,
}

/// A function or method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// It calls only functions of higher ranks, so every call ends. A method of a trait has the rank that the trait gives.
    pub rank: u32,
    /// What it takes after what [`Function::first`] says.
    pub parameters: Vec<Value>,
    /// What it gives back.
    pub returns: Value,
    /// Its first parameter or type parameter.
    pub first: First,
    /// `#[hot]`, or in a block that is.
    pub is_hot: bool,
    /// `const fn`, which does little.
    pub is_const: bool,
    /// `async fn`, whose callers wait.
    pub is_async: bool,
    /// `#[inline]`, with what stands in its parentheses.
    pub inline: Option<&'static str>,
    /// On one line.
    pub is_dense: bool,
    /// Handed through a macro.
    pub is_wrapped: bool,
    /// Names and values, in order.
    pub lets: Vec<(String, Expression)>,
    /// What it evaluates to.
    pub value: Expression,
}

/// What stands first among the parameters of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// Nothing special.
    None,
    /// `&self`
    Receiver,
    /// `it: &T`, with `T: Trait`
    Generic(Id),
    /// `it: &dyn Trait`
    Object(Id),
    /// `it: T`, whatever can be written with `Debug`
    Anything,
    /// `call: impl Fn(u64) -> u64`
    Closure,
    /// `const N: usize`
    Length,
}

/// A static; its value is a number whatever its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Static {
    /// Its type.
    pub shape: Shape,
    /// Its first value.
    pub initial: u64,
}

/// The type of a static.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `AtomicU64`
    Atomic,
    /// `AtomicU32`
    Narrow,
    /// `Mutex<u64>`
    Mutex,
    /// `LazyLock<AtomicU64>`
    Lazy,
    /// `thread_local!` with a `Cell<u64>`
    Local,
}

/// A struct or enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// `enum`
    is_enum: bool,
    /// Their names and fields.
    pub variants: Vec<(String, Vec<Value>)>,
}

/// A trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// The name and rank of the method that every implementation writes.
    pub required: (String, u32),
    /// Those of the method that has a default.
    pub provided: (String, u32),
    /// More methods with a default of their own, which no one calls.
    pub extra: u32,
}

/// A macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    /// That of a function.
    pub rank: u32,
    /// What it stands for, with its argument named `e`.
    pub value: Expression,
}

/// A mistake in the body of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The function.
    pub function: Id,
    /// A statement that does not compile there.
    pub by: &'static str,
}

impl Home {
    /// The type of `self`, where its fields are known.
    pub fn receiver(self) -> Option<Id> {
        match self {
            Self::Type(of) | Self::Impl(_, of) | Self::Display(of) | Self::Drop(of) => Some(of),
            Self::Module(_) | Self::Default(_) => None,
        }
    }
}

impl Function {
    /// The parameters as the body names them.
    pub fn scope(&self) -> Scope {
        let names = self.parameters.iter().enumerate().map(|(index, value)| (format!("p{index}"), *value));
        Scope { names: names.collect(), is_alone: false }
    }
}

impl Type {
    /// A struct with these fields.
    pub fn record(fields: Vec<Value>) -> Self {
        Self { is_enum: false, variants: vec![(String::new(), fields)] }
    }

    /// An enum of these variants.
    pub fn choice(variants: Vec<(String, Vec<Value>)>) -> Self {
        Self { is_enum: true, variants }
    }

    /// Whether it is an enum.
    pub fn is_enum(&self) -> bool {
        self.is_enum
    }
}

impl Program {
    /// The next number, which nothing has yet.
    pub fn fresh(&mut self) -> Id {
        self.next += 1;
        self.next
    }

    /// Gives the package, and its libraries, another name.
    pub fn rename_package(&mut self, name: &str) {
        for module in self.modules.values_mut().filter(|module| module.parent.is_none()) {
            module.name = module.name.replacen(&self.name, name, 1);
        }
        name.clone_into(&mut self.name);
    }

    /// The function with this number.
    ///
    /// # Panics
    /// It is none.
    pub fn function(&self, id: Id) -> &Function {
        match &self.items[&id].kind {
            Kind::Function(function) => function,
            other => panic!("{id} is no function but {other:?}"),
        }
    }

    /// The same, to be changed.
    ///
    /// # Panics
    /// It is none.
    pub fn function_mut(&mut self, id: Id) -> &mut Function {
        match self.items.get_mut(&id).map(|item| &mut item.kind) {
            Some(Kind::Function(function)) => function,
            other => panic!("{id} is no function but {other:?}"),
        }
    }

    /// The type with this number.
    ///
    /// # Panics
    /// It is none.
    pub fn type_of(&self, id: Id) -> &Type {
        match &self.items[&id].kind {
            Kind::Type(found) => found,
            other => panic!("{id} is no type but {other:?}"),
        }
    }

    /// The trait with this number.
    ///
    /// # Panics
    /// It is none.
    pub fn trait_of(&self, id: Id) -> &Trait {
        match &self.items[&id].kind {
            Kind::Trait(found) => found,
            other => panic!("{id} is no trait but {other:?}"),
        }
    }

    /// The type of the static with this number.
    ///
    /// # Panics
    /// It is none.
    pub fn shape(&self, id: Id) -> Shape {
        match &self.items[&id].kind {
            Kind::Static(found) => found.shape,
            other => panic!("{id} is no static but {other:?}"),
        }
    }

    /// The functions, methods included.
    pub fn functions(&self) -> impl Iterator<Item = (Id, &Item, &Function)> {
        self.items.iter().filter_map(|(id, item)| match &item.kind {
            Kind::Function(function) => Some((*id, item, function)),
            _ => None,
        })
    }

    /// Whether a plain `fn(u64) -> u64` could point to it.
    pub fn takes_a_number(&self, id: Id) -> bool {
        let function = self.function(id);
        let is_plain = function.first == First::None && !function.is_async;
        is_plain && function.parameters == [Value::Number] && function.returns == Value::Number
    }

    /// The types that implement this trait.
    pub fn implementors(&self, of: Id) -> Vec<Id> {
        let homes = self.items.values().map(|item| item.home);
        homes
            .filter_map(|home| if let Home::Impl(found, by) = home { (found == of).then_some(by) } else { None })
            .collect()
    }

    /// The module whose text holds this item. What implements a trait stands with the type, unless that is another crate's.
    pub fn module_of(&self, id: Id) -> Id {
        match self.items[&id].home {
            Home::Module(module) => module,
            Home::Type(of) | Home::Display(of) | Home::Drop(of) | Home::Default(of) => self.module_of(of),
            Home::Impl(of, by) => {
                let (of, by) = (self.module_of(of), self.module_of(by));
                if self.root(of) == APP && self.root(by) != APP { of } else { by }
            }
        }
    }

    /// The root of the crate that this module is in.
    pub fn root(&self, module: Id) -> Id {
        self.modules[&module].parent.map_or(module, |parent| self.root(parent))
    }

    /// Whether code in `module` can name items of `other`, as far as crates go.
    pub fn sees(&self, module: Id, other: Id) -> bool {
        self.root(other) == self.root(module) || self.root(module) == APP
    }

    /// Whether `module` is `outer` or stands in it.
    pub fn is_within(&self, module: Id, outer: Id) -> bool {
        module == outer || self.modules[&module].parent.is_some_and(|parent| self.is_within(parent, outer))
    }

    /// The type of what an expression evaluates to.
    pub fn value_of(&self, expression: &Expression) -> Value {
        use Operation as O;
        match &expression.operation {
            O::If(_) => self.value_of(&expression.parts[2]),
            O::Match(_) => self.value_of(&expression.parts[1]),
            O::Call(id, _) => self.function(*id).returns,
            O::Local(_, value) => *value,
            O::Text(_) | O::Format(_) | O::Upper | O::Join | O::Debug(_) | O::Show(_) => Value::Text,
            O::ModulePath | O::Words | O::TypeName(_) | O::SaidOfIt => Value::Text,
            O::Make(..) | O::Lambda(_) | O::Sample(_) => Value::Other,
            _ => Value::Number,
        }
    }

    /// Every expression of an item, those within others left out.
    pub fn expressions(item: &Item) -> Vec<&Expression> {
        match &item.kind {
            Kind::Function(function) => function.lets.iter().map(|(_, value)| value).chain([&function.value]).collect(),
            Kind::Constant(value) | Kind::Macro(Macro { value, .. }) => vec![value],
            _ => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub fn expressions_mut(item: &mut Item) -> Vec<&mut Expression> {
        match &mut item.kind {
            Kind::Function(function) => {
                function.lets.iter_mut().map(|(_, value)| value).chain([&mut function.value]).collect()
            }
            Kind::Constant(value) | Kind::Macro(Macro { value, .. }) => vec![value],
            _ => Vec::new(),
        }
    }

    /// The items that the expressions of this one name.
    pub fn named_by(&self, id: Id) -> BTreeSet<Id> {
        let mut named = BTreeSet::new();
        for expression in Self::expressions(&self.items[&id]) {
            expression.each(&mut |inner| named.extend(inner.operation.item()));
        }
        named
    }

    /// What a step costs, in operations, from its entries on.
    pub fn cost(&self) -> u64 {
        let mut known = BTreeMap::new();
        let calls = self.entries.iter().chain(&self.cold);
        calls.fold(0, |sum, entry| self.cost_of(*entry, &mut known).saturating_add(sum))
    }

    fn cost_of(&self, id: Id, known: &mut BTreeMap<Id, u64>) -> u64 {
        if let Some(cost) = known.get(&id) {
            return *cost;
        }
        let parts = Self::expressions(&self.items[&id]);
        let cost = parts.iter().fold(1, |sum: u64, part| sum.saturating_add(self.cost_in(part, known)));
        known.insert(id, cost);
        cost
    }

    fn cost_in(&self, expression: &Expression, known: &mut BTreeMap<Id, u64>) -> u64 {
        use Operation as O;
        let parts = expression.parts.iter().fold(1, |sum: u64, part| sum.saturating_add(self.cost_in(part, known)));
        let called = match &expression.operation {
            // Who calls what is in a closure does so some times.
            O::Call(id, _) if self.function(*id).first == First::Closure => {
                return parts.saturating_mul(4).saturating_add(self.cost_of(*id, known));
            }
            O::Object(of, provided) | O::TraitCall(of, provided) | O::It(of, provided) => {
                self.cost_of_method(*of, *provided, known)
            }
            O::Scoped | O::PanicIf(..) => 50,
            O::Map(count, _) | O::Loop(_, _, count) => return parts.saturating_mul(*count),
            other => other
                .item()
                .filter(|id| !matches!(self.items[id].kind, Kind::Static(_) | Kind::Type(_)))
                .map_or(0, |id| self.cost_of(id, known)),
        };
        parts.saturating_add(called)
    }

    fn cost_of_method(&self, of: Id, provided: bool, known: &mut BTreeMap<Id, u64>) -> u64 {
        let methods = self.items.iter().filter(|(_, item)| match item.home {
            Home::Impl(found, _) => found == of && !provided,
            Home::Default(found) => found == of && provided,
            _ => false,
        });
        let methods: Vec<Id> = methods.map(|(id, _)| *id).collect();
        methods.into_iter().map(|id| self.cost_of(id, known)).max().unwrap_or(0)
    }
}
