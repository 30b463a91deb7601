//! Rust as it is while somebody writes it: real files without some of their tokens, or with some twice.

use crate::shadow::publicize::code_start;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
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
    /// Those outside attributes, whose text counts as it is.
    plain: Vec<Range<usize>>,
}

/// The workspace's own files, and the programs of its tests.
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
    let (mut tokens, mut plain) = (Vec::new(), Vec::new());
    locate(without_attributes(stream.clone()), code_start(&text), &mut plain);
    locate(stream, code_start(&text), &mut tokens);
    proc_macro2::extra::invalidate_current_thread_spans();
    (!plain.is_empty()).then_some(Source { text, tokens, plain })
}

fn without_attributes(stream: TokenStream) -> TokenStream {
    let mut is_after_hash = false;
    let mut kept = Vec::new();
    for token in stream {
        let is_attribute = is_after_hash && matches!(&token, TokenTree::Group(_));
        is_after_hash = match &token {
            TokenTree::Punct(sign) => sign.as_char() == '#' || is_after_hash && sign.as_char() == '!',
            _ => false,
        };
        match token {
            TokenTree::Group(group) if !is_attribute => {
                let mut inner = Group::new(group.delimiter(), without_attributes(group.stream()));
                inner.set_span(group.span());
                kept.push(TokenTree::Group(inner));
            }
            TokenTree::Group(_) => {}
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
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
    /// The token of another place stands there instead.
    Swap,
    /// A comment follows, or an end of the line.
    Remark(&'static str),
}

impl Change {
    fn at(self, source: &Source, token: Index, other: Index) -> (Range<usize>, String) {
        let is_remark = matches!(self, Self::Remark(_));
        let token = token.get(if is_remark { &source.plain } else { &source.tokens });
        let other = other.get(&source.tokens);
        let other_text = &source.text[other.clone()];
        match self {
            Self::Delete => (token.clone(), String::new()),
            Self::Repeat => (token.end..token.end, format!(" {other_text} ")),
            Self::DeleteTo => (token.start.min(other.start)..token.end.max(other.end), String::new()),
            Self::Swap if is_alike(&source.text[token.clone()], other_text) => (token.clone(), other_text.to_owned()),
            Self::Swap => (token.end..token.end, String::new()),
            Self::Remark(text) if is_word(&source.text[token.clone()]) => (token.end..token.end, text.to_owned()),
            Self::Remark(_) => (token.end..token.end, String::new()),
        }
    }
}

/// Whether one may stand where the other does, most often.
fn is_alike(one: &str, other: &str) -> bool {
    let kind = |text: &str| {
        let first = text.chars().next().unwrap_or(' ');
        let kinds: [fn(char) -> bool; 4] = [char::is_lowercase, char::is_uppercase, char::is_numeric, |it| it == '"'];
        kinds.iter().position(|is_it| is_it(first))
    };
    kind(one).is_some() && kind(one) == kind(other)
}

/// Between the signs of an operator there is no place for anything, and behind a comment it would be a part of that.
fn is_word(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '"' | '{'))
}

/// A file of the workspace that somebody is at work on: most are no Rust, some mean something else.
pub(crate) fn edited() -> impl Strategy<Value = String> {
    let change = prop_oneof![
        4 => Just(Change::Delete),
        2 => Just(Change::Repeat),
        1 => Just(Change::DeleteTo),
        2 => Just(Change::Swap),
        1 => Just(Change::Remark("\n")),
    ];
    changed(change, 1..4).prop_map(|(_, text)| text)
}

/// A file of the workspace, and the same with other words in it: most are Rust.
pub(crate) fn reworded() -> impl Strategy<Value = (String, String)> {
    let change = prop_oneof![
        6 => Just(Change::Swap),
        1 => Just(Change::Remark("\n\n")),
        1 => Just(Change::Remark(" /* ä */ ")),
        1 => Just(Change::Repeat),
    ];
    changed(change, 1..3)
}

/// A file of the workspace, and the same with more lines and comments.
pub(crate) fn remarked() -> impl Strategy<Value = (String, String)> {
    changed(prop_oneof![Just(Change::Remark(" // ü }\n")), Just(Change::Remark(" /* \n{ */\n"))], 1..6)
}

fn changed(change: impl Strategy<Value = Change>, count: Range<usize>) -> impl Strategy<Value = (String, String)> {
    (any::<Index>(), vec((change, any::<Index>(), any::<Index>()), count)).prop_map(|(source, changes)| {
        let source = source.get(&SOURCES);
        let text = &source.text;
        let changes = changes.into_iter();
        let mut edits: Vec<(Range<usize>, String)> =
            changes.map(|(change, token, other)| change.at(source, token, other)).collect();
        // From the end, so that the places before stay; of two that overlap, one.
        edits.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, range.end)));
        let (mut new, mut untouched) = (text.clone(), usize::MAX);
        for (range, with) in edits {
            if range.end <= untouched {
                untouched = range.start;
                new.replace_range(range, &with);
            }
        }
        (text.clone(), new)
    })
}

/// Signs that mean something in Rust, in any order, among others.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    "(\\PC|\n|\r\n|//|/\\*|fn |struct |\\{|\\}|\"|'){0,60}"
}
