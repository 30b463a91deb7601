//! What stands in the bodies of a program's functions: trees of operations.

use super::program::{Id, Value};

/// An operation and what it works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// What is done.
    pub operation: Operation,
    /// To what; [`Operation`] says how many there are.
    pub parts: Vec<Expression>,
}

/// What an expression does. Where nothing else is said it takes numbers and gives one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A literal.
    Number(u64),
    /// A literal, and a text.
    Text(String),
    /// A parameter, or what `let` or a closure named.
    Local(String, Value),
    /// A constant.
    Constant(Id),
    /// What a static holds.
    Load(Id),
    /// Adds the part to a static, and gives the sum.
    Bump(Id),
    /// One of the operators.
    Binary(Binary),
    /// Compares two parts this way, and evaluates the third or the fourth.
    If(&'static str),
    /// Evaluates the part that belongs to the first one's remainder; the last is for all others.
    Match(Vec<u64>),
    /// Calls a function with all parts; the number is for its length, where it has one.
    Call(Id, u64),
    /// Calls a function of one number through a pointer.
    Pointer(Id),
    /// A closure of this name: body and argument.
    Closure(String),
    /// A closure as an argument; its body.
    Lambda(String),
    /// Calls the closure that the function was given.
    CallClosure,
    /// An iterator over so many numbers, named so.
    Map(u64, String),
    /// A loop: the names of the sum and the counter, and how often. First value and body.
    Loop(String, String, u64),
    /// Of a text, a number.
    Sum,
    /// Catches a panic, and has this in its place.
    Caught(u64),
    /// Panics with this text if the first part is divisible by the number, or else evaluates the second.
    PanicIf(u64, String),
    /// The part that the first one says, or a panic.
    Index,
    /// On a thread of its own.
    Scoped,
    /// A number of the struct that the part makes.
    Field(usize),
    /// A number of `self`.
    SelfField(usize),
    /// Takes a type's value apart; after it a part for each variant, whose fields begin with this name.
    Apart(Id, String),
    /// The trait's second method, or else its first, through a box of the first part.
    Object(Id, bool),
    /// The same, called directly.
    TraitCall(Id, bool),
    /// The same of the function's own `it`.
    It(Id, bool),
    /// A value of one of many types, this one, of what its parts give: numbers, or a type's value.
    Sample(Sample),
    /// What `Debug` and `type_name` say of the function's own `it`, whatever that is.
    SaidOfIt,
    /// `line!()`
    Line,
    /// `column!()`
    Column,
    /// A macro of the program.
    Macro(Id),
    /// Goes through a static in a block, so named.
    Scratch(String),
    /// A function in the function, so named, with a parameter so named: body and argument.
    Nested(String, String),
    /// A type in the function with a method: body and argument.
    LocalType(String, String),
    /// The idiom of this number, of two parts.
    Idiom(usize),
    /// Sorts its parts and mixes them.
    Sorted,
    /// Maps its parts in a tree and mixes them.
    Tree,
    /// The size of a type.
    Size(Id),
    /// The length that the function is generic over.
    Length,
    /// Waits for an `async` block.
    Async,
    /// A value of a type's variant.
    Make(Id, usize),
    /// A text of these pieces, with a part after each but the last.
    Format(Vec<String>),
    /// A text in capitals.
    Upper,
    /// Two texts.
    Join,
    /// A value of this type as derived `Debug` writes it.
    Debug(Id),
    /// A value of this type as its `Display` writes it.
    Show(Id),
    /// `include_str!`
    Words,
    /// `module_path!()`
    ModulePath,
    /// `type_name` of a type.
    TypeName(Id),
}

/// The types of what is given to functions that take anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// `i32`
    Small,
    /// `(u64, &str)`
    Pair,
    /// `Option<char>`
    Letter,
    /// `Vec<u64>`
    List,
    /// `[u8; 3]`
    Array,
    /// `f64`
    Float,
    /// `()`
    Unit,
    /// The program's own type.
    Own,
    /// A reference to it.
    Borrowed,
    /// A box of it.
    Boxed,
    /// `Result<Own, String>`
    Result,
    /// `(&str, [Own; 1])`
    Nested,
    /// `BTreeMap<u64, Own>`
    Tree,
    /// `Arc<Mutex<Own>>`
    Shared,
    /// `&dyn Debug`
    Object,
}

impl Sample {
    /// All of them, those first that hold no type of the program.
    pub const ALL: [Self; 15] = [
        Self::Small,
        Self::Pair,
        Self::Letter,
        Self::List,
        Self::Array,
        Self::Float,
        Self::Unit,
        Self::Own,
        Self::Borrowed,
        Self::Boxed,
        Self::Result,
        Self::Nested,
        Self::Tree,
        Self::Shared,
        Self::Object,
    ];

    /// How many of them are of numbers alone.
    pub const PLAIN: usize = 7;
}

/// Operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// Wrapping.
    Add,
    /// Wrapping.
    Multiply,
    /// `^`
    Xor,
    /// By what is not 0.
    Remainder,
    /// With the check that the profile asks for.
    Checked,
}

/// What an expression can name of its function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Parameters and variables.
    pub names: Vec<(String, Value)>,
    /// It is in an item of its own, which knows nothing of what stands first among the parameters.
    pub is_alone: bool,
}

impl Scope {
    /// What the part with this index of an operation can name.
    pub fn within(&self, operation: &Operation, part: usize) -> Self {
        let mut inner = self.clone();
        let mut name = |name: &String| inner.names.push((name.clone(), Value::Number));
        match operation {
            Operation::Closure(given) if part == 0 => name(given),
            Operation::Lambda(given) | Operation::Map(_, given) => name(given),
            Operation::Loop(sum, counter, _) if part == 1 => [sum, counter].into_iter().for_each(name),
            Operation::Nested(_, given) | Operation::LocalType(_, given) if part == 0 => {
                inner = Self { names: vec![(given.clone(), Value::Number)], is_alone: true };
            }
            _ => {}
        }
        inner
    }
}

impl Expression {
    /// An operation on these parts.
    pub fn new(operation: Operation, parts: Vec<Self>) -> Self {
        Self { operation, parts }
    }

    /// A literal.
    pub fn number(number: u64) -> Self {
        Self::new(Operation::Number(number), Vec::new())
    }

    /// A literal of this kind.
    pub fn literal(value: Value) -> Self {
        match value {
            Value::Text => Self::new(Operation::Text("gone".to_owned()), Vec::new()),
            _ => Self::number(1),
        }
    }

    /// Visits this and all within.
    pub fn each(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        self.parts.iter().for_each(|part| part.each(visit));
    }

    /// The same, where each may be changed: what is within comes first.
    pub fn each_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        self.parts.iter_mut().for_each(|part| part.each_mut(visit));
        visit(self);
    }

    /// The same from the outside, with what each can name.
    pub fn each_in(&mut self, scope: &Scope, visit: &mut dyn FnMut(&mut Self, &Scope)) {
        visit(self, scope);
        for (index, part) in self.parts.iter_mut().enumerate() {
            part.each_in(&scope.within(&self.operation, index), visit);
        }
    }
}

impl Operation {
    /// The item that is named.
    pub fn item(&self) -> Option<Id> {
        match self {
            Self::Constant(id) | Self::Load(id) | Self::Bump(id) | Self::Call(id, _) | Self::Pointer(id) => Some(*id),
            Self::Apart(id, _) | Self::Object(id, _) | Self::TraitCall(id, _) | Self::It(id, _) => Some(*id),
            Self::Macro(id) | Self::Size(id) | Self::Make(id, _) => Some(*id),
            Self::Debug(id) | Self::Show(id) | Self::TypeName(id) => Some(*id),
            _ => None,
        }
    }
}
