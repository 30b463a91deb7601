//! Symbol names as small numbers.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

/// A symbol's name, in one [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(u32);

/// Every symbol name seen in a session.
#[derive(Debug, Default)]
pub(crate) struct Names {
    symbols: IndexSet<Box<str>, FxBuildHasher>,
    /// By symbol, the name that all instances of one generic share.
    items: Vec<Name>,
}

impl Names {
    /// The name without the suffix that `ThinLTO` gives to what it makes visible across codegen units: whether it does
    /// may differ from one build to the next, while the symbol stays the same.
    pub(crate) fn intern(&mut self, symbol: &str) -> Name {
        let symbol = if is_anonymous(symbol) { symbol } else { without_promotion(symbol) };
        if let Some(known) = self.get(symbol) {
            return known;
        }
        let item = without_instantiating_crate(symbol).map(|item| self.intern(item));
        let index = self.symbols.insert_full(symbol.into()).0;
        let name = Name(u32::try_from(index).expect("a session sees fewer than four billion symbols"));
        self.items.push(item.unwrap_or(name));
        name
    }

    /// What the symbol is an instance of: the same for every crate that instantiates it. Which crate does may change
    /// with an edit of any other.
    pub(crate) fn item(&self, name: Name) -> Name {
        self.items.get(name.0 as usize).copied().unwrap_or(name)
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

/// Without the crate at the end of a mangled name, where there is one: a root (`C`) with perhaps a disambiguator
/// (`s..._`) and the length of its name, or the place where the root was named before (`B..._`).
fn without_instantiating_crate(symbol: &str) -> Option<&str> {
    let path = symbol.strip_prefix("_R")?;
    let mut starts = path.rmatch_indices(['B', 'C']).map(|(start, _)| start);
    let start = starts.find(|start| is_crate_root(&path[*start..]))?;
    let item = &symbol[.."_R".len() + start];
    // The last letters of an identifier may look the same; what is left is no name then.
    rustc_demangle::try_demangle(item).is_ok().then_some(item)
}

fn is_crate_root(text: &str) -> bool {
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
    if let Some(place) = text.strip_prefix('B') {
        return place.strip_suffix('_').is_some_and(is_number);
    }
    let text = text.strip_prefix('C').unwrap_or(text);
    let text = match text.strip_prefix('s').and_then(|text| text.split_once('_')) {
        Some((digits, rest)) if is_number(digits) => rest,
        _ => text,
    };
    let name = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let length = text[..text.len() - name.len()].parse::<usize>();
    length.is_ok_and(|length| length == name.len() || name.starts_with('_') && length == name.len() - 1)
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
    fn instances_of_one_generic_are_one_item() {
        let mut names = Names::default();
        let mut item = |symbol| {
            let name = names.intern(symbol);
            names.text(names.item(name)).to_owned()
        };
        assert_eq!(item("_RINvC1a1fmECs12aZ_3low"), "_RINvC1a1fmE");
        assert_eq!(item("_RINvC1a1fmEC1b"), "_RINvC1a1fmE");
        assert_eq!(item("_RINvC1a1fmEC2_1b"), "_RINvC1a1fmE");
        assert_eq!(item("_RINvC1a1fmEB2_"), "_RINvC1a1fmE");
        assert_eq!(item("_RNvC1a4fB2_"), "_RNvC1a4fB2_");
        assert_eq!(item("_RNvC1a1f"), "_RNvC1a1f");
        assert_eq!(item("_RNvC1a4aC1b"), "_RNvC1a4aC1b");
        assert_eq!(item("memcpy"), "memcpy");
    }
}
