//! Symbol names as small numbers.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A symbol's name, in one [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(u32);

/// Every symbol name seen in a session.
#[derive(Debug, Default)]
pub(crate) struct Names(IndexSet<Box<str>, FxBuildHasher>);

impl Names {
    /// The name without the suffix that `ThinLTO` gives to what it makes visible across codegen units: whether it does
    /// may differ from one build to the next, while the symbol stays the same.
    pub(crate) fn intern(&mut self, symbol: &str) -> Name {
        let name = if is_anonymous(symbol) { symbol } else { without_promotion(symbol) };
        let index = match self.0.get_index_of(name) {
            Some(index) => index,
            None => self.0.insert_full(name.into()).0,
        };
        Name(u32::try_from(index).expect("a session sees fewer than four billion symbols"))
    }

    pub(crate) fn get(&self, symbol: &str) -> Option<Name> {
        let index = self.0.get_index_of(symbol)?;
        Some(Name(u32::try_from(index).ok()?))
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        self.0.get_index(name.0 as usize).map_or("", |text| text)
    }
}

/// See [`Names::intern`].
pub(crate) fn without_promotion(symbol: &str) -> &str {
    match symbol.split_once(".llvm.") {
        Some((name, hash)) if hash.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => symbol,
    }
}

/// Whether a read-only datum is one of the compiler's own: its name says nothing, its content says everything.
pub(crate) fn is_anonymous(symbol: &str) -> bool {
    const PREFIXES: &[&str] =
        &[".L", "anon.", "vtable.", "switch.table.", "alloc_", "str.", "DW.ref.", "GCC_except_table"];
    PREFIXES.iter().any(|prefix| symbol.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promoted_symbol_keeps_its_name() {
        let mut names = Names::default();
        assert_eq!(names.intern("_RNvC1a1f.llvm.123"), names.intern("_RNvC1a1f"));
        assert_ne!(names.intern("anon.ab.1.llvm.123"), names.intern("anon.ab.1"));
        let cold = names.intern("_RNvC1a1f.cold");
        assert_eq!(names.text(cold), "_RNvC1a1f.cold");
    }
}
