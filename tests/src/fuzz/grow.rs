//! Makes expressions by chance, of what can be named and called where they stand.

use super::expression::{Binary, Expression, Operation, Sample, Scope};
use super::idiom::IDIOMS;
use super::program::{First, Home, Id, Item, Kind, Program, Type, Value};
use super::random::Random;

const WORDS: [&str; 10] = ["red", "on the way", "über", "\\t", "{", "a\"b", "", "seven of nine", "→", "end\nof line"];

/// Chooses what stands where.
#[derive(Debug)]
pub struct Grower<'a> {
    /// The program that it is for.
    pub program: &'a Program,
    /// The module.
    pub module: Id,
    /// Calls go to higher ranks alone.
    pub rank: u32,
    /// Of the function; `None` in items of its own.
    pub first: First,
    /// The type of `self`, where there is one.
    pub receiver: Option<Id>,
    /// What can be evaluated at compile time.
    pub is_const: bool,
}

impl<'a> Grower<'a> {
    /// For the expressions of this item.
    pub fn for_item(program: &'a Program, id: Id) -> Self {
        let item = &program.items[&id];
        let module = program.module_of(id);
        match &item.kind {
            Kind::Function(function) => Self {
                program,
                module,
                rank: function.rank,
                first: function.first,
                receiver: item.home.receiver(),
                // A second panic, of a destructor, would end the program.
                is_const: function.is_const || matches!(item.home, Home::Drop(_)),
            },
            Kind::Macro(found) => {
                Self { program, module, rank: found.rank, first: First::None, receiver: None, is_const: false }
            }
            _ => Self { program, module, rank: u32::MAX, first: First::None, receiver: None, is_const: true },
        }
    }

    /// An expression of this type.
    pub fn value(&self, value: Value, scope: &Scope, depth: usize, random: &mut Random) -> Expression {
        match value {
            Value::Text => self.text(scope, depth, random),
            _ => self.number(scope, depth, random),
        }
    }

    /// An expression that gives a number.
    pub fn number(&self, scope: &Scope, depth: usize, random: &mut Random) -> Expression {
        if depth == 0 {
            return self.leaf(scope, random);
        }
        let choices = if self.is_const { 6 } else { 48 };
        let mut grow = Growing { grower: self, scope, depth: depth - 1, random };
        grow.branch(choices).unwrap_or_else(|| self.leaf(scope, random))
    }

    /// An expression that gives a text.
    pub fn text(&self, scope: &Scope, depth: usize, random: &mut Random) -> Expression {
        if depth == 0 {
            let locals = named(scope, Value::Text);
            return match random.pick(&locals) {
                Some(name) if random.chance(1, 2) => leaf(Operation::Local(name.clone(), Value::Text)),
                _ => leaf(Operation::Text(word(random))),
            };
        }
        let mut grow = Growing { grower: self, scope, depth: depth - 1, random };
        grow.text_branch().unwrap_or_else(|| self.text(scope, depth - 1, random))
    }

    /// A call of this function, if its arguments can be had here.
    pub fn call_of(&self, id: Id, scope: &Scope, random: &mut Random) -> Option<Expression> {
        let returns = self.program.function(id).returns;
        if !self.program.sees(self.module, self.program.module_of(id)) {
            return None;
        }
        let call = Growing { grower: self, scope, depth: 1, random }.call(id)?;
        Some(if returns == Value::Text { Expression::new(Operation::Sum, vec![call]) } else { call })
    }

    /// What `Debug` makes of a value of this type, as a number.
    pub fn debug_of(&self, id: Id, scope: &Scope, random: &mut Random) -> Option<Expression> {
        if !self.program.sees(self.module, self.program.module_of(id)) {
            return None;
        }
        let made = Growing { grower: self, scope, depth: 1, random }.make(id);
        let text = Expression::new(Operation::Debug(id), vec![made]);
        Some(Expression::new(Operation::Sum, vec![text]))
    }

    fn leaf(&self, scope: &Scope, random: &mut Random) -> Expression {
        let locals = named(scope, Value::Number);
        if let Some(name) = random.pick(&locals).filter(|_| random.clone().chance(2, 3)) {
            return leaf(Operation::Local(name.clone(), Value::Number));
        }
        let constants = self.visible(|_, item| matches!(item.kind, Kind::Constant(_)));
        let statics = self.visible(|_, item| matches!(item.kind, Kind::Static(_)) && !self.is_const);
        match random.below(6) {
            0 | 1 if !self.is_const => {
                random.pick(&constants).map_or_else(|| literal(random), |id| leaf(Operation::Constant(*id)))
            }
            2 => random.pick(&statics).map_or_else(|| literal(random), |id| leaf(Operation::Load(*id))),
            _ => literal(random),
        }
    }

    /// The items that can be named here.
    fn visible(&self, filter: impl Fn(Id, &Item) -> bool) -> Vec<Id> {
        let sees = |id: Id| self.program.sees(self.module, self.program.module_of(id));
        self.program.items.iter().filter(|(id, item)| filter(**id, item) && sees(**id)).map(|(id, _)| *id).collect()
    }

    fn callees(&self) -> Vec<Id> {
        self.visible(|_, item| match (&item.kind, item.home) {
            (Kind::Function(function), Home::Module(_) | Home::Type(_)) => function.rank > self.rank,
            _ => false,
        })
    }

    /// The traits whose methods may be called, each with whether it is the provided one, and a type that implements it.
    fn methods(&self, random: &mut Random) -> Option<(Id, bool, Id)> {
        let traits = self.visible(|_, item| matches!(item.kind, Kind::Trait(_)));
        let found: Vec<_> =
            traits.into_iter().flat_map(|id| [(id, false), (id, true)]).filter(|pair| self.is_below(*pair)).collect();
        let (of, provided) = *random.pick(&found)?;
        let types = self.implementors(of);
        Some((of, provided, *random.pick(&types)?))
    }

    fn is_below(&self, (of, provided): (Id, bool)) -> bool {
        let found = self.program.trait_of(of);
        let rank = if provided { found.provided.1 } else { found.required.1 };
        rank > self.rank
    }

    fn implementors(&self, of: Id) -> Vec<Id> {
        let types = self.program.implementors(of).into_iter();
        types.filter(|id| self.program.sees(self.module, self.program.module_of(*id))).collect()
    }
}

/// One expression on its way.
struct Growing<'a, 'p> {
    grower: &'a Grower<'p>,
    scope: &'a Scope,
    depth: usize,
    random: &'a mut Random,
}

impl Growing<'_, '_> {
    fn number(&mut self) -> Expression {
        self.grower.number(self.scope, self.depth, self.random)
    }

    fn text(&mut self) -> Expression {
        self.grower.text(self.scope, self.depth, self.random)
    }

    fn part(&mut self, of: &Operation, index: usize) -> Expression {
        let scope = self.scope.within(of, index);
        if !scope.is_alone || self.scope.is_alone {
            return self.grower.number(&scope, self.depth, self.random);
        }
        let Grower { program, module, rank, is_const, .. } = *self.grower;
        let alone = Grower { program, module, rank, first: First::None, receiver: None, is_const };
        alone.number(&scope, self.depth, self.random)
    }

    fn name(&mut self, start: &str) -> String {
        format!("{start}{}", self.random.below(10_000))
    }

    fn make(&mut self, id: Id) -> Expression {
        let variants = &self.grower.program.type_of(id).variants;
        let variant = self.random.below(variants.len());
        let depth = self.depth.min(1);
        let fields = variants[variant].1.iter();
        let fields = fields.map(|value| self.grower.value(*value, self.scope, depth, self.random)).collect();
        Expression::new(Operation::Make(id, variant), fields)
    }

    fn call(&mut self, id: Id) -> Option<Expression> {
        let item = &self.grower.program.items[&id];
        let function = self.grower.program.function(id);
        let mut parts = Vec::new();
        match (function.first, item.home) {
            (First::Receiver, Home::Type(of)) => parts.push(self.make(of)),
            (First::Generic(of) | First::Object(of), _) => {
                let types = self.grower.implementors(of);
                let id = *self.random.pick(&types)?;
                parts.push(self.make(id));
            }
            (First::Closure, _) => {
                let lambda = Operation::Lambda(self.name("c"));
                let body = self.part(&lambda, 0);
                parts.push(Expression::new(lambda, vec![body]));
            }
            (First::Anything, _) => {
                let sample = self.sample();
                parts.push(sample);
            }
            _ => {}
        }
        for value in &function.parameters {
            parts.push(self.grower.value(*value, self.scope, self.depth.min(2), self.random));
        }
        Some(Expression::new(Operation::Call(id, self.random.below(5) as u64), parts))
    }

    /// A value of some type.
    fn sample(&mut self) -> Expression {
        let own = self.type_with(|_| true);
        let count = if own.is_some() { Sample::ALL.len() } else { Sample::PLAIN };
        let sample = self.random.of(&Sample::ALL[..count]);
        let is_plain = Sample::ALL[..Sample::PLAIN].contains(&sample);
        let part = match own {
            Some(own) if !is_plain => self.make(own),
            _ => self.number(),
        };
        Expression::new(Operation::Sample(sample), vec![part])
    }

    fn called(&mut self, returns: Value) -> Option<Expression> {
        let mut callees = self.grower.callees();
        callees.retain(|id| self.grower.program.function(*id).returns == returns);
        let id = *self.random.pick(&callees)?;
        self.call(id)
    }

    fn type_with(&mut self, filter: impl Fn(&Type) -> bool) -> Option<Id> {
        let types = self.grower.visible(|_, item| matches!(&item.kind, Kind::Type(found) if filter(found)));
        self.random.pick(&types).copied()
    }

    fn branch(&mut self, choices: usize) -> Option<Expression> {
        use Operation as O;
        let (operation, parts) = match self.random.below(choices) {
            0..=2 => {
                let operators = [Binary::Add, Binary::Multiply, Binary::Xor, Binary::Remainder, Binary::Checked];
                // What overflows at compile time is an error.
                let operator = self.random.of(&operators[..operators.len() - usize::from(self.grower.is_const)]);
                (O::Binary(operator), vec![self.number(), self.number()])
            }
            3 => (O::If(self.random.of(&["<", "==", "!=", ">="])), (0..4).map(|_| self.number()).collect()),
            4 | 5 => {
                let mut arms: Vec<u64> = (0..2 + self.random.below(4) as u64).collect();
                let other = self.random.below(arms.len());
                arms.swap(0, other);
                let parts = (0..arms.len() + 2).map(|_| self.number()).collect();
                (O::Match(arms), parts)
            }
            6..=12 => return self.called(Value::Number),
            13 => {
                let operation = O::Closure(self.name("c"));
                let parts = vec![self.part(&operation, 0), self.number()];
                (operation, parts)
            }
            14 => {
                let operation = O::Map(1 + self.random.below(3) as u64, self.name("m"));
                let body = self.part(&operation, 0);
                (operation, vec![body])
            }
            15 => {
                let operation = O::Loop(self.name("s"), self.name("i"), 1 + self.random.below(3) as u64);
                let parts = vec![self.number(), self.part(&operation, 1)];
                (operation, parts)
            }
            16 | 17 => (O::Sum, vec![self.text()]),
            18 => (O::Caught(self.random.below(100) as u64), vec![self.number()]),
            19 => (O::PanicIf(2 + self.random.below(6) as u64, word(self.random)), vec![self.number(), self.number()]),
            20 => (O::Index, (0..3 + self.random.below(3)).map(|_| self.number()).collect()),
            21 => (O::Scoped, vec![self.number()]),
            22 => return self.field(),
            23 | 24 => return self.apart(),
            25..=27 => {
                let (of, provided, by) = self.grower.methods(self.random)?;
                let operation =
                    if self.random.chance(1, 2) { O::Object(of, provided) } else { O::TraitCall(of, provided) };
                (operation, vec![self.make(by), self.number()])
            }
            28 => (if self.random.chance(1, 2) { O::Line } else { O::Column }, Vec::new()),
            29 => {
                let (rank, root) = (self.grower.rank, self.grower.program.root(self.grower.module));
                let is_above = |item: &Item| matches!(&item.kind, Kind::Macro(found) if found.rank > rank);
                let mut macros = self.grower.visible(|_, item| is_above(item));
                macros.retain(|id| self.grower.program.module_of(*id) == root);
                (O::Macro(*self.random.pick(&macros)?), vec![self.number()])
            }
            30 => (O::Scratch(self.random.of(&["HITS", "COUNT"]).to_owned()), vec![self.number()]),
            31 | 32 => {
                let names = (self.random.of(&["inner", "draw", "helper"]).to_owned(), self.name("v"));
                let operation = if self.random.chance(2, 3) {
                    O::Nested(names.0, names.1)
                } else {
                    O::LocalType("Local".to_owned(), names.1)
                };
                let parts = vec![self.part(&operation, 0), self.number()];
                (operation, parts)
            }
            33 => (
                if self.random.chance(1, 2) { O::Sorted } else { O::Tree },
                (0..2 + self.random.below(3)).map(|_| self.number()).collect(),
            ),
            34 => (O::Size(self.type_with(|_| true)?), Vec::new()),
            35 | 36 => {
                let statics = self.grower.visible(|_, item| matches!(item.kind, Kind::Static(_)));
                (O::Bump(*self.random.pick(&statics)?), vec![self.number()])
            }
            37 => (O::Async, vec![self.number()]),
            38 => {
                let mut callees = self.grower.callees();
                callees.retain(|id| self.grower.program.takes_a_number(*id));
                (O::Pointer(*self.random.pick(&callees)?), vec![self.number()])
            }
            39..=42 => (O::Idiom(self.random.below(IDIOMS.len())), vec![self.number(), self.number()]),
            _ => return self.of_first(),
        };
        Some(Expression::new(operation, parts))
    }

    /// Something of what stands first among the parameters.
    fn of_first(&mut self) -> Option<Expression> {
        use Operation as O;
        let first = if self.scope.is_alone { First::None } else { self.grower.first };
        let (operation, parts) = match (first, self.grower.receiver) {
            (First::None, _) | (First::Receiver, None) => return self.called(Value::Number),
            (First::Anything, _) => (O::Sum, vec![leaf(O::SaidOfIt)]),
            (First::Receiver, Some(of)) => {
                let fields = number_fields(self.grower.program.type_of(of));
                (O::SelfField(*self.random.pick(&fields)?), Vec::new())
            }
            (First::Generic(of) | First::Object(of), _) => {
                let provided = self.random.chance(1, 2);
                let provided = if self.grower.is_below((of, provided)) { provided } else { !provided };
                if !self.grower.is_below((of, provided)) {
                    return None;
                }
                (O::It(of, provided), vec![self.number()])
            }
            (First::Closure, _) => (O::CallClosure, vec![self.number()]),
            (First::Length, _) => (O::Length, Vec::new()),
        };
        Some(Expression::new(operation, parts))
    }

    fn field(&mut self) -> Option<Expression> {
        let has_number = |found: &Type| !found.is_enum() && !number_fields(found).is_empty();
        let id = self.type_with(has_number)?;
        let fields = number_fields(self.grower.program.type_of(id));
        let field = *self.random.pick(&fields)?;
        Some(Expression::new(Operation::Field(field), vec![self.make(id)]))
    }

    fn apart(&mut self) -> Option<Expression> {
        let id = self.type_with(Type::is_enum)?;
        let (prefix, made) = (self.name("a"), self.make(id));
        let mut parts = vec![made];
        for (_, fields) in &self.grower.program.type_of(id).variants {
            let mut scope = self.scope.clone();
            scope.names.extend(fields.iter().enumerate().map(|(index, value)| (format!("{prefix}_{index}"), *value)));
            parts.push(self.grower.number(&scope, self.depth, self.random));
        }
        Some(Expression::new(Operation::Apart(id, prefix), parts))
    }

    fn text_branch(&mut self) -> Option<Expression> {
        use Operation as O;
        let (operation, parts) = match self.random.below(12) {
            0..=2 => {
                let pieces: Vec<String> = (0..2 + self.random.below(2)).map(|_| word(self.random)).collect();
                let parts = (1..pieces.len())
                    .map(|_| if self.random.chance(1, 3) { self.text() } else { self.number() })
                    .collect();
                (O::Format(pieces), parts)
            }
            3..=5 => return self.called(Value::Text),
            6 => (O::Upper, vec![self.text()]),
            7 => (O::Join, vec![self.text(), self.text()]),
            8 => {
                let id = self.type_with(|_| true)?;
                (O::Debug(id), vec![self.make(id)])
            }
            9 => {
                let shows = |item: &Item| if let Home::Display(of) = item.home { Some(of) } else { None };
                let rank = self.grower.rank;
                let types: Vec<Id> = self
                    .grower
                    .program
                    .functions()
                    .filter(|(.., function)| function.rank > rank)
                    .filter_map(|(_, item, _)| shows(item))
                    .collect();
                let types: Vec<Id> = self.grower.visible(|id, _| types.contains(&id));
                let id = *self.random.pick(&types)?;
                (O::Show(id), vec![self.make(id)])
            }
            10 => (if self.random.chance(1, 2) { O::ModulePath } else { O::Words }, Vec::new()),
            _ => (O::TypeName(self.type_with(|_| true)?), Vec::new()),
        };
        Some(Expression::new(operation, parts))
    }
}

fn leaf(operation: Operation) -> Expression {
    Expression::new(operation, Vec::new())
}

/// A literal.
pub fn literal(random: &mut Random) -> Expression {
    let limit = random.of(&[10, 300, 1 << 40]);
    Expression::number(random.below(limit) as u64)
}

/// A text that literals are made of.
pub fn word(random: &mut Random) -> String {
    format!("{}{}", random.of(&WORDS), random.below(100))
}

fn named(scope: &Scope, value: Value) -> Vec<String> {
    scope.names.iter().filter(|(_, of)| *of == value).map(|(name, _)| name.clone()).collect()
}

fn number_fields(found: &Type) -> Vec<usize> {
    if found.is_enum() {
        return Vec::new();
    }
    let fields = found.variants[0].1.iter().enumerate();
    fields.filter(|(_, value)| **value == Value::Number).map(|(index, _)| index).collect()
}
