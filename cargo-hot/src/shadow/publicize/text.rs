//! The text of a file while it is rewritten, and the choice of the place where a `pub` costs the least.

use std::ops::Range;

use proc_macro2::{Span, TokenStream, TokenTree};

/// Overwrites keep every position, so they are made at once; the insertions wait for [`Text::finish`].
pub(super) struct Text<'a> {
    source: &'a str,
    bytes: Vec<u8>,
    insertions: Vec<(usize, &'static str)>,
    /// Where the part of the source starts that was parsed: spans count from here.
    code_start: usize,
    /// Where each token lies in the source, in order; a delimiter is a token of its own.
    tokens: Vec<Range<usize>>,
}

/// Where the code starts, behind a byte order mark and a shebang.
pub(crate) fn code_start(source: &str) -> usize {
    let text = source.strip_prefix('\u{feff}').unwrap_or(source);
    let mark = source.len() - text.len();
    match text.strip_prefix("#!") {
        // `#![feature]` is an attribute, however much space is in between.
        Some(rest) if !rest.trim_start().starts_with('[') => mark + text.find('\n').unwrap_or(text.len()),
        _ => mark,
    }
}

impl<'a> Text<'a> {
    /// `tokens` are those of the source from [`code_start`] on.
    pub(super) fn new(source: &'a str, tokens: TokenStream) -> Self {
        let mut text = Text {
            source,
            bytes: source.as_bytes().to_vec(),
            insertions: Vec::new(),
            code_start: code_start(source),
            tokens: Vec::new(),
        };
        text.locate(tokens);
        text
    }

    /// Overwrites a span with spaces; its line ends stay.
    pub(super) fn blank(&mut self, span: Span) {
        let range = self.range(span);
        for byte in &mut self.bytes[range] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }

    /// Writes `pub` in front of the token at `span`: over indentation, or else on its line, which moves what follows
    /// there. If columns count there, it is put on an earlier line, where there is a place.
    pub(super) fn publish(&mut self, span: Span, columns_count: bool) {
        let at = self.range(span).start;
        // What stands before an item is a line end, a delimiter, a comma, a semicolon or a comment: `pub` may touch it.
        if self.bytes[..at].ends_with(b"    ") {
            self.bytes[at - 4..at].copy_from_slice(b"pub ");
            return;
        }
        let insertion = match self.earlier_line(at).filter(|_| columns_count) {
            Some(earlier) => (earlier, " pub"),
            None => (at, "pub "),
        };
        self.insertions.push(insertion);
    }

    pub(super) fn finish(mut self) -> String {
        self.insertions.sort_unstable();
        let mut result = Vec::with_capacity(self.bytes.len() + 4 * self.insertions.len());
        let mut written = 0;
        for (at, text) in self.insertions {
            result.extend_from_slice(&self.bytes[written..at]);
            result.extend_from_slice(text.as_bytes());
            written = at;
        }
        result.extend_from_slice(&self.bytes[written..]);
        String::from_utf8(result).expect("only whole tokens and spaces were overwritten")
    }

    /// The place behind the token before `at`, if a line ends between the two: only comments can follow there.
    fn earlier_line(&self, at: usize) -> Option<usize> {
        let next = self.tokens.partition_point(|token| token.start < at);
        let previous = next.checked_sub(1).map(|index| self.tokens[index].clone());
        let (end, comment) = match previous {
            Some(token) => (token.end, self.source[token].starts_with("//")),
            None => (self.code_start, self.source[..self.code_start].contains("#!")),
        };
        let gap = &self.source[end..at];
        // Nothing can be appended to a `///` or to a shebang; the next line will do, if it is not the item's own.
        let skipped = if comment { gap.find('\n')? + 1 } else { 0 };
        gap[skipped..].contains('\n').then_some(end + skipped)
    }

    fn locate(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    self.locate_one(group.span_open());
                    self.locate(group.stream());
                    self.locate_one(group.span_close());
                }
                token => self.locate_one(token.span()),
            }
        }
    }

    fn locate_one(&mut self, span: Span) {
        let range = self.range(span);
        // The parts of the attribute that a doc comment stands for all have the place of the whole comment.
        if self.tokens.last().is_none_or(|last| last.end <= range.start) {
            self.tokens.push(range);
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.code_start..range.end + self.code_start
    }
}
