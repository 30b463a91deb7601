//! Symbol names as small numbers.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use std::cell::OnceCell;

/// A symbol's name, in one [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(u32);

/// What a symbol is of: the same for every crate that instantiates a generic, and wherever among others an `impl` stands.
/// Both may change with an edit of something else, and the symbol with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Item(u128);

impl Item {
    /// Of the symbol that demangles to this.
    pub(crate) fn of(demangled: &str) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(demangled.as_bytes()))
    }
}

/// Every symbol name seen in a session.
#[derive(Debug, Default)]
pub(crate) struct Names {
    symbols: IndexSet<Box<str>, FxBuildHasher>,
    /// By symbol; most are never asked for.
    items: Vec<OnceCell<Item>>,
}

impl Names {
    /// The name without the suffix that `ThinLTO` gives to what it makes visible across codegen units: whether it does
    /// may differ from one build to the next, while the symbol stays the same.
    pub(crate) fn intern(&mut self, symbol: &str) -> Name {
        let symbol = if is_anonymous(symbol) { symbol } else { without_promotion(symbol) };
        let index = match self.symbols.get_index_of(symbol) {
            Some(index) => index,
            None => {
                self.items.push(OnceCell::new());
                self.symbols.insert_full(symbol.into()).0
            }
        };
        Name(u32::try_from(index).expect("a session sees fewer than four billion symbols"))
    }

    pub(crate) fn item(&self, name: Name) -> Item {
        let of_text = || Item::of(&rustc_demangle::demangle(self.text(name)).to_string());
        self.items.get(name.0 as usize).map_or_else(of_text, |item| *item.get_or_init(of_text))
    }

    pub(crate) fn get(&self, symbol: &str) -> Option<Name> {
        let index = self.symbols.get_index_of(symbol)?;
        Some(Name(u32::try_from(index).ok()?))
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        self.symbols.get_index(name.0 as usize).map_or("", |text| text)
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

    #[test]
    fn an_item_is_one_whichever_symbol_it_has() {
        let mut names = Names::default();
        let mut check = |one: &str, other: &str, same: bool| {
            let (first, second) = (names.intern(one), names.intern(other));
            assert_eq!(names.item(first) == names.item(second), same, "{one} and {other}");
        };
        check("_RINvC1a1fmECs12aZ_3low", "_RINvC1a1fmEC1b", true);
        check("_RINvC1a1fmEB2_", "_RINvC1a1fmEC1b", true);
        check("_RINvC1a1fmEB2_", "_RINvC1a1fhEB2_", false);
        check("_RNvC1a1f", "_RNvCs1_1a1f", false);
        check("_RNvXC1aNtB2_1TNtB2_1A1f", "_RNvXs_C1aNtB4_1TNtB4_1A1f", true);
        check("_RNvXC1aNtB2_1TNtB2_1A1f", "_RNvXC1aNtB2_1TNtB2_1B1f", false);
        check("memcpy", "memmove", false);
    }
}
