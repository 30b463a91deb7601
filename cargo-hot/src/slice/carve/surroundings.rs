//! What a module of a slice needs besides what it keeps of its text: the host's names, traits for the methods that moved, and
//! the addresses that tell which function of the host is which.

use super::{Carved, HOST, OF_DESTRUCTOR, OF_HOST, OF_PRIVATE, OF_SLICE, Original, needed_modules};
use crate::shadow::publicize::PRELUDE;
use crate::slice::header::{fit, without_self};
use crate::slice::index::{Function, Impl, helper_name};
use crate::slice::instances::Instance;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use xxhash_rust::xxh3::xxh3_64;

pub(super) fn surroundings(carved: &Carved<'_>, module: usize) -> String {
    let index = carved.index;
    let path: Vec<&str> = carved.module.iter().map(String::as_str).chain(index.module_path(module)).collect();
    let host = [HOST].into_iter().chain(path).collect::<Vec<_>>().join("::");
    let mut text = format!(" pub use ::{host}::*;");
    if index.modules[module].has_glob {
        // The module's own names win over those of another glob only by name.
        let names = own_names(carved, module);
        let _ = write!(text, " pub use ::{host}::{{{}}};", names.join(", "));
    }
    let mut impls: BTreeMap<usize, Vec<&Function>> = BTreeMap::new();
    for (place, originals) in carved.chosen {
        let function = &index.functions[*place];
        if function.module != module {
            continue;
        }
        if let Some(number) = function.of_impl {
            impls.entry(number).or_default().push(function);
        }
        for original in originals {
            text.push_str(&addresses(carved, *place, &host, original));
        }
    }
    for (number, functions) in impls {
        text.push_str(&helper_trait(carved, number, &functions));
    }
    text
}

fn own_names(carved: &Carved<'_>, module: usize) -> Vec<String> {
    let index = carved.index;
    let mirrored = needed_modules(carved);
    let mut defined: BTreeSet<&str> = mirrored
        .iter()
        .map(|number| &index.modules[*number])
        .filter(|found| found.parent == Some(module))
        .map(|found| found.name.as_str())
        .collect();
    defined.extend(
        carved
            .files
            .keys()
            .map(|number| &index.files[*number])
            .filter(|file| file.module == module)
            .map(|file| file.name.as_str()),
    );
    let chosen = carved.chosen.keys().map(|number| &index.functions[*number]);
    defined.extend(chosen.filter(|function| function.module == module).map(|function| function.name.as_str()));
    let names = index.modules[module].names.iter();
    names
        .filter(|name| !defined.contains(name.as_str()) && !PRELUDE.contains(&name.as_str()) && *name != "_")
        .cloned()
        .collect()
}

/// Two functions that hold the addresses of a chosen function and of the host's.
fn addresses(carved: &Carved<'_>, place: usize, host: &str, original: &Original) -> String {
    let function = &carved.index.functions[place];
    let (of_slice, of_host, generics) = match function.of_impl {
        None => {
            let name = &function.name;
            (format!("self::{name}"), format!("::{host}::{name}"), String::new())
        }
        Some(number) => paths(carved, number, place, original.instance.as_ref()),
    };
    let of_impl = function.of_impl.map_or("", |number| carved.index.impls[number].conditions.as_str());
    let conditions = format!("{of_impl} {}", function.conditions);
    let arguments = original.instance.as_ref().map_or(&[][..], |instance| &instance.arguments).join(", ");
    let arguments = if arguments.is_empty() { arguments } else { format!("::<{arguments}>") };
    let mut text = String::new();
    for (prefix, path) in [(OF_SLICE, of_slice), (OF_HOST, of_host)] {
        // These two are generic over the type alone.
        let stands_for_another =
            [OF_PRIVATE, OF_DESTRUCTOR].iter().any(|other| path.trim_start_matches("::").starts_with(other));
        let arguments = if stands_for_another { "" } else { arguments.as_str() };
        let head = format!("pub fn {prefix}{}{generics}() -> *const ()", original.number);
        let _ = write!(text, " {conditions} {head} {{ {path}{arguments} as *const () }}");
    }
    text
}

/// The two paths of a method, and the parameters they need.
fn paths(carved: &Carved<'_>, number: usize, place: usize, instance: Option<&Instance>) -> (String, String, String) {
    let function = &carved.index.functions[place];
    let found = &carved.index.impls[number];
    let name = &function.name;
    let (of_type, of_trait, helper, generics) = match instance {
        Some(instance) => {
            let helper = trait_name(carved, number);
            // What is not told may follow from the type.
            let told = fit(found, instance, &|_| false).unwrap_or_default().parameters;
            let parameters = found.types.iter().map(|name| told.get(name).map_or("_", String::as_str));
            let parameters = parameters.collect::<Vec<_>>().join(", ");
            let helper = if parameters.is_empty() { helper } else { format!("{helper}<{parameters}>") };
            // Without arguments it is named as its text does.
            let written = found.of_trait.as_ref().map(|of_trait| without_self(&of_trait.whole, &instance.self_type));
            let is_plain = written.as_ref().is_none_or(|written| !written.contains('<'));
            let of_trait = if is_plain { written } else { instance.of_trait.clone().or(written) };
            (instance.self_type.clone(), of_trait, helper, String::new())
        }
        None => {
            let of_trait = found.of_trait.as_ref().map(|of_trait| without_self(&of_trait.whole, &found.self_type));
            let helper = with_parameters(&trait_name(carved, number), found);
            (found.self_type.clone(), of_trait, helper, format!("{} ", found.generics))
        }
    };
    let of_slice = format!("<{of_type} as {helper}>::{}", helper_name(name, place));
    let is_destructor = found.of_trait.as_ref().is_some_and(|of_trait| is_destructor(&of_trait.path));
    let of_host = match of_trait {
        Some(_) if function.hot => format!("::{OF_PRIVATE}::<{of_type}>"),
        Some(_) if is_destructor => format!("::{OF_DESTRUCTOR}::<{of_type}>"),
        None if carved.private.contains(&place) => format!("::{OF_PRIVATE}::<{of_type}>"),
        Some(of_trait) => format!("<{of_type} as {of_trait}>::{name}"),
        None if function.hot => format!("<{of_type}>::{}", function.symbol_name()),
        None => format!("<{of_type}>::{name}"),
    };
    (of_slice, of_host, generics)
}

/// Whether this is the trait of destructors, as far as its text tells.
pub(in crate::slice) fn is_destructor(of_trait: &str) -> bool {
    matches!(of_trait.trim_start_matches(":: "), "Drop" | "ops :: Drop" | "std :: ops :: Drop" | "core :: ops :: Drop")
}

fn helper_trait(carved: &Carved<'_>, number: usize, functions: &[&Function]) -> String {
    let found = &carved.index.impls[number];
    let mut text = String::new();
    let above = bounds(carved, found, functions);
    let name = trait_name(carved, number);
    let head = format!("pub trait {name}{}{above} {}", found.generics, found.where_clause);
    let _ = write!(text, " {} {head} {{", found.conditions);
    for function in functions {
        let _ = write!(text, " {} {};", function.conditions, function.declaration);
    }
    text.push_str(" }");
    text
}

/// What is known of `Self` in the trait of a slice: of a method of a trait, that it has that.
fn bounds(carved: &Carved<'_>, found: &Impl, functions: &[&Function]) -> String {
    let says = |text: &str| functions.iter().any(|function| carved.text[function.range.clone()].contains(text));
    let declares_self = functions.iter().any(|function| function.declaration.contains("Self"));
    let mut bounds = Vec::new();
    let of_trait = found.of_trait.as_ref().filter(|_| declares_self || says("Self::"));
    // A trait's own parameters may have `Self` for a default.
    if (declares_self || of_trait.is_some()) && !is_unsized(&found.self_type) {
        bounds.push("Sized");
    }
    let of_trait = of_trait.map(|of_trait| with_static(&without_self(&of_trait.whole, &found.self_type)));
    bounds.extend(of_trait.as_deref());
    if bounds.is_empty() { String::new() } else { format!(": {}", bounds.join(" + ")) }
}

/// As far as its text tells.
fn is_unsized(self_type: &str) -> bool {
    self_type == "str" || self_type.starts_with("dyn ") || self_type.starts_with('[') && !self_type.contains(';')
}

/// Among the bounds of a trait no lifetime may be left out; which one it is does not matter to what `Self` means.
fn with_static(of_trait: &str) -> String {
    let mut parts = of_trait.split('&');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_named = part.trim_start().starts_with('\'');
        text.push_str(if is_named { "&" } else { "&'static " });
        text.push_str(part);
    }
    text.replace("'_", "'static")
}

/// Long enough that the symbol of what the host has fits in the place of a symbol with this name, and the same for the
/// same impl in every slice.
pub(super) fn trait_name(carved: &Carved<'_>, number: usize) -> String {
    let found = &carved.index.impls[number];
    let of_trait = found.of_trait.as_ref().map_or("", |of_trait| of_trait.whole.as_str());
    let module = carved.module.join("::");
    let hash = xxh3_64(format!("{module} {number} {} {of_trait}", found.self_type).as_bytes());
    format!("__cargo_hot_{hash:016x}{}", "_".repeat(100 + 2 * of_trait.len()))
}

pub(super) fn with_parameters(name: &str, found: &Impl) -> String {
    let names: Vec<&str> = found.lifetimes.iter().chain(&found.types).map(String::as_str).collect();
    if names.is_empty() { name.to_owned() } else { format!("{name}<{}>", names.join(", ")) }
}
