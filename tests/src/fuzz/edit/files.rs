//! Edits of modules and files.

use super::Editor;
use crate::fuzz::grow::word;
use crate::fuzz::program::{Id, Text};
use crate::fuzz::random::Random;

impl Editor<'_> {
    pub(super) fn import(&mut self, random: &mut Random) -> Option<String> {
        let module = self.program.any_module(random);
        let items = self.program.kinds(module, |_| true);
        let id = *random.pick(&items)?;
        let imports = &mut self.program.modules.get_mut(&module)?.imports;
        if !imports.remove(&id) {
            imports.insert(id);
        }
        Some(format!("a `use` of {} in `{}`", self.name(id), self.program.modules[&module].name))
    }

    pub(super) fn change_words(&mut self, random: &mut Random) -> String {
        self.program.words = word(random);
        "the included text".to_owned()
    }

    pub(super) fn change_layout(&mut self, random: &mut Random) -> String {
        let layout = &mut self.program.layout;
        if random.chance(1, 2) {
            layout.has_tabs = !layout.has_tabs;
        } else {
            layout.has_returns = !layout.has_returns;
        }
        format!("{layout:?}")
    }

    pub(super) fn change_module(&mut self, random: &mut Random) -> Option<String> {
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
}
