//! Edits by chance: one program to the next.

use std::collections::BTreeSet;

use super::expression::{Expression, Operation, Scope};
use super::grow::{Grower, literal, word};
use super::items::{left_by, note};
use super::program::{APP, Broken, First, Home, Id, Item, Kind, Program, Static, Text, Value};
use super::random::Random;

/// A program, how it came from the one before, and what must become of the save.
#[derive(Debug, Clone)]
pub struct Version {
    /// The program.
    pub program: Program,
    /// What was done, in words.
    pub done: Vec<String>,
    /// What must be seen.
    pub outcome: Outcome,
    /// When the next one is saved.
    pub pace: Pace,
}

/// When the next save comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// After so many milliseconds, whatever became of this one.
    Hasty(u64),
    /// When this one was answered and is as it should be.
    Plain,
    /// When everything was compiled and checked, too.
    Confirmed,
}

/// What must become of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All that hot functions reach does what an ordinary build does.
    Live,
    /// Nothing changes: it is refused.
    Refused,
    /// Nothing changes: it does not compile.
    CompileError,
}

/// The statements that no program compiles with.
const MISTAKES: [&str; 4] =
    ["let mistake: u64 = \"text\";", "missing(1);", "let mistake = ;", "let gone = self::nowhere::at_all;"];

/// The programs of a sequence of so many edits, the first one included.
pub fn versions(program: Program, edits: usize, random: &mut Random) -> Vec<Version> {
    let pinned: BTreeSet<Id> = program.cold.iter().flat_map(|id| program.reached(*id)).collect();
    let first = Version { program, done: Vec::new(), outcome: Outcome::Live, pace: Pace::Plain };
    let mut versions = vec![first];
    while versions.len() <= edits {
        let mut next = next(&versions, &pinned, random);
        // What is refused or not compiled leaves what was live before, so that has to be known.
        if let (Some(last), true) = (versions.last_mut(), next.outcome != Outcome::Live) {
            last.pace = Pace::Confirmed;
        }
        if versions.len() == edits {
            next.pace = Pace::Confirmed;
        }
        versions.push(next);
    }
    versions
}

fn next(versions: &[Version], pinned: &BTreeSet<Id>, random: &mut Random) -> Version {
    let live = |version: &&Version| version.outcome == Outcome::Live;
    let lives: Vec<&Version> = versions.iter().filter(live).collect();
    let last = lives[lives.len() - 1];
    let is_mended = versions[versions.len() - 1].outcome == Outcome::Live;
    let pace = match random.below(12) {
        0 | 1 => Pace::Confirmed,
        2 => Pace::Hasty(random.of(&[0, 3, 20, 100, 400])),
        _ => Pace::Plain,
    };
    loop {
        let (mut program, mut done) = (last.program.clone(), Vec::new());
        let mut outcome = Outcome::Live;
        if lives.len() > 1 && random.chance(1, 10) {
            let index = random.below(lives.len() - 1);
            program = lives[index].program.clone();
            done.push(format!("put back version {index} of those that went live"));
        } else if is_mended && random.chance(1, 12) {
            outcome = Outcome::CompileError;
            done.extend(break_one(&mut program, random));
        } else if is_mended && random.chance(1, 12) {
            outcome = Outcome::Refused;
            done.extend(misfit(&mut program, random));
        }
        if done.is_empty() || (outcome != Outcome::CompileError && random.chance(1, 4)) {
            if done.is_empty() {
                outcome = Outcome::Live;
            }
            for _ in 0..random.of(&[1, 1, 1, 2, 3]) {
                done.extend(Editor { program: &mut program, pinned }.edit(random));
            }
        }
        let is_new = outcome == Outcome::Live || program != last.program;
        if !done.is_empty() && is_new && program.is_fit() {
            let pace = if outcome == Outcome::Live { pace } else { Pace::Plain };
            return Version { program, done, outcome, pace };
        }
    }
}

/// A mistake in a function.
fn break_one(program: &mut Program, random: &mut Random) -> Option<String> {
    let functions: Vec<Id> = program.functions().map(|(id, ..)| id).collect();
    let function = *random.pick(&functions)?;
    let by = random.of(&MISTAKES);
    program.broken = Some(Broken { function, by });
    Some(format!("`{by}` in `{}`", program.items[&function].name))
}

/// A change that values or tables of the running program do not fit.
fn misfit(program: &mut Program, random: &mut Random) -> Option<String> {
    let mut items: Vec<(&Id, &mut Item)> = program.items.iter_mut().collect();
    items.retain(|(_, item)| matches!(item.kind, Kind::Type(_) | Kind::Trait(_)));
    if items.is_empty() {
        return None;
    }
    let (id, item) = items.swap_remove(random.below(items.len()));
    let (id, name) = (*id, item.name.clone());
    match &mut item.kind {
        Kind::Type(found) if found.is_enum() && random.chance(1, 2) => {
            found.variants.push((format!("More{}", random.below(100)), Vec::new()));
            for item in program.items.values_mut() {
                for expression in Program::expressions_mut(item) {
                    expression.each_mut(&mut |inner| {
                        if matches!(inner.operation, Operation::Apart(of, _) if of == id) {
                            inner.parts.push(Expression::number(3));
                        }
                    });
                }
            }
            Some(format!("a variant of `{name}`"))
        }
        Kind::Type(found) => {
            let index = found.variants.iter().position(|(_, fields)| !fields.is_empty()).unwrap_or(0);
            found.variants[index].1.push(Value::Number);
            for item in program.items.values_mut() {
                for expression in Program::expressions_mut(item) {
                    expression.each_mut(&mut |inner| {
                        if inner.operation == Operation::Make(id, index) {
                            inner.parts.push(Expression::number(5));
                        }
                    });
                }
            }
            Some(format!("a field of `{name}`"))
        }
        Kind::Trait(found) => {
            found.extra += 1;
            Some(format!("a method of `{name}`"))
        }
        _ => None,
    }
}

struct Editor<'a> {
    program: &'a mut Program,
    /// Statics that the program's own cold code goes on using.
    pinned: &'a BTreeSet<Id>,
}

impl Editor<'_> {
    fn edit(&mut self, random: &mut Random) -> Option<String> {
        // Most saves change bodies.
        match random.below(48) {
            32..=38 => self.change_literal(random),
            39..=46 => self.change_expression(random),
            47 => self.rewrite(random),
            30 => Some(self.change_words(random)),
            31 => Some(self.change_layout(random)),
            0..=4 => self.change_literal(random),
            5..=9 => self.change_expression(random),
            10 => self.rewrite(random),
            11 | 12 => self.add_function(random),
            13 => self.remove(random),
            14 | 15 => self.move_item(random),
            16 => self.rename(random),
            17 => self.change_parameters(random),
            18 => self.change_return(random),
            19 => self.change_attribute(random),
            20 => self.change_constant(random),
            21 => self.add_item(random),
            22 => self.change_initial(random),
            23 => self.add_type(random),
            24 => self.implement(random),
            25 => self.note(random),
            26 => self.import(random),
            27 => self.change_module(random),
            28 => self.exchange_arms(random),
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

    fn change_literal(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let is_literal =
            |_: &Program, inner: &Expression| matches!(inner.operation, Operation::Number(_) | Operation::Text(_));
        self.change(id, random, is_literal, |_, _, old, random| match old.operation {
            Operation::Text(_) => Some(Expression::new(Operation::Text(word(random)), Vec::new())),
            _ => Some(literal(random)),
        })?;
        Some(format!("a literal in {}", self.name(id)))
    }

    fn change_expression(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let is_value = |program: &Program, inner: &Expression| program.value_of(inner) != Value::Other;
        let depth = random.below(4);
        self.change(id, random, is_value, |grower, scope, old, random| {
            Some(grower.value(grower.program.value_of(old), scope, depth, random))
        })?;
        Some(format!("an expression in {}", self.name(id)))
    }

    fn rewrite(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        self.program.write(id, random);
        Some(format!("all of {}", self.name(id)))
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

    fn add_function(&mut self, random: &mut Random) -> Option<String> {
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

    fn remove(&mut self, random: &mut Random) -> Option<String> {
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

    fn move_item(&mut self, random: &mut Random) -> Option<String> {
        let movable = |(_, item): &(&Id, &Item)| {
            matches!(item.home, Home::Module(_)) && matches!(item.kind, Kind::Function(_) | Kind::Constant(_))
        };
        let items: Vec<Id> = self.program.items.iter().filter(movable).map(|(id, _)| *id).collect();
        let id = *random.pick(&items)?;
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

    fn rename(&mut self, random: &mut Random) -> Option<String> {
        let named = |(_, item): &(&Id, &Item)| {
            matches!(item.home, Home::Module(_)) && matches!(item.kind, Kind::Function(_) | Kind::Constant(_))
        };
        let items: Vec<Id> = self.program.items.iter().filter(named).map(|(id, _)| *id).collect();
        let id = *random.pick(&items)?;
        let old = self.name(id);
        let new = match self.program.items[&id].kind {
            Kind::Function(_) => format!("renamed{}", random.below(1_000_000)),
            _ => format!("RENAMED_{}", random.below(1_000_000)),
        };
        self.program.items.get_mut(&id)?.name.clone_from(&new);
        Some(format!("renamed {old} to `{new}`"))
    }

    fn change_parameters(&mut self, random: &mut Random) -> Option<String> {
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

    fn change_return(&mut self, random: &mut Random) -> Option<String> {
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

    fn change_attribute(&mut self, random: &mut Random) -> Option<String> {
        let id = self.any_function(random)?;
        let home = self.program.items[&id].home;
        let function = self.program.function_mut(id);
        let is_plain = matches!(home, Home::Module(_) | Home::Type(_)) && !function.is_const;
        let done = match random.below(5) {
            3 if matches!(home, Home::Module(_)) => {
                function.is_wrapped = !function.is_wrapped;
                "macro around"
            }
            0 if is_plain && matches!(function.first, First::None | First::Receiver | First::Object(_)) => {
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

    fn change_constant(&mut self, random: &mut Random) -> Option<String> {
        let found = |(_, item): &(&Id, &Item)| matches!(item.kind, Kind::Constant(_) | Kind::Macro(_));
        let items: Vec<Id> = self.program.items.iter().filter(found).map(|(id, _)| *id).collect();
        let id = *random.pick(&items)?;
        let is_value = |program: &Program, inner: &Expression| program.value_of(inner) != Value::Other;
        self.change(id, random, is_value, |grower, scope, old, random| {
            Some(grower.value(grower.program.value_of(old), scope, 1, random))
        })?;
        Some(format!("changed {}", self.name(id)))
    }

    fn add_item(&mut self, random: &mut Random) -> Option<String> {
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

    fn change_initial(&mut self, random: &mut Random) -> Option<String> {
        let mut items: Vec<(&Id, &mut Item)> = self.program.items.iter_mut().collect();
        items.retain(|(_, item)| matches!(item.kind, Kind::Static(_)));
        let (id, item) = items.swap_remove(random.below(items.len().max(1)).min(items.len().checked_sub(1)?));
        let id = *id;
        if let Kind::Static(Static { initial, shape }) = &mut item.kind {
            // New threads would tell.
            if *shape == super::program::Shape::Local {
                return None;
            }
            *initial += 1 + random.below(9) as u64;
        }
        Some(format!("changed the first value of {}", self.name(id)))
    }

    fn add_type(&mut self, random: &mut Random) -> Option<String> {
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

    fn implement(&mut self, random: &mut Random) -> Option<String> {
        let traits = self.program.kinds(APP, |kind| matches!(kind, Kind::Trait(_)));
        let of = *random.pick(&traits)?;
        let mut types = self.program.kinds(self.program.module_of(of), |kind| matches!(kind, Kind::Type(_)));
        let known = self.program.implementors(of);
        types.retain(|id| !known.contains(id));
        let by = *random.pick(&types)?;
        self.program.implement(of, by, random);
        Some(format!("implemented {} for {}", self.name(of), self.name(by)))
    }

    fn note(&mut self, random: &mut Random) -> Option<String> {
        let items: Vec<Id> = self.program.items.keys().copied().collect();
        let id = *random.pick(&items)?;
        let item = self.program.items.get_mut(&id)?;
        if item.notes.pop().is_none() || random.chance(1, 2) {
            item.notes = (0..1 + random.below(3)).map(|_| note(random)).collect();
        }
        Some(format!("the comment of {}", self.name(id)))
    }

    fn import(&mut self, random: &mut Random) -> Option<String> {
        let module = self.program.any_module(random);
        let items = self.program.kinds(module, |_| true);
        let id = *random.pick(&items)?;
        let imports = &mut self.program.modules.get_mut(&module)?.imports;
        if !imports.remove(&id) {
            imports.insert(id);
        }
        Some(format!("a `use` of {} in `{}`", self.name(id), self.program.modules[&module].name))
    }

    fn change_words(&mut self, random: &mut Random) -> String {
        self.program.words = word(random);
        "the included text".to_owned()
    }

    fn change_layout(&mut self, random: &mut Random) -> String {
        let layout = &mut self.program.layout;
        if random.chance(1, 2) {
            layout.has_tabs = !layout.has_tabs;
        } else {
            layout.has_returns = !layout.has_returns;
        }
        format!("{layout:?}")
    }

    fn change_module(&mut self, random: &mut Random) -> Option<String> {
        if random.chance(1, 3) {
            let id = self.program.add_module(random);
            let rank = 300_000 + u32::try_from(random.below(700_000)).expect("it is small");
            let function = self.program.add_function(id, rank, random);
            let caller =
                self.use_somewhere(random, rank, |grower, scope, random| grower.call_of(function, scope, random));
            let caller = caller.map_or("nobody".to_owned(), |caller| self.name(caller));
            return Some(format!("added {} for {caller} in a module of its own", self.name(function)));
        }
        let modules: Vec<Id> =
            self.program.modules.iter().filter(|(_, module)| module.parent.is_some()).map(|(id, _)| *id).collect();
        let module = self.program.modules.get_mut(random.pick(&modules)?)?;
        module.text = random.of(&[Text::Inline, Text::File, Text::Folder]);
        Some(format!("`{}` is {:?} now", module.name, module.text))
    }

    fn exchange_arms(&mut self, random: &mut Random) -> Option<String> {
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

    fn change_let(&mut self, random: &mut Random) -> Option<String> {
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

fn scope(item: &Item) -> Scope {
    match &item.kind {
        Kind::Function(function) => function.scope(),
        Kind::Macro(_) => Scope { names: vec![("e".to_owned(), Value::Number)], is_alone: true },
        _ => Scope::default(),
    }
}
