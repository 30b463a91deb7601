//! Edits of what stands in a function.

use super::Editor;
use crate::fuzz::expression::{Expression, Operation};
use crate::fuzz::grow::{Grower, literal, word};
use crate::fuzz::program::{Program, Value};
use crate::fuzz::random::Random;

impl Editor<'_> {
    pub(super) fn change_literal(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let is_literal =
            |_: &Program, inner: &Expression| matches!(inner.operation, Operation::Number(_) | Operation::Text(_));
        self.change(id, random, is_literal, |_, _, old, random| match old.operation {
            Operation::Text(_) => Some(Expression::new(Operation::Text(word(random)), Vec::new())),
            _ => Some(literal(random)),
        })?;
        Some(format!("a literal in {}", self.name(id)))
    }

    pub(super) fn change_expression(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let is_value = |program: &Program, inner: &Expression| program.value_of(inner) != Value::Other;
        let depth = random.below(4);
        self.change(id, random, is_value, |grower, scope, old, random| {
            Some(grower.value(grower.program.value_of(old), scope, depth, random))
        })?;
        Some(format!("an expression in {}", self.name(id)))
    }

    pub(super) fn rewrite(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        self.program.write(id, random);
        Some(format!("all of {}", self.name(id)))
    }

    pub(super) fn exchange_arms(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let is_match = |_: &Program, inner: &Expression| matches!(inner.operation, Operation::Match(_));
        self.change(id, random, is_match, |_, _, old, random| {
            let mut new = old.clone();
            if let Operation::Match(arms) = &mut new.operation {
                let (one, other) = (random.below(arms.len()), random.below(arms.len()));
                arms.swap(one, other);
                new.parts.swap(one + 1, other + 1);
            }
            Some(new)
        })?;
        Some(format!("the order of arms in {}", self.name(id)))
    }

    pub(super) fn change_let(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let count = self.program.function(id).lets.len();
        if count > 0 && random.chance(1, 2) {
            let index = random.below(count);
            let (name, value) = self.program.function_mut(id).lets.remove(index);
            let value = self.program.value_of(&value);
            self.forget_name(id, &name, value);
            return Some(format!("removed `{name}` of {}", self.name(id)));
        }
        let scope = self.program.function(id).scope();
        let value = Grower::for_item(self.program, id).number(&scope, 2, random);
        let name = format!("t{}", random.below(10_000));
        self.program.function_mut(id).lets.insert(0, (name.clone(), value));
        let is_number = |program: &Program, inner: &Expression| program.value_of(inner) == Value::Number;
        let used = Expression::new(Operation::Local(name.clone(), Value::Number), Vec::new());
        let _ = self.change(id, random, is_number, |_, scope, _, _| {
            scope.names.iter().any(|(found, _)| *found == name).then(|| used.clone())
        });
        Some(format!("added `{name}` to {}", self.name(id)))
    }
}
