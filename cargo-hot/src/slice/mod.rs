//! The slice route: the changed functions of a crate, compiled alone against the program's own library.
//!
//! [`read`] finds where everything stands in a file, and [`index`] follows its edits; [`rules`] say what can be compiled alone;
//! [`tree`] says which file is which module; [`mod@carve`] writes the slice's text; [`rename`] gives its code the names of
//! the host. This file holds them together for one crate: what changed since the host's library was compiled, and the
//! slice that brings it to life. Everything it cannot say yes to is for the replay route.

pub(crate) mod carve;
pub(crate) mod index;
pub(crate) mod instances;
mod names;
mod read;
pub(crate) mod rename;
pub(crate) mod rules;
pub(crate) mod tree;

use crate::base::Invocation;
use crate::base::record::Record;
use crate::shadow::{Scope, Shadow, Text, replace_file};
use anyhow::Result;
use carve::{Carved, HOST, Original, carve};
use index::{Function, Index, Key};
use instances::{Crate, Identity, Instance};
use names::Names;
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

/// A slice, ready to be compiled.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The files to write, and the originals they stand for.
    files: Vec<(PathBuf, PathBuf, String)>,
    root: PathBuf,
    /// The functions of the host that it holds, by their numbers: of a generic function the instances.
    functions: Vec<Held>,
    /// The generic functions that it holds.
    pub(crate) generic: Vec<Identity>,
}

/// A function of the host that a slice has anew.
#[derive(Debug)]
pub(crate) struct Held {
    path: PathBuf,
    key: Key,
    /// Of an instance: its symbol.
    pub(crate) symbol: Option<String>,
}

impl Held {
    pub(crate) fn name(&self) -> &str {
        self.key.2.trim_start_matches("r#")
    }

    pub(crate) fn id(&self) -> (PathBuf, Key) {
        (self.path.clone(), self.key.clone())
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

    /// What was taken in does not compile: the whole crate is to be compiled next.
    pub(crate) fn give_up(&mut self) {
        if self.has_changes() {
            self.beyond = Some(Reason::NotConfirmed);
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
            (hidden.any(is_hidden) || record.shadow.hides(&body, &self.scope(path))).then_some(Reason::Hidden)
        };
        let lost = || (!self.locations.contains_key(path)).then_some(Reason::NoModule);
        of_crate().or_else(lost).or_else(hidden).or(function.reason)
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

    /// What the program has of a generic function: how its symbols name it, and those with the instance of each.
    fn instances(
        &self,
        record: &Record,
        host: &Host<'_>,
        path: &Path,
        function: &Function,
    ) -> Result<(Identity, Vec<(String, Instance)>), Reason> {
        let krate = host.krate().ok_or(Reason::NotFound)?;
        let identity = self.identity(&krate, path, function);
        let names = Names { krate: &krate, invocation: &record.invocation, files: &self.files };
        let instances = host.instances(&identity, &names)?;
        Ok((identity, instances))
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
                let mut originals = Vec::new();
                let mut hold = |symbol: Option<String>, instance: Option<Instance>| {
                    originals.push(Original { number: functions.len(), instance });
                    functions.push(Held { path: path.clone(), key: function.key.clone(), symbol });
                };
                if is_added {
                } else if function.is_generic {
                    let (identity, instances) = self.instances(record, host, path, function)?;
                    for (symbol, instance) in instances {
                        hold(Some(symbol), Some(instance));
                    }
                    generic.push(identity);
                } else {
                    hold(None, None);
                }
                numbers.entry(path).or_default().insert(number, originals);
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
            let carved = Carved {
                text: &file.text,
                index: &file.index,
                module: &self.locations[*path].module,
                chosen,
                private: &self.private(record, path, chosen),
                constants: &file.constants,
                files: &below,
            };
            files.push((copies[path].clone(), (*path).to_owned(), carve(&carved)?));
        }
        Ok((files, slice_file(record, &self.root)))
    }

    /// How symbols name a function.
    fn identity(&self, krate: &Crate, path: &Path, function: &Function) -> Identity {
        let plain = |name: &str| name.trim_start_matches("r#").to_owned();
        let of_file = self.locations.get(path).map_or(&[][..], |location| location.module.as_slice());
        let inner = self.files[path].index.module_path(function.module);
        let of_impl = function.of_impl.map(|number| &self.files[path].index.impls[number]);
        // What is declared under another name has that in symbols.
        let renamed = || self.files.values().flat_map(|file| &file.index.renamed);
        let declared = |text: &str, parameters: &[String]| {
            let name = last_name(text)?;
            let is_other = |other: &String| other == name;
            (!parameters.iter().any(is_other) && !renamed().any(is_other)).then(|| plain(name))
        };
        Identity {
            krate: krate.clone(),
            module: of_file.iter().map(String::as_str).chain(inner).map(plain).collect(),
            self_name: of_impl.and_then(|found| declared(&found.self_type, &found.types)),
            of_trait: of_impl.and_then(|found| declared(&found.of_trait.as_ref()?.path, &found.types)),
            name: plain(&function.name),
        }
    }

    fn scope(&self, path: &Path) -> Scope {
        let around: BTreeSet<&Path> = self.around(path).collect();
        let is_below =
            |location: &&Location| location.above.as_ref().is_some_and(|above| around.contains(above.0.as_path()));
        let below = self.locations.iter().filter(|(_, location)| is_below(location)).map(|(path, _)| path.as_path());
        Scope::new(around.iter().copied(), below)
    }

    /// Those of a file's functions that stay private in the program, and so cannot be named.
    fn private(&self, record: &Record, path: &Path, numbers: &BTreeMap<usize, Vec<Original>>) -> BTreeSet<usize> {
        let is_private = |number: &usize| {
            let function = &self.files[path].index.functions[*number];
            function.is_private && record.shadow.hides(&format!(".{}", function.name), &self.scope(path))
        };
        numbers.keys().copied().filter(is_private).collect()
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

impl Slice {
    pub(crate) fn functions(&self) -> &[Held] {
        &self.functions
    }

    /// Writes its files, and gives back the call that compiles them to the object at `output`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(crate) fn lay_out(&self, record: &Record, salt: u32, output: &Path) -> Result<Invocation> {
        for (copy, _, text) in &self.files {
            replace_file(copy, text.as_bytes())?;
        }
        let mut invocation = record.invocation.clone();
        for option in ["--emit", "--out-dir", "--cap-lints"] {
            invocation.remove(option);
        }
        for key in ["incremental", "extra-filename", "codegen-units"] {
            invocation.remove_codegen(key);
        }
        invocation.set("--crate-type", "lib").push("--emit", "obj").push("--cap-lints", "allow");
        invocation.push("-o", output.to_string_lossy());
        invocation.set_codegen("metadata", &format!("slice-{salt}"));
        // Functions that nothing calls are what a slice is made of.
        invocation.set_codegen("link-dead-code", "yes");
        invocation.push("--extern", format!("{HOST}={}", record.library.display()));
        for (copy, original, _) in &self.files {
            let shown = original.strip_prefix(&record.directory).unwrap_or(original);
            invocation.push("--remap-path-prefix", format!("{}={}", copy.display(), shown.display()));
        }
        invocation.input = Some(self.root.to_string_lossy().into_owned());
        Ok(invocation)
    }
}

/// `World` of the tokens `& 'a game :: World < T >`; `None` for what is no path.
fn last_name(of_type: &str) -> Option<&str> {
    let bare = of_type.split('<').next().unwrap_or_default();
    let is_of_reference = |word: &&str| *word == "&" || *word == "mut" || word.starts_with('\'');
    let words = bare.split(' ').filter(|word| !word.is_empty()).skip_while(is_of_reference);
    let is_path = |word: &str| word == "::" || word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let is_name = words.clone().all(is_path) && words.clone().next() != Some("dyn");
    words.last().filter(|_| is_name)
}

/// Beside the shadow's copy, so that what is included from there is found.
fn slice_file(record: &Record, original: &Path) -> PathBuf {
    let copy = record.shadow.copy_of(original);
    let name = copy.file_name().unwrap_or_default().to_string_lossy().into_owned();
    copy.with_file_name(format!(".cargo-hot-slice-{name}"))
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}
