//! Texts that somebody is at work on: their places are found or they are refused, and a slice has everything where it stood.

use super::carve::{Carved, Original, carve};
use super::index::{Index, Key};
use super::rules::Reason;
use crate::fuzz::check;
use crate::fuzz::sources::{any_text, edited, remarked, reworded};
use crate::plan::functions::functions;
use crate::plan::shapes::shapes;
use proptest::prelude::*;
use proptest::sample::Index as Choice;
use std::collections::{BTreeMap, BTreeSet};
use syn::File;

#[test]
fn half_an_edit_has_its_places_or_is_refused() {
    check(300, edited(), |text| {
        if let Ok(index) = Index::of(&text) {
            check_places(&index, &text)?;
        }
        if let Ok(file) = syn::parse_file(&text) {
            shapes(&file, &["a".into()]);
            functions(&file, &["a".into()]);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

#[test]
fn any_text_has_its_places_or_is_refused() {
    check(300, any_text(), |text| {
        if let Ok(index) = Index::of(&text) {
            check_places(&index, &text)?;
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

fn check_places(index: &Index, text: &str) -> Result<(), TestCaseError> {
    for function in &index.functions {
        let code = text.get(function.range.clone());
        prop_assert!(code.is_some_and(|code| code.contains("fn")), "{:?}", function.key);
        prop_assert_eq!(text.get(function.ident.clone()), Some(&*function.name));
        prop_assert!(text.get(function.body.clone()).is_some());
    }
    Ok(())
}

#[test]
fn an_index_that_follows_edits_is_that_of_the_newest_text() {
    check(300, (reworded(), edited()), |((first, second), third)| {
        let Ok(mut index) = Index::of(&first) else { return Ok(()) };
        let mut text = first.clone();
        for newest in [second, third, first] {
            let edit = index.update(&text, &newest);
            match Index::of(&newest) {
                Ok(read) => prop_assert_eq!(format!("{index:#?}"), format!("{read:#?}"), "{}", newest),
                Err(_) => {
                    prop_assert!(edit.is_err());
                    break;
                }
            }
            text = newest;
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

#[test]
fn comments_and_lines_change_nothing() {
    check(200, remarked(), |(text, remarked)| {
        let (Ok(mut before), Ok(file)) = (Index::of(&text), syn::parse_file(&remarked)) else { return Ok(()) };
        let all =
            |file: &File| shapes(file, &[]).into_iter().map(|it| (it.path, it.text, it.value)).collect::<Vec<_>>();
        prop_assert_eq!(all(&syn::parse_file(&text).expect("it parsed")), all(&file));
        let edit = before.update(&text, &remarked).map_err(|reason| TestCaseError::fail(format!("{reason:?}")))?;
        prop_assert!(edit.changed.is_empty() && edit.added.is_empty() && edit.constants.is_empty(), "{:?}", edit);
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

#[test]
fn what_is_carved_is_rust_and_stands_where_it_stood() {
    check(200, (reworded(), any::<[Choice; 3]>()), |((_, text), chosen)| {
        let Ok(index) = Index::of(&text) else { return Ok(()) };
        let can_be = |number: &usize| index.functions[*number].reason.is_none();
        let possible: Vec<usize> = (0..index.functions.len()).filter(can_be).collect();
        if possible.is_empty() {
            return Ok(());
        }
        let chosen: BTreeMap<usize, Vec<Original>> =
            chosen.iter().map(|choice| (*choice.get(&possible), Vec::new())).collect();
        let carved = Carved {
            text: &text,
            index: &index,
            module: &[],
            chosen: &chosen,
            private: &BTreeSet::new(),
            constants: &[],
            files: &BTreeMap::new(),
        };
        let slice = match carve(&carved) {
            Ok(slice) => slice,
            Err(Reason::NoRoom) => return Ok(()),
            Err(reason) => return Err(TestCaseError::fail(format!("{reason:?}"))),
        };
        prop_assert!(syn::parse_file(&slice).is_ok(), "{}\nof\n{}", slice, text);
        for number in chosen.keys() {
            let body = index.functions[*number].body.clone();
            let key: &Key = &index.functions[*number].key;
            prop_assert_eq!(rest_of(&slice, place(&text, body.start), body.len()), &text[body], "{:?}", key);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

/// Line and column, in characters.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text[..at].trim_start_matches('\u{feff}');
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count(), before[line_start..].chars().count())
}

/// What stands at a place, so many bytes of it.
fn rest_of(text: &str, (line, column): (usize, usize), length: usize) -> &str {
    let line_start = text.match_indices('\n').nth(line.wrapping_sub(1)).map_or(0, |(end, _)| end + 1);
    let rest = &text[line_start..];
    let start = rest.char_indices().nth(column).map_or(rest.len(), |(start, _)| start);
    rest.get(start..start + length).unwrap_or_default()
}
