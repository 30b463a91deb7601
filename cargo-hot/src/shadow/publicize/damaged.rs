//! Texts that are half an edit: real files without some of their tokens. They are refused, or made public line by line.

use super::super::closed::Closed;
use super::publicize;
use super::text::code_start;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;
use walkdir::WalkDir;

/// A file, and the places of its tokens; a delimited group is one, and so is each token in it.
struct Source {
    text: String,
    tokens: Vec<Range<usize>>,
}

/// The workspace's own files.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let outside_target = WalkDir::new(root).sort_by_file_name().into_iter();
    let outside_target = outside_target.filter_entry(|entry| entry.file_name() != "target");
    let files = outside_target.map(|entry| entry.expect("the tree can be read"));
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    let sources = files.filter_map(|entry| read(entry.path()));
    sources.collect()
});

fn read(path: &Path) -> Option<Source> {
    let text = std::fs::read_to_string(path).ok()?;
    let stream: TokenStream = text[code_start(&text)..].parse().ok()?;
    let mut tokens = Vec::new();
    locate(stream, code_start(&text), &mut tokens);
    proc_macro2::extra::invalidate_current_thread_spans();
    (!tokens.is_empty()).then_some(Source { text, tokens })
}

fn locate(stream: TokenStream, from: usize, tokens: &mut Vec<Range<usize>>) {
    for token in stream {
        let range = token.span().byte_range();
        tokens.push(range.start + from..range.end + from);
        if let TokenTree::Group(group) = token {
            if group.delimiter() != Delimiter::None {
                for span in [group.span_open(), group.span_close()] {
                    let range = span.byte_range();
                    tokens.push(range.start + from..range.end + from);
                }
            }
            locate(group.stream(), from, tokens);
        }
    }
}

/// What happens to a token.
#[derive(Debug, Clone, Copy)]
enum Change {
    Delete,
    /// The token of another place stands there as well.
    Repeat,
    /// Everything from here to another token goes, as when a selection is deleted.
    DeleteTo,
}

fn changed() -> impl Strategy<Value = String> {
    let change = prop_oneof![4 => Just(Change::Delete), 2 => Just(Change::Repeat), 1 => Just(Change::DeleteTo)];
    let changes = vec((change, any::<Index>(), any::<Index>()), 1..4);
    (any::<Index>(), changes).prop_map(|(source, changes)| {
        let Source { text, tokens } = source.get(&SOURCES);
        let mut edits: Vec<(Range<usize>, String)> = changes
            .into_iter()
            .map(|(change, token, other)| {
                let (token, other) = (token.get(tokens).clone(), other.get(tokens).clone());
                match change {
                    Change::Delete => (token, String::new()),
                    Change::Repeat => (token.end..token.end, format!(" {} ", &text[other])),
                    Change::DeleteTo => (token.start.min(other.start)..token.end.max(other.end), String::new()),
                }
            })
            .collect();
        // From the end, so that the places before stay; of two that overlap, one.
        edits.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
        let (mut text, mut untouched) = (text.clone(), usize::MAX);
        for (range, new) in edits {
            if range.end <= untouched {
                untouched = range.start;
                text.replace_range(range, &new);
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn half_an_edit_is_refused_or_keeps_its_lines(text in changed()) {
        let mut closed = Closed::default();
        if let Ok(file) = syn::parse_file(&text) {
            closed.add(Path::new("main.rs"), &file);
        }
        if let Ok(shadow) = publicize(&text, &closed) {
            prop_assert_eq!(text.matches('\n').count(), shadow.matches('\n').count());
            prop_assert!(syn::parse_file(&shadow).is_ok(), "{}", shadow);
        }
        proc_macro2::extra::invalidate_current_thread_spans();
    }

    #[test]
    fn any_text_is_refused_or_keeps_its_lines(text in "(\\PC|\n|\r\n|//|/\\*|fn |struct |\\{|\\}|\"|'){0,60}") {
        if let Ok(shadow) = publicize(&text, &Closed::default()) {
            prop_assert_eq!(text.matches('\n').count(), shadow.matches('\n').count());
        }
        proc_macro2::extra::invalidate_current_thread_spans();
    }
}
