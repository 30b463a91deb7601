//! Texts that are half an edit: real files without some of their tokens. They are refused, or made public line by line.

use super::super::closed::Closed;
use super::publicize;
use crate::fuzz::check;
use crate::fuzz::sources::{any_text, edited};
use proptest::prelude::*;
use std::path::Path;

#[test]
fn half_an_edit_is_refused_or_keeps_its_lines() {
    check(600, edited(), |text| {
        let mut closed = Closed::default();
        if let Ok(file) = syn::parse_file(&text) {
            closed.add(Path::new("main.rs"), &file);
        }
        if let Ok(shadow) = publicize(&text, &closed) {
            prop_assert_eq!(text.matches('\n').count(), shadow.matches('\n').count());
            prop_assert!(syn::parse_file(&shadow).is_ok(), "{}", shadow);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}

#[test]
fn any_text_is_refused_or_keeps_its_lines() {
    check(600, any_text(), |text| {
        if let Ok(shadow) = publicize(&text, &Closed::default()) {
            prop_assert_eq!(text.matches('\n').count(), shadow.matches('\n').count());
        }
        proc_macro2::extra::invalidate_current_thread_spans();
        Ok(())
    });
}
