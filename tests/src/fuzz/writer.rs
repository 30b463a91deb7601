//! Text with indentation, or on one line.

/// A text that grows.
#[derive(Debug, Default)]
pub struct Writer {
    /// So far.
    pub text: String,
    indent: usize,
    /// Breaks are spaces.
    pub is_dense: bool,
}

impl Writer {
    /// Adds to the line.
    pub fn put(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
    }

    /// A line of its own, after a break.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.line_break();
        self.put(text);
    }

    /// Ends the line, or not.
    pub fn line_break(&mut self) {
        if self.is_dense {
            self.text.push(' ');
        } else {
            self.text.push('\n');
            self.text.push_str(&"    ".repeat(self.indent));
        }
    }

    /// Opens a brace: what follows is further in.
    pub fn open(&mut self) {
        self.put("{");
        self.indent += 1;
        self.line_break();
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.indent -= 1;
        self.line_break();
        self.put("}");
    }

    /// Text in braces.
    pub fn braces(&mut self, write: impl FnOnce(&mut Self)) {
        self.open();
        write(self);
        self.close();
    }
}
