//! Writes all live values of a process, and has those of another one wait in this one.

use super::super::build::{Room, guarded};
use super::super::commit::sentence;
use super::super::entries::{Content, Entries, Entry, Made};
use super::super::plan::short;
use super::super::shape::{Kind, Shape, Shapes};
use super::Tree;
use super::claim::{Claims, Origin, met_inside, waiting};
use super::fit::Fitter;
use super::sketch::{Sketches, sketches};
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

/// What a process leaves.
#[derive(Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) sketches: Sketches,
    pub(crate) values: Vec<Kept>,
}

/// A live value.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    /// Its type's.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    pub(crate) tree: Tree,
}

/// Values inside values; who reads them is on a stack of a usual size.
pub(crate) const DEEPEST: u32 = 1000;

/// Writes all values that are not inside others.
///
/// The gate is closed ([`crate::gate`]).
///
/// # Errors
/// Serde does not know one of them, or cannot write it.
pub(crate) fn keep(shapes: &Shapes) -> Result<Snapshot, String> {
    let entries = Entries::lock().all();
    let (written, inside) = met_inside(|| entries.iter().map(|entry| write(entry, shapes)).collect::<Vec<_>>());
    let mut values = Vec::new();
    for (entry, tree) in entries.into_iter().zip(written) {
        if inside.contains(&entry.address()) {
            continue;
        }
        let Content { name, .. } = *entry.content();
        let Some(origin) = origin(entry) else { continue };
        let tree = tree.map_err(|why| format!("`{}`, made at {}:{}: {why}", short(name), origin.file, origin.line))?;
        values.push(Kept { name: name.to_owned(), origin, tree });
    }
    Ok(Snapshot { sketches: sketches(shapes), values })
}

fn write(entry: &Entry, shapes: &Shapes) -> Result<Tree, String> {
    let content = *entry.content();
    let shape = shapes.get(content.id).or_else(|| shapes.named(content.name));
    let code = shape.and_then(|shape| shapes.code(shape.id)).ok_or("its type is not `#[hot(serde)]`")?;
    let value = entry.value.load(Ordering::Relaxed);
    // SAFETY: the entry's content says that it is a value of this type; nobody writes it, as the gate is closed.
    let tree = guarded(|| unsafe { code.write(value) })??;
    if is_deeper(&tree, DEEPEST) {
        return Err(format!("values lie more than {DEEPEST} deep inside one another"));
    }
    Ok(tree)
}

/// How a value came to be, in this process or in the one that it was kept from.
fn origin(entry: &Entry) -> Option<Origin> {
    let made = entry.content().origin;
    let made = made.map(|made| Origin {
        maker: made.maker.to_owned(),
        file: made.place.file().to_owned(),
        line: made.place.line(),
        column: made.place.column(),
        nth: made.nth,
    });
    made.or_else(|| waiting(|it| it.is(entry).then(|| it.origin.clone())).into_iter().flatten().next())
}

fn is_deeper(tree: &Tree, deepest: u32) -> bool {
    use serde_content::Data;
    let Some(deepest) = deepest.checked_sub(1) else { return true };
    let any = |values: &[Tree]| values.iter().any(|value| is_deeper(value, deepest));
    let data = |data: &Data<'static>| match data {
        Data::Unit => false,
        Data::NewType { value } => is_deeper(value, deepest),
        Data::Tuple { values } => any(values),
        Data::Struct { fields } => fields.iter().any(|(_, value)| is_deeper(value, deepest)),
    };
    match tree {
        Tree::Seq(values) | Tree::Tuple(values) => any(values),
        Tree::Map(entries) => entries.iter().any(|(key, value)| is_deeper(key, deepest) || is_deeper(value, deepest)),
        Tree::Option(Some(value)) => is_deeper(value, deepest),
        Tree::Struct(found) => data(&found.data),
        Tree::Enum(found) => data(&found.data),
        _ => false,
    }
}

/// Has the values of another process wait for who makes them in this one; gives back how many they are.
///
/// # Errors
/// One does not fit its type: nothing waits then.
pub(crate) fn restore(snapshot: Snapshot, shapes: &Shapes) -> Result<u64, String> {
    let fitter = Fitter::new(&snapshot.sketches, shapes);
    let mut made = Vec::new();
    for kept in snapshot.values {
        match make(kept, &fitter, shapes) {
            Ok(value) => made.push(value),
            Err(why) => {
                for Restored { made: Made { value, content }, .. } in made {
                    // SAFETY: it was made, and nobody has seen it.
                    let _ = guarded(|| unsafe { Made::drop(value, content) });
                }
                return Err(why);
            }
        }
    }
    let count = made.len() as u64;
    let mut claims = Claims::default();
    for Restored { made, origin } in made {
        let name = made.content.name;
        // SAFETY: it was made by a box.
        claims.add(name, origin, unsafe { NonNull::new_unchecked(Entry::new(made, None, true)) });
    }
    claims.wait();
    Ok(count)
}

struct Restored {
    made: Made,
    origin: Origin,
}

fn make(kept: Kept, fitter: &Fitter<'_>, shapes: &Shapes) -> Result<Restored, String> {
    let Kept { name, mut origin, tree } = kept;
    let shape = successor(&name, shapes)
        .ok_or_else(|| format!("there is no live type `{}` any more, of which there is a value", short(&name)))?;
    let code = shapes.code(shape.id).ok_or_else(|| format!("`{}` is not `#[hot(serde)]`", short(shape.name)))?;
    let tree = fitter.fit(&name, tree, shape.id).map_err(|problem| sentence(&name, &problem))?;
    let room = Room::new(shape.layout());
    // SAFETY: there is room for a value of the type.
    let read = guarded(|| unsafe { code.read(tree, room.start) }).and_then(|read| read);
    read.map_err(|why| format!("`{}`: {why}", short(shape.name)))?;
    origin.maker = origin.maker.replace(&name, shape.name);
    let content = Content::new(shape, 0);
    Ok(Restored { made: Made { value: room.keep(), content }, origin })
}

/// The type of this name, or the one that says it had it.
fn successor<'a>(name: &str, shapes: &'a Shapes) -> Option<&'a Shape> {
    let last = |name: &str| name.rsplit("::").next().map(str::to_owned);
    let had_name = |shape: &&Shape| {
        let was = match &shape.kind {
            Kind::Struct(found) => found.was,
            Kind::Enum(found) => found.was,
            _ => None,
        };
        was.is_some_and(|was| last(name).as_deref() == Some(was))
    };
    let renamed = || {
        let mut found = shapes.iter().filter(had_name);
        found.next().filter(|_| found.next().is_none())
    };
    shapes.named(name).or_else(renamed)
}
