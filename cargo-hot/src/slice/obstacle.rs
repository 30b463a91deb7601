//! Why a function cannot be compiled alone: by its own text, by what its crate keeps private, by what the program is made of.

use super::carve::is_destructor;
use super::index::Function;
use super::rename::Host;
use super::rules::is_of_declaration;
use super::tree::Location;
use super::{Reason, Slicer};
use crate::base::record::Record;
use crate::shadow::{Scope, Text};
use std::collections::BTreeSet;
use std::path::Path;

impl Slicer {
    /// Why the body of a function could not go the slice route; `None` if it could, as far as its text tells.
    pub(crate) fn obstacle(&self, record: &Record, path: &Path, function: &Function) -> Option<Reason> {
        let of_crate = || {
            let is_old = record.invocation.value("--edition").is_none_or(|edition| edition == "2015");
            let is_optimized = record.invocation.codegen("opt-level").is_some_and(|level| level != "0");
            if record.shadow.text != Text::Public {
                Some(Reason::NoPublicCopy)
            } else if is_old {
                Some(Reason::OldEdition)
            } else {
                is_optimized.then_some(Reason::Optimized)
            }
        };
        let hidden = || {
            let body = self.files.get(path)?.text.get(function.body.clone())?;
            let body = self.with_macros(body);
            let words = || body.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let is_hidden = |name: &String| words().any(|word| word == name);
            let mut hidden =
                self.around(path).filter_map(|path| self.files.get(path)).flat_map(|file| &file.index.hidden);
            let is_own = |name: &String| function.of_impl.is_none() && *name == function.name;
            (hidden.any(|name| is_hidden(name) || is_own(name)) || record.shadow.hides(&body, &self.scope(path)))
                .then_some(Reason::Hidden)
        };
        let declared = || {
            let body = self.files.get(path)?.text.get(function.body.clone())?;
            let text = self.with_macros(body);
            let mut words = text[body.len()..].split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words.any(is_of_declaration).then_some(Reason::HoldsItems)
        };
        let lost = || (!self.locations.contains_key(path)).then_some(Reason::NoModule);
        // Their names are those of the parameters, which are others in a slice.
        let statics = || (function.is_generic && function.statics.is_some()).then_some(Reason::HoldsItems);
        let copied = || self.is_copied_unnamed(record, path, function).then_some(Reason::Inline);
        of_crate().or_else(lost).or_else(hidden).or(function.reason).or_else(declared).or_else(statics).or_else(copied)
    }

    /// Whether the slice could have old copies of a function that it could not tell: no path names it.
    fn is_copied_unnamed(&self, record: &Record, path: &Path, function: &Function) -> bool {
        let of_impl = function.of_impl.and_then(|number| self.files.get(path)?.index.impls.get(number));
        let of_trait = of_impl.and_then(|found| found.of_trait.as_ref());
        let is_destructor = of_trait.is_some_and(|of_trait| is_destructor(&of_trait.path));
        function.is_inlined && (is_destructor || self.is_hidden(record, path, function))
    }

    /// The same, with what the program tells of it.
    pub(crate) fn obstacle_in(
        &self,
        record: &Record,
        host: &Host<'_>,
        path: &Path,
        function: &Function,
    ) -> Option<Reason> {
        let instances = || function.is_generic.then(|| self.instances(record, host, path, function).err()).flatten();
        self.obstacle(record, path, function).or_else(instances)
    }

    /// A body, and the definitions of the crate's macros that it may call, or they: names in them are looked up where they
    /// are called.
    fn with_macros(&self, body: &str) -> String {
        let macros = self.files.values().flat_map(|file| file.index.macros(&file.text));
        let mut open: Vec<_> = macros.map(|(name, definition)| (format!("{name}!"), definition)).collect();
        let mut text = body.to_owned();
        loop {
            let (called, rest): (Vec<_>, _) = open.into_iter().partition(|(call, _)| text.contains(call.as_str()));
            if called.is_empty() {
                return text;
            }
            text.extend(called.into_iter().flat_map(|(_, definition)| ["\n", definition]));
            open = rest;
        }
    }

    /// The files of the modules that a file's own lies in, from itself to the root.
    fn around<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a Path> {
        let above = |path: &&Path| Some(self.locations.get(*path)?.above.as_ref()?.0.as_path());
        std::iter::successors(Some(path), above)
    }

    fn scope(&self, path: &Path) -> Scope {
        let around: BTreeSet<&Path> = self.around(path).collect();
        let is_below =
            |location: &&Location| location.above.as_ref().is_some_and(|above| around.contains(above.0.as_path()));
        let below = self.locations.iter().filter(|(_, location)| is_below(location)).map(|(path, _)| path.as_path());
        Scope::new(around.iter().copied(), below)
    }

    /// Whether a method of a file stays private in the program, and so cannot be named.
    pub(super) fn is_hidden(&self, record: &Record, path: &Path, function: &Function) -> bool {
        function.is_private && record.shadow.hides(&format!(".{}", function.name), &self.scope(path))
    }
}
