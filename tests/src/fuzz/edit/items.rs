//! Edits of which items there are, of their names and places, and of those that are no functions.

use super::Editor;
use crate::fuzz::expression::{Expression, Operation};
use crate::fuzz::grow::literal;
use crate::fuzz::items::{left_by, note};
use crate::fuzz::program::{APP, Home, Id, Item, Kind, Program, Shape, Static, Value};
use crate::fuzz::random::Random;

impl Editor<'_> {
    pub(super) fn remove(&mut self, random: &mut Random) -> Option<String> {
        let mut items: Vec<Id> = self.program.items.keys().copied().collect();
        items.retain(|id| match (&self.program.items[id].kind, self.program.items[id].home) {
            (Kind::Function(_), Home::Module(_) | Home::Type(_)) | (Kind::Constant(_) | Kind::Macro(_), _) => true,
            (Kind::Static(_), _) => !self.pinned.contains(id),
            _ => false,
        });
        let id = *random.pick(&items)?;
        let name = self.name(id);
        let program = self.program.clone();
        self.program.items.remove(&id);
        for item in self.program.items.values_mut() {
            for expression in Program::expressions_mut(item) {
                expression.each_mut(&mut |inner| {
                    if inner.operation.item() == Some(id) {
                        *inner = left_by(&program, inner);
                    }
                });
            }
        }
        self.program.entries.retain(|entry| *entry != id);
        self.program.cold.retain(|entry| *entry != id);
        for module in self.program.modules.values_mut() {
            module.imports.remove(&id);
        }
        Some(format!("removed {name}"))
    }

    /// One of a module.
    fn function_or_constant(&self, random: &mut Random) -> Option<Id> {
        let is_one = |(_, item): &(&Id, &Item)| {
            matches!(item.home, Home::Module(_)) && matches!(item.kind, Kind::Function(_) | Kind::Constant(_))
        };
        let items: Vec<Id> = self.program.items.iter().filter(is_one).map(|(id, _)| *id).collect();
        random.pick(&items).copied()
    }

    pub(super) fn move_item(&mut self, random: &mut Random) -> Option<String> {
        let id = self.function_or_constant(random)?;
        let name = self.name(id);
        let root = self.program.root(self.program.module_of(id));
        let mut modules: Vec<Id> = self.program.modules.keys().copied().collect();
        modules.retain(|module| self.program.root(*module) == root);
        let module = random.of(&modules);
        let is_taken = |item: &Item| item.home == Home::Module(module) && item.name == self.program.items[&id].name;
        let is_module =
            |name: &str| self.program.modules.values().any(|found| found.parent == Some(module) && found.name == name);
        if self.program.items.iter().any(|(other, item)| *other != id && is_taken(item))
            || is_module(&self.program.items[&id].name)
        {
            return None;
        }
        let item = self.program.items.get_mut(&id)?;
        item.home = Home::Module(module);
        item.at = u32::try_from(random.below(1000)).expect("it is small");
        Some(format!("moved {name} to `{}`", self.program.modules[&module].name))
    }

    pub(super) fn rename(&mut self, random: &mut Random) -> Option<String> {
        let id = self.function_or_constant(random)?;
        let old = self.name(id);
        let new = match self.program.items[&id].kind {
            Kind::Function(_) => format!("renamed{}", random.below(1_000_000)),
            _ => format!("RENAMED_{}", random.below(1_000_000)),
        };
        self.program.items.get_mut(&id)?.name.clone_from(&new);
        Some(format!("renamed {old} to `{new}`"))
    }

    pub(super) fn change_constant(&mut self, random: &mut Random) -> Option<String> {
        let found = |(_, item): &(&Id, &Item)| matches!(item.kind, Kind::Constant(_) | Kind::Macro(_));
        let items: Vec<Id> = self.program.items.iter().filter(found).map(|(id, _)| *id).collect();
        let id = *random.pick(&items)?;
        let is_value = |program: &Program, inner: &Expression| program.value_of(inner) != Value::Other;
        self.change(id, random, is_value, |grower, scope, old, random| {
            Some(grower.value(grower.program.value_of(old), scope, 1, random))
        })?;
        Some(format!("changed {}", self.name(id)))
    }

    pub(super) fn add_item(&mut self, random: &mut Random) -> Option<String> {
        let module = self.program.any_module(random);
        let (id, operation) = match random.below(3) {
            0 => {
                let id = self.program.add_constant(module, random);
                (id, Operation::Constant(id))
            }
            1 => {
                let id = self.program.add_static(module, random);
                (id, Operation::Load(id))
            }
            _ => {
                let id = self.program.add_static(module, random);
                (id, Operation::Bump(id))
            }
        };
        let home = self.program.module_of(id);
        let caller = self.use_somewhere(random, u32::MAX, |grower, _, random| {
            let parts = if matches!(operation, Operation::Bump(_)) { vec![literal(random)] } else { Vec::new() };
            grower.program.sees(grower.module, home).then(|| Expression::new(operation.clone(), parts))
        });
        let caller = caller.map_or("nobody".to_owned(), |caller| self.name(caller));
        Some(format!("added {} for {caller}", self.name(id)))
    }

    pub(super) fn change_initial(&mut self, random: &mut Random) -> Option<String> {
        let mut items: Vec<(&Id, &mut Item)> = self.program.items.iter_mut().collect();
        items.retain(|(_, item)| matches!(item.kind, Kind::Static(_)));
        let (id, item) = items.swap_remove(random.below(items.len().max(1)).min(items.len().checked_sub(1)?));
        let id = *id;
        if let Kind::Static(Static { initial, shape }) = &mut item.kind {
            // New threads would tell.
            if *shape == Shape::Local {
                return None;
            }
            *initial += 1 + random.below(9) as u64;
        }
        Some(format!("changed the first value of {}", self.name(id)))
    }

    pub(super) fn add_type(&mut self, random: &mut Random) -> Option<String> {
        let module = self.program.any_module(random);
        let id = self.program.add_type(module, random);
        let caller = self.use_somewhere(random, u32::MAX, |grower, scope, random| grower.debug_of(id, scope, random));
        let caller = caller.map_or("nobody".to_owned(), |caller| self.name(caller));
        if random.chance(1, 3) {
            let of = self.program.add_trait(module, random);
            return Some(format!("added {} for {caller}, and {}", self.name(id), self.name(of)));
        }
        Some(format!("added {} for {caller}", self.name(id)))
    }

    pub(super) fn implement(&mut self, random: &mut Random) -> Option<String> {
        let traits = self.program.kinds(APP, |kind| matches!(kind, Kind::Trait(_)));
        let of = *random.pick(&traits)?;
        let mut types = self.program.kinds(self.program.module_of(of), |kind| matches!(kind, Kind::Type(_)));
        let known = self.program.implementors(of);
        types.retain(|id| !known.contains(id));
        let by = *random.pick(&types)?;
        self.program.implement(of, by, random);
        Some(format!("implemented {} for {}", self.name(of), self.name(by)))
    }

    pub(super) fn note(&mut self, random: &mut Random) -> Option<String> {
        let items: Vec<Id> = self.program.items.keys().copied().collect();
        let id = *random.pick(&items)?;
        let item = self.program.items.get_mut(&id)?;
        if item.notes.pop().is_none() || random.chance(1, 2) {
            item.notes = (0..1 + random.below(3)).map(|_| note(random)).collect();
        }
        Some(format!("the comment of {}", self.name(id)))
    }
}
