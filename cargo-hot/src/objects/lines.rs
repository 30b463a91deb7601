//! Where functions are declared, from the debug information of the object that holds them.

use crate::objects::dwarf::{Bytes, each_function};
use crate::objects::object::Object;
use gimli::{AttributeValue, Reader as _};
use rustc_hash::FxHashMap;
use std::path::PathBuf;

/// A line of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) file: PathBuf,
    pub(crate) line: u64,
}

/// Finds the declarations of functions by their symbols; those without debug information are left out.
pub(crate) fn declarations(object: &Object, symbols: &[&str]) -> FxHashMap<String, Declared> {
    let mut found = FxHashMap::default();
    each_function(object, |units, unit, entry, symbol| {
        let file = entry.attr_value(gimli::DW_AT_decl_file);
        let line = entry.attr_value(gimli::DW_AT_decl_line).and_then(|line| line.udata_value());
        if symbols.contains(&symbol.as_str())
            && let (Some(AttributeValue::FileIndex(file)), Some(line)) = (file, line)
            && let Some(file) = file_path(&units.dwarf, unit, file)?
        {
            found.insert(symbol, Declared { file, line });
        }
        Ok(())
    });
    found
}

/// Whether the function with this symbol is a closure, and not a future, whose symbol looks the same.
pub(crate) fn is_closure(object: &Object, symbol: &str) -> bool {
    let mut found = false;
    each_function(object, |units, unit, entry, known| {
        if known == symbol {
            let name = units.text(unit, entry, gimli::DW_AT_name)?;
            found = name.is_some_and(|name| name.starts_with("{closure#"));
        }
        Ok(())
    });
    found
}

/// As the compiler was given it: relative to its working directory, for the user's own files.
fn file_path(
    dwarf: &gimli::Dwarf<Bytes<'_>>,
    unit: &gimli::Unit<Bytes<'_>>,
    index: u64,
) -> Result<Option<PathBuf>, gimli::Error> {
    let Some(program) = &unit.line_program else { return Ok(None) };
    let header = program.header();
    let Some(file) = header.file(index) else { return Ok(None) };
    let name = dwarf.attr_string(unit, file.path_name())?.to_string_lossy()?.into_owned();
    let directory = match file.directory(header) {
        Some(directory) if file.directory_index() != 0 => {
            dwarf.attr_string(unit, directory)?.to_string_lossy()?.into_owned()
        }
        _ => String::new(),
    };
    Ok(Some(PathBuf::from(directory).join(name)))
}
