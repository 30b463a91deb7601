//! The slice route: the changed functions of a crate, compiled alone against the program's own library.
//!
//! [`read`] finds where everything stands in a file, and [`index`] follows its edits; [`tree`] says which file is which
//! module; [`rules`] and [`obstacle`] say what can be compiled alone; [`instances`] and [`names`] spell what the program has of
//! generic functions, and [`header`] tells which `impl` that is of; [`mod@carve`] writes the slice's text; [`made`] has it
//! compiled; [`rename`] gives its code the names of the host. This file holds them together for one crate: what changed since
//! the host's library was compiled, and the slice that brings it to life. Everything it cannot say yes to is for the replay
//! route.

pub(crate) mod carve;
#[cfg(test)]
mod damaged;
mod header;
pub(crate) mod index;
pub(crate) mod instances;
mod made;
mod names;
mod obstacle;
mod read;
pub(crate) mod rename;
pub(crate) mod rules;
pub(crate) mod tree;

use crate::base::record::Record;
use crate::shadow::Shadow;
use anyhow::Result;
use carve::{Carved, Original, carve};
use index::{Function, Index, Key};
use instances::Instance;
use made::slice_file;
pub(crate) use made::{Held, Slice};
use rename::Host;
pub(crate) use rules::Reason;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tree::{Location, locate};

/// One crate's texts, and what of them its library does not hold yet.
#[derive(Debug, Default)]
pub(crate) struct Slicer {
    root: PathBuf,
    files: BTreeMap<PathBuf, File>,
    locations: BTreeMap<PathBuf, Location>,
    /// What changed that no slice can hold.
    beyond: Option<Reason>,
    /// Tried until the crate's hash was as long as the host's, or longer.
    pub(crate) salt: u32,
}

#[derive(Debug, Default)]
struct File {
    text: String,
    index: Index,
    /// Whether the index is of the text: not where that is no Rust.
    is_read: bool,
    /// Whether the text is the shadow's: the user's, of which the library was compiled, is lost.
    is_public: bool,
    changed: BTreeSet<Key>,
    added: BTreeSet<Key>,
    constants: Vec<u64>,
    context: bool,
}

impl File {
    fn of(text: &str) -> Self {
        let index = Index::of(text);
        let is_read = index.is_ok();
        Self { text: text.to_owned(), index: index.unwrap_or_default(), is_read, ..Self::default() }
    }

    fn settled(self) -> Self {
        Self { text: self.text, index: self.index, is_read: true, ..Self::default() }
    }
}

/// A function by its file.
pub(crate) type Chosen = BTreeMap<PathBuf, BTreeSet<Key>>;

impl Slicer {
    /// For a crate with this root file, compiled from these texts; of the `public` ones only the shadow's is known.
    pub(crate) fn new<'text>(
        root: &Path,
        files: impl Iterator<Item = (&'text Path, &'text [u8])>,
        public: &BTreeSet<PathBuf>,
    ) -> Self {
        let mut slicer = Self { root: root.to_owned(), ..Self::default() };
        for (path, bytes) in files.filter(|(path, _)| is_rust(path)) {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            slicer.files.insert(path.to_owned(), File { is_public: public.contains(path), ..File::of(text) });
        }
        slicer.locate();
        slicer
    }

    /// Whether a change was taken in that the library does not hold.
    pub(crate) fn has_changes(&self) -> bool {
        let is_changed = |file: &File| {
            file.context || !(file.changed.is_empty() && file.added.is_empty() && file.constants.is_empty())
        };
        self.beyond.is_some() || self.files.values().any(is_changed)
    }

    /// Whether one of the changed functions may have copies in the crates that depend on this.
    pub(crate) fn has_inlined_changes(&self) -> bool {
        self.files.values().any(|file| {
            let mut changed = file.changed.iter().filter_map(|key| file.index.function(key));
            changed.any(|function| function.is_inlined || function.is_generic)
        })
    }

    /// What was taken in does not run any more: the whole crate is to be compiled next.
    pub(crate) fn give_up(&mut self, reason: Reason) {
        if self.has_changes() {
            self.beyond = Some(reason);
        }
    }

    fn locate(&mut self) {
        let files = &self.files;
        self.locations = locate(&self.root, &|path: &Path| files.get(path).map(|file| &file.index));
    }

    /// Follows a file to its newest text; `None` for one that is gone.
    pub(crate) fn take_in(&mut self, path: &Path, bytes: Option<&[u8]>, shadow: &Shadow) {
        if let Err(reason) = self.follow(path, bytes, shadow) {
            self.beyond = Some(reason);
        }
    }

    fn follow(&mut self, path: &Path, bytes: Option<&[u8]>, shadow: &Shadow) -> Result<(), Reason> {
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(Reason::MoreThanBodies)?;
        let file = self.files.get_mut(path).ok_or(Reason::MoreThanBodies)?;
        if !file.is_read {
            return Err(Reason::NotParsed);
        }
        let edit = if std::mem::take(&mut file.is_public) {
            let public = shadow.public_text(path, text).ok_or(Reason::NotParsed)?;
            let edit = file.index.update(&file.text, &public);
            file.index = Index::of(text)?;
            edit?
        } else {
            file.index.update(&file.text, text)?
        };
        file.text.clear();
        file.text.push_str(text);
        file.changed.extend(edit.changed.into_iter().filter(|key| !file.added.contains(key)));
        file.added.extend(edit.added);
        file.constants.extend(edit.constants);
        file.context |= edit.context;
        Ok(())
    }

    /// The library was compiled from these texts.
    pub(crate) fn settle<'text>(&mut self, files: impl Iterator<Item = (&'text Path, &'text [u8])>) {
        let is_known = self.beyond.take().is_none();
        let mut before = std::mem::take(&mut self.files);
        for (path, bytes) in files.filter(|(path, _)| is_rust(path)) {
            let Ok(text) = std::str::from_utf8(bytes) else { continue };
            let known = before.remove(path).filter(|file| is_known && file.is_read && file.text == text);
            self.files.insert(path.to_owned(), known.map_or_else(|| File::of(text), File::settled));
        }
        self.locate();
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = (&Path, &[String], &Function)> {
        let located = self.files.iter().map(|(path, file)| (path, file, self.locations.get(path)));
        located.flat_map(|(path, file, location)| {
            let module = location.map_or(&[][..], |location| location.module.as_slice());
            file.index.functions.iter().map(move |function| (path.as_path(), module, function))
        })
    }

    /// The lines of a function, from 1.
    pub(crate) fn lines(&self, path: &Path, function: &Function) -> std::ops::Range<usize> {
        let text = self.files.get(path).map_or("", |file| file.text.as_str());
        let count = |range: &str| range.bytes().filter(|byte| *byte == b'\n').count();
        let first = 1 + count(text.get(..function.range.start).unwrap_or_default());
        first..first + 1 + count(text.get(function.range.clone()).unwrap_or_default())
    }

    /// The slice with all that changed.
    ///
    /// # Errors
    /// Something changed that no slice can hold.
    pub(crate) fn slice(&self, record: &Record, host: &Host<'_>) -> Result<Slice, Reason> {
        if let Some(reason) = self.beyond {
            return Err(reason);
        }
        if !self.has_changes() {
            return Err(Reason::OnlyPlaces);
        }
        let has_hidden = self.files.values().any(|file| !file.index.hidden.is_empty());
        if has_hidden && self.files.values().any(|file| !file.constants.is_empty()) {
            return Err(Reason::Hidden);
        }
        let changed = self.files.iter().filter(|(_, file)| !file.changed.is_empty());
        let chosen = changed.map(|(path, file)| (path.clone(), file.changed.clone())).collect();
        self.slice_of(record, host, &chosen)
    }

    /// The slice with these functions, and whatever is new.
    ///
    /// # Errors
    /// One of them cannot be compiled alone.
    pub(crate) fn slice_of(&self, record: &Record, host: &Host<'_>, chosen: &Chosen) -> Result<Slice, Reason> {
        let mut numbers: BTreeMap<&Path, BTreeMap<usize, Vec<Original>>> = BTreeMap::new();
        let mut functions = Vec::new();
        let mut generic = Vec::new();
        let has_context = self.files.values().any(|file| file.context);
        for (path, file) in &self.files {
            let wanted = chosen.get(path);
            for (number, function) in file.index.functions.iter().enumerate() {
                let is_chosen = wanted.is_some_and(|wanted| wanted.contains(&function.key));
                let is_added = file.added.contains(&function.key);
                if !is_chosen && !is_added {
                    continue;
                }
                // What is new has no code in the host yet: how it is used there is no matter.
                let obstacle = self.obstacle(record, path, function);
                let counts = |reason: &Reason| {
                    use Reason::{Hidden, HoldsItems, NoModule, NoPublicCopy, OldEdition, Optimized};
                    !is_added
                        || matches!(reason, NoPublicCopy | OldEdition | Optimized | NoModule | Hidden | HoldsItems)
                };
                if let Some(reason) = obstacle.filter(counts) {
                    return Err(reason);
                }
                if is_added && function.hot {
                    return Err(Reason::MoreThanBodies);
                }
                // The host has none of them, or perhaps of another type, which an import says.
                if function.statics.is_some() && (is_added || has_context) {
                    return Err(Reason::HoldsItems);
                }
                let originals = numbers.entry(path).or_default().entry(number).or_default();
                let of_trait = function.of_impl.is_some_and(|number| file.index.impls[number].of_trait.is_some());
                let mut hold = |symbol: Option<String>, instance: Option<Instance>| {
                    originals.push(Original { number: functions.len(), instance });
                    let (path, key, name) = (path.clone(), function.key.clone(), function.symbol_name());
                    functions.push(Held { path, key, name, of_trait, symbol });
                };
                if function.is_generic && !is_added {
                    let (identity, instances) = self.instances(record, host, path, function)?;
                    instances.into_iter().for_each(|(symbol, instance)| hold(Some(symbol), Some(instance)));
                    generic.push(identity);
                } else if !is_added {
                    hold(None, None);
                }
            }
        }
        let (files, root) = self.write(record, &numbers)?;
        Ok(Slice { files, root, functions, generic })
    }

    #[expect(clippy::type_complexity, reason = "the files of a slice are named where they are kept")]
    fn write(
        &self,
        record: &Record,
        numbers: &BTreeMap<&Path, BTreeMap<usize, Vec<Original>>>,
    ) -> Result<(Vec<(PathBuf, PathBuf, String)>, PathBuf), Reason> {
        let needed = self.needed_files(numbers.keys().copied());
        let copies: BTreeMap<&Path, PathBuf> = needed.iter().map(|path| (*path, slice_file(record, path))).collect();
        let folders: BTreeSet<&Path> = copies.values().filter_map(|copy| copy.parent()).collect();
        if folders.into_iter().any(|folder| record.shadow.is_behind_link(folder)) {
            return Err(Reason::BehindLink);
        }
        let none = BTreeMap::new();
        let mut files = Vec::new();
        for path in &needed {
            let file = &self.files[*path];
            let below: BTreeMap<usize, &Path> = needed
                .iter()
                .filter_map(|inner| match &self.locations[*inner].above {
                    Some((above, number)) if above == path => Some((*number, copies[inner].as_path())),
                    _ => None,
                })
                .collect();
            let chosen = numbers.get(path).unwrap_or(&none);
            let is_hidden = |number: &&usize| self.is_hidden(record, path, &file.index.functions[**number]);
            let carved = Carved {
                text: &file.text,
                index: &file.index,
                module: &self.locations[*path].module,
                chosen,
                private: &chosen.keys().filter(is_hidden).copied().collect(),
                constants: &file.constants,
                files: &below,
            };
            files.push((copies[path].clone(), (*path).to_owned(), carve(&carved)?));
        }
        Ok((files, slice_file(record, &self.root)))
    }

    /// Those with something chosen or with macros, and all that lead to them.
    fn needed_files<'a>(&'a self, chosen: impl Iterator<Item = &'a Path>) -> BTreeSet<&'a Path> {
        let has_more =
            |file: &File| !file.constants.is_empty() || file.index.modules.iter().any(|module| module.has_macros);
        let with_more = self.files.iter().filter(|(_, file)| has_more(file)).map(|(path, _)| path.as_path());
        let mut needed = BTreeSet::from([self.root.as_path()]);
        for path in chosen.chain(with_more).filter(|path| self.locations.contains_key(*path)) {
            let mut at = Some(path);
            while let Some(path) = at {
                needed.insert(path);
                at = self.locations[path].above.as_ref().map(|(above, _)| above.as_path());
            }
        }
        needed
    }
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}
