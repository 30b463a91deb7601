//! Tells which shapes are no longer those that the process was loaded with.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Shape};

/// Finds a shape again in another version of the sources; the ordinal tells those apart that a `cfg` chooses from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    path: String,
    /// Of a hot function; empty for all else.
    signature: String,
    kind: Kind,
    ordinal: usize,
}

/// A shape that is not what it was when it was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShapeChange {
    pub(crate) path: String,
    pub(crate) kind: Kind,
    pub(crate) line: usize,
    /// It is a live type now: whether its old values can follow is for the runtime to say.
    pub(crate) hot: bool,
    pub(crate) difference: Difference,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Difference {
    /// Its own text differs.
    Text,
    /// Its text is the same, but something it mentions, at one or more removes, changed: an alias, constant or import.
    Through { definition: String },
    /// A static of the same type has another initial value. Worth a note, no obstacle: the process keeps the old one.
    InitialValue,
}

/// Compares all shapes of the latest sources with the first that was loaded of each.
///
/// What was added or removed is no change. A type that comes back is one if it comes back different.
pub(crate) fn compare(loaded: &BTreeMap<Key, Shape>, latest: &[Shape]) -> Vec<ShapeChange> {
    let keyed = keyed(latest);
    let definitions = Definitions::changed(loaded, &keyed, latest);
    let mut changes = Vec::new();
    for (key, shape) in &keyed {
        let (Some(first), false) = (loaded.get(key), is_definition(shape)) else { continue };
        let difference = if shape.text != first.text {
            Difference::Text
        } else if let Some(definition) = definitions.mentioned_by(shape) {
            Difference::Through { definition }
        } else if shape.value != first.value {
            Difference::InitialValue
        } else {
            continue;
        };
        changes.push(ShapeChange {
            path: shape.path.clone(),
            kind: shape.kind,
            line: shape.line,
            hot: shape.hot,
            difference,
        });
    }
    changes
}

/// Adds to `loaded` what a patch brought. A shape that is known keeps its first text, since old values may be alive for
/// ever; the value of a static follows, so that a new one is noted once, and so does a trait, which changes while there are no
/// objects of it.
pub(crate) fn remember(loaded: &mut BTreeMap<Key, Shape>, latest: &[Shape]) {
    for (key, shape) in keyed(latest) {
        let follow = |known: &mut Shape| {
            known.value.clone_from(&shape.value);
            if shape.kind == Kind::Trait {
                known.text.clone_from(&shape.text);
            }
        };
        loaded.entry(key).and_modify(follow).or_insert_with(|| shape.clone());
    }
}

fn keyed<'a>(shapes: &'a [Shape]) -> Vec<(Key, &'a Shape)> {
    let mut count: BTreeMap<(&str, &str, Kind), usize> = BTreeMap::new();
    let key = |shape: &'a Shape| {
        let Shape { path, kind, text, .. } = shape;
        // A slot is known by its signature.
        let signature = if *kind == Kind::Hot { text.as_str() } else { "" };
        let next = count.entry((path, signature, *kind)).or_default();
        let ordinal = *next;
        *next += 1;
        (Key { path: path.clone(), signature: signature.to_owned(), kind: *kind, ordinal }, shape)
    };
    shapes.iter().map(key).collect()
}

/// Has no shape of its own, but gives those who mention it theirs.
fn is_definition(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Alias | Kind::Const | Kind::Import)
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once("::").unwrap_or(("", path))
}

/// The definitions that mean something else than they did, by name, each with the path of the one that was edited.
struct Definitions<'a> {
    changed: BTreeMap<&'a str, Vec<(&'a Shape, &'a str)>>,
    /// What the latest sources define, by path: a name of the module's own wins over a glob.
    own: BTreeMap<&'a str, &'a Shape>,
    /// The modules with a glob `use`.
    globs: BTreeSet<&'a str>,
}

impl<'a> Definitions<'a> {
    fn changed(loaded: &'a BTreeMap<Key, Shape>, keyed: &[(Key, &'a Shape)], latest: &'a [Shape]) -> Self {
        let globs = latest.iter().filter(|shape| split(&shape.path).1 == "*").map(|shape| shape.module.as_str());
        let mut definitions = Definitions {
            changed: BTreeMap::new(),
            own: latest.iter().map(|shape| (shape.path.as_str(), shape)).collect(),
            globs: globs.collect(),
        };
        let (edited, mut others): (Vec<_>, Vec<_>) = keyed
            .iter()
            .filter(|(_, shape)| is_definition(shape))
            .partition(|(key, shape)| loaded.get(key).is_none_or(|first| first.text != shape.text));
        let present: BTreeSet<&Key> = keyed.iter().map(|(key, _)| key).collect();
        let removed = loaded.iter().filter(|(key, shape)| is_definition(shape) && !present.contains(key));
        for shape in edited.iter().map(|(_, shape)| *shape).chain(removed.map(|(_, shape)| shape)) {
            definitions.add(shape, &shape.path);
        }
        // A definition that mentions a changed one is changed with it, until no more are found.
        loop {
            let before = others.len();
            others.retain(|(_, shape)| {
                let root = definitions.find(shape);
                root.inspect(|root| definitions.add(shape, root)).is_none()
            });
            if others.len() == before {
                return definitions;
            }
        }
    }

    fn add(&mut self, shape: &'a Shape, root: &'a str) {
        self.changed.entry(split(&shape.path).1).or_default().push((shape, root));
    }

    fn mentioned_by(&self, user: &Shape) -> Option<String> {
        self.find(user).map(str::to_owned)
    }

    /// The edited definition that something `user` mentions comes from.
    fn find(&self, user: &Shape) -> Option<&'a str> {
        if self.changed.is_empty() {
            return None;
        }
        user.mentions.iter().find_map(|mention| match mention.split_once("::") {
            None => self.find_name(user, mention),
            Some((first, rest)) => self.find_name(user, first).or_else(|| self.find_path(user, mention, first, rest)),
        })
    }

    /// A name without a path: of the user's own module or function, or brought by a glob.
    fn find_name(&self, user: &Shape, name: &str) -> Option<&'a str> {
        let (scope, own_name) = split(&user.path);
        // `use self::name` mentions itself.
        let candidates = self.changed.get(name)?.iter().filter(|(shape, _)| shape.path != user.path);
        let visible = |shape: &Shape| {
            let parent = split(&shape.path).0;
            parent == user.module || (is_within(parent, &user.module) && is_within(scope, parent))
        };
        let by_glob = self.globs.contains(user.module.as_str())
            && own_name != name
            && !self.own.contains_key(format!("{}::{name}", user.module).as_str());
        candidates.clone().find(|(shape, _)| visible(shape) || by_glob).map(|(_, root)| *root)
    }

    /// A path: the last name defined in what the name before it says, after the `use` that the first name comes from.
    fn find_path(&self, user: &Shape, mention: &str, first: &str, rest: &str) -> Option<&'a str> {
        let import = self.own.get(format!("{}::{first}", user.module).as_str());
        let expanded = match import {
            Some(import) if import.kind == Kind::Import && user.kind != Kind::Import => {
                format!("{}::{rest}", import.text)
            }
            _ => mention.to_owned(),
        };
        let (parent, name) = split(&expanded);
        let parent = split(parent).1;
        let anywhere = matches!(parent, "crate" | "self" | "super" | "Self");
        let defined = |shape: &Shape| shape.path != user.path && (anywhere || split(split(&shape.path).0).1 == parent);
        self.changed.get(name)?.iter().find(|(shape, _)| defined(shape)).map(|(_, root)| *root)
    }
}

fn is_within(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor).is_some_and(|rest| ancestor.is_empty() || rest.is_empty() || rest.starts_with("::"))
}
