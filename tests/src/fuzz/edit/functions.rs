//! Edits of what a function is to its callers.

use std::collections::BTreeSet;

use super::Editor;
use crate::fuzz::expression::{Expression, Operation};
use crate::fuzz::program::{Home, Id, Program, Value};
use crate::fuzz::random::Random;

impl Editor<'_> {
    pub(super) fn add_function(&mut self, random: &mut Random) -> Option<String> {
        let module = self.program.any_module(random);
        let rank = 300_000 + u32::try_from(random.below(700_000)).expect("it is small");
        let id = self.program.add_function(module, rank, random);
        let callers: Vec<String> = (0..1 + random.below(2))
            .filter_map(|_| {
                let caller =
                    self.use_somewhere(random, rank, |grower, scope, random| grower.call_of(id, scope, random))?;
                Some(self.name(caller))
            })
            .collect();
        Some(format!("added {}, called from {}", self.name(id), callers.join(" and ")))
    }

    pub(super) fn change_parameters(&mut self, random: &mut Random) -> Option<String> {
        let mut functions: Vec<Id> = self.program.functions().map(|(id, ..)| id).collect();
        functions.retain(|id| matches!(self.program.items[id].home, Home::Module(_) | Home::Type(_)));
        let pointed: BTreeSet<Id> = self.pointed();
        functions.retain(|id| !pointed.contains(id));
        let id = *random.pick(&functions)?;
        let is_const = self.program.function(id).is_const;
        let added = if !is_const && random.chance(1, 3) { Value::Text } else { Value::Number };
        let is_added = self.program.function(id).parameters.len() < 2 || random.chance(1, 2);
        if is_added {
            self.program.function_mut(id).parameters.push(added);
        } else {
            let index = self.program.function(id).parameters.len() - 1;
            let gone = self.program.function_mut(id).parameters.pop()?;
            self.forget_name(id, &format!("p{index}"), gone);
        }
        for item in self.program.items.values_mut() {
            for expression in Program::expressions_mut(item) {
                expression.each_mut(&mut |inner| {
                    if matches!(inner.operation, Operation::Call(of, _) if of == id) {
                        if is_added { inner.parts.push(Expression::literal(added)) } else { drop(inner.parts.pop()) }
                    }
                });
            }
        }
        let word = if is_added { "added a parameter to" } else { "removed a parameter of" };
        Some(format!("{word} {}", self.name(id)))
    }

    pub(super) fn change_return(&mut self, random: &mut Random) -> Option<String> {
        let mut functions: Vec<Id> =
            self.program.functions().filter(|(.., function)| !function.is_const).map(|(id, ..)| id).collect();
        functions.retain(|id| matches!(self.program.items[id].home, Home::Module(_) | Home::Type(_)));
        let pointed: BTreeSet<Id> = self.pointed();
        functions.retain(|id| !pointed.contains(id));
        let id = *random.pick(&functions)?;
        let old = self.program.function(id).returns;
        let to_text = old == Value::Number;
        // A call goes on to give what it gave.
        for item in self.program.items.values_mut() {
            for expression in Program::expressions_mut(item) {
                expression.each_mut(&mut |inner| {
                    if matches!(inner.operation, Operation::Call(of, _) if of == id) {
                        let operation =
                            if to_text { Operation::Sum } else { Operation::Format(vec![String::new(); 2]) };
                        *inner = Expression::new(operation, vec![inner.clone()]);
                    }
                });
            }
        }
        let function = self.program.function_mut(id);
        function.returns = if to_text { Value::Text } else { Value::Number };
        let operation = if to_text { Operation::Format(vec!["r".to_owned(), String::new()]) } else { Operation::Sum };
        function.value = Expression::new(operation, vec![function.value.clone()]);
        Some(format!("changed what {} gives back", self.name(id)))
    }

    pub(super) fn change_attribute(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let home = self.program.items[&id].home;
        let function = self.program.function_mut(id);
        let done = match random.below(5) {
            3 if matches!(home, Home::Module(_)) => {
                function.is_wrapped = !function.is_wrapped;
                "macro around"
            }
            0 if !function.is_const => {
                function.is_hot = !function.is_hot;
                "hot"
            }
            1 => {
                function.is_dense = !function.is_dense;
                "layout"
            }
            2 => {
                let others = [None, Some(""), Some("never"), Some("always")];
                function.inline = random.of(&others);
                "inline"
            }
            _ => {
                let item = self.program.items.get_mut(&id)?;
                item.is_private = !item.is_private;
                "visibility"
            }
        };
        Some(format!("changed the {done} of {}", self.name(id)))
    }
}
