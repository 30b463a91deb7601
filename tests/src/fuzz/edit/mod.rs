//! Edits by chance: one program to the next.

mod bodies;
mod files;
mod functions;
mod items;

use std::collections::BTreeSet;

use super::expression::{Expression, Operation, Scope};
use super::grow::Grower;
use super::program::{First, Id, Item, Kind, Program, Value};
use super::random::Random;

/// A program at work.
pub(super) struct Editor<'a> {
    pub(super) program: &'a mut Program,
    /// Statics that the program's own cold code goes on using.
    pub(super) pinned: &'a BTreeSet<Id>,
}

impl Editor<'_> {
    pub(super) fn edit(&mut self, random: &mut Random) -> Option<String> {
        // Most saves change bodies.
        match random.below(64) {
            0..=19 => self.change_literal(random),
            20..=40 => self.change_expression(random),
            41 | 42 => self.rewrite(random),
            43 | 44 => self.add_function(random),
            45 => self.remove(random),
            46 | 47 => self.move_item(random),
            48 => self.rename(random),
            49 => self.change_parameters(random),
            50 => self.change_return(random),
            51 => self.change_attribute(random),
            52 => self.change_constant(random),
            53 => self.add_item(random),
            54 => self.change_initial(random),
            55 => self.add_type(random),
            56 => self.implement(random),
            57 => self.note(random),
            58 => self.import(random),
            59 => self.change_module(random),
            60 => self.exchange_arms(random),
            61 => Some(self.change_words(random)),
            62 => Some(self.change_layout(random)),
            _ => self.change_let(random),
        }
    }

    fn any_function(&self, random: &mut Random) -> Option<Id> {
        let mut functions: Vec<Id> = self.program.functions().map(|(id, ..)| id).collect();
        if random.chance(5, 6) {
            // What no step reaches cannot be seen to change.
            let reached: BTreeSet<Id> = self.program.entries.iter().flat_map(|id| self.program.reached(*id)).collect();
            functions.retain(|id| reached.contains(id));
        }
        random.pick(&functions).copied()
    }

    fn name(&self, id: Id) -> String {
        format!("`{}` of `{}`", self.program.items[&id].name, self.program.modules[&self.program.module_of(id)].name)
    }

    /// Changes one of the expressions within an item that the filter lets through.
    fn change(
        &mut self,
        id: Id,
        random: &mut Random,
        filter: impl Fn(&Program, &Expression) -> bool,
        change: impl Fn(&Grower, &Scope, &Expression, &mut Random) -> Option<Expression>,
    ) -> Option<()> {
        let program = self.program.clone();
        let mut scope = scope(&program.items[&id]);
        let grower = Grower::for_item(&program, id);
        let item = self.program.items.get_mut(&id)?;
        let mut places = 0;
        for expression in Program::expressions(item) {
            expression.each(&mut |inner| places += usize::from(filter(&program, inner)));
        }
        if places == 0 {
            return None;
        }
        let (mut index, place, mut is_changed) = (0, random.below(places), None);
        let names: Vec<Option<String>> = match &item.kind {
            Kind::Function(function) => {
                function.lets.iter().map(|(name, _)| Some(name.clone())).chain([None]).collect()
            }
            _ => vec![None],
        };
        for (expression, name) in Program::expressions_mut(item).into_iter().zip(names) {
            expression.each_in(&scope, &mut |inner, scope| {
                if !filter(&program, inner) {
                    return;
                }
                if index == place && is_changed.is_none() {
                    let alone = Grower { first: First::None, receiver: None, ..grower };
                    let grower = if scope.is_alone { &alone } else { &grower };
                    is_changed = Some(change(grower, scope, inner, random).map(|new| *inner = new).is_some());
                }
                index += 1;
            });
            let value = program.value_of(expression);
            scope.names.extend(name.map(|name| (name, value)));
        }
        is_changed.filter(|is_changed| *is_changed).map(|_| ())
    }

    /// Puts an expression of the grower's choice into some function that may hold it.
    fn use_somewhere(
        &mut self,
        random: &mut Random,
        rank: u32,
        used: impl Fn(&Grower, &Scope, &mut Random) -> Option<Expression>,
    ) -> Option<Id> {
        let callers: Vec<Id> = self
            .program
            .functions()
            .filter(|(.., function)| function.rank < rank && !function.is_const)
            .map(|(id, ..)| id)
            .collect();
        let caller = *random.pick(&callers)?;
        let is_number = |program: &Program, inner: &Expression| program.value_of(inner) == Value::Number;
        self.change(caller, random, is_number, |grower, scope, _, random| used(grower, scope, random))?;
        Some(caller)
    }

    fn forget_name(&mut self, id: Id, name: &str, value: Value) {
        let Some(item) = self.program.items.get_mut(&id) else { return };
        for expression in Program::expressions_mut(item) {
            expression.each_mut(&mut |inner| {
                if matches!(&inner.operation, Operation::Local(found, _) if found == name) {
                    *inner = Expression::literal(value);
                }
            });
        }
    }

    fn pointed(&self) -> BTreeSet<Id> {
        let mut pointed = BTreeSet::new();
        for item in self.program.items.values() {
            for expression in Program::expressions(item) {
                expression.each(&mut |inner| {
                    if let Operation::Pointer(id) = inner.operation {
                        pointed.insert(id);
                    }
                });
            }
        }
        pointed
    }
}

fn scope(item: &Item) -> Scope {
    match &item.kind {
        Kind::Function(function) => function.scope(),
        Kind::Macro(_) => Scope { names: vec![("e".to_owned(), Value::Number)], is_alone: true },
        _ => Scope::default(),
    }
}
