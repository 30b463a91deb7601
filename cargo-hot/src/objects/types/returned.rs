//! What functions give back, as far as their signatures do not say.

use crate::objects::dwarf::{Bytes, Entry, Place, Units, each_function};
use crate::objects::object::Object;
use crate::objects::types::graph::MOST_ARRAYS;
use gimli::Unit;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write as _;

/// A type's size in bytes, and its fields in words: name, place and type of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Returned {
    pub(crate) size: u64,
    fields: String,
}

/// What the functions with these symbols give back, with all that it holds by value: what `impl Trait` stands for, and what
/// closures in it capture. Of types with a name that is `passed_by`, the name alone.
pub(crate) fn returned(
    object: &Object,
    symbols: &FxHashSet<&str>,
    passed_by: &FxHashSet<String>,
) -> FxHashMap<String, Returned> {
    let mut found = FxHashMap::default();
    each_function(object, |units, unit, entry, symbol| {
        if symbols.contains(symbol.as_str())
            && let Some(place) = units.type_of(unit, entry)
        {
            let mut fields = String::new();
            describe_whole(units, place, passed_by, &mut FxHashSet::default(), &mut fields)?;
            let size = if is_passed_by(units, place, passed_by)? { 0 } else { size_of(place)? };
            found.insert(symbol, Returned { size, fields });
        }
        Ok(())
    });
    found
}

/// What the body of a hot `async fn` gives back whose output is an `impl Trait`; see `hot_runtime::SendHidden`.
const HIDDEN: [&str; 2] = ["SendHidden<", "LocalHidden<"];

/// A type by its name, and all that it holds by value, once: by type, as some hold others many times over.
fn describe_whole<'data>(
    units: &Units<'data>,
    place: Place<'_, 'data>,
    passed_by: &FxHashSet<String>,
    described: &mut FxHashSet<Option<usize>>,
    fields: &mut String,
) -> Result<(), gimli::Error> {
    describe_type(units, place, 0, fields)?;
    let (unit, offset) = place;
    if is_passed_by(units, place, passed_by)? {
        return Ok(());
    }
    if !described.insert(offset.to_debug_info_offset(&unit.header).map(|offset| offset.0)) {
        return Ok(());
    }
    let mut entries = unit.entries_at_offset(offset)?;
    let Some(entry) = entries.next_dfs()? else { return Ok(()) };
    if !matches!(entry.tag(), gimli::DW_TAG_structure_type | gimli::DW_TAG_union_type) {
        return Ok(());
    }
    let depth = entry.depth();
    // The future of a hot `async fn` is behind a pointer; what it gives is named beside it.
    let name = units.text(unit, entry, gimli::DW_AT_name)?;
    let is_of_future = name.is_some_and(|name| HIDDEN.iter().any(|hidden| name.starts_with(hidden)));
    fields.push('{');
    while let Some(inner) = entries.next_dfs()?.filter(|inner| inner.depth() > depth) {
        let is_output = is_of_future && inner.tag() == gimli::DW_TAG_template_type_parameter;
        if inner.tag() == gimli::DW_TAG_member || is_output {
            describe_head(units, unit, inner, fields)?;
            if let Some(place) = units.type_of(unit, inner) {
                describe_whole(units, place, passed_by, described, fields)?;
            }
        }
    }
    fields.push('}');
    Ok(())
}

fn is_passed_by<'data>(
    units: &Units<'data>,
    (unit, offset): Place<'_, 'data>,
    passed_by: &FxHashSet<String>,
) -> Result<bool, gimli::Error> {
    let mut entries = unit.entries_at_offset(offset)?;
    let Some(entry) = entries.next_dfs()? else { return Ok(false) };
    let name = units.text(unit, entry, gimli::DW_AT_name)?;
    Ok(name.is_some_and(|name| passed_by.contains(name.split('<').next().unwrap_or(&name))))
}

fn size_of((unit, offset): Place<'_, '_>) -> Result<u64, gimli::Error> {
    let mut entries = unit.entries_at_offset(offset)?;
    let size = entries.next_dfs()?.and_then(|entry| entry.attr_value(gimli::DW_AT_byte_size));
    Ok(size.and_then(|size| size.udata_value()).unwrap_or(0))
}

/// A member's name and place.
fn describe_head<'data>(
    units: &Units<'data>,
    unit: &Unit<Bytes<'data>>,
    member: &Entry<'data>,
    fields: &mut String,
) -> Result<(), gimli::Error> {
    let name = units.text(unit, member, gimli::DW_AT_name)?.unwrap_or_default();
    let place = member.attr_value(gimli::DW_AT_data_member_location).and_then(|place| place.udata_value());
    let _ = write!(fields, "{name}@{place:?}:");
    Ok(())
}

/// A type by its name; an array, which has none, by its element and its bounds.
fn describe_type<'data>(
    units: &Units<'data>,
    (unit, offset): Place<'_, 'data>,
    arrays: usize,
    text: &mut String,
) -> Result<(), gimli::Error> {
    if arrays > MOST_ARRAYS {
        return Err(gimli::Error::TooManyIterations);
    }
    let mut entries = unit.entries_at_offset(offset)?;
    let Some(entry) = entries.next_dfs()? else { return Ok(()) };
    if let Some(name) = units.text(unit, entry, gimli::DW_AT_name)? {
        text.push_str(&name);
        return Ok(());
    }
    let element = units.type_of(unit, entry);
    let depth = entry.depth();
    let mut bounds = String::new();
    while let Some(child) = entries.next_dfs()? {
        if child.depth() <= depth {
            break;
        }
        let count = child.attr_value(gimli::DW_AT_count).or(child.attr_value(gimli::DW_AT_upper_bound));
        let _ = write!(bounds, "[{:?}]", count.and_then(|count| count.udata_value()));
    }
    if let Some(element) = element {
        describe_type(units, element, arrays + 1, text)?;
    }
    text.push_str(&bounds);
    Ok(())
}
