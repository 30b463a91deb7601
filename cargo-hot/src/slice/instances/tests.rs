//! Rows of a symbol, the function it is of, and the instance in Rust's words.

use super::{Crate, Naming, defining_crate, identity, instance};

struct Host;

impl Naming for Host {
    fn path(&self, krate: &Crate, path: &[String]) -> Option<String> {
        (krate.name == "life").then(|| format!("::host::{}", path.join("::")))
    }
}

#[track_caller]
fn check(symbol: &str, function: &str, spelled: Option<&str>) {
    rustc_demangle::try_demangle(symbol).expect("it is a symbol");
    let found = identity(symbol).map_or_else(String::new, |found| {
        let path = found.module.iter().chain(&found.self_name).chain(&found.of_trait).chain([&found.name]);
        path.map(String::as_str).collect::<Vec<_>>().join("::")
    });
    assert_eq!(found, function, "{symbol}");
    let instance = instance(symbol, &Host).map(|found| {
        let of_trait = found.of_trait.map(|of_trait| format!(" as {of_trait}")).unwrap_or_default();
        format!("<{}{of_trait}>::<{}>", found.self_type, found.arguments.join(", "))
    });
    assert_eq!(instance.as_deref(), spelled, "{symbol}");
}

#[test]
fn an_instance_is_spelled_as_a_slice_can_name_it() {
    check("_RINvC4life5shownmEB2_", "shown", Some("<>::<u32>"));
    check("_RINvNtC4life4game5shownReEB4_", "game::shown", Some("<>::<&str>"));
    check("_RINvC4life1fThaEAbj3_SdPxEB2_", "f", Some("<>::<(u8, i8, ), [bool; { 0x3 }], [f64], *const i64>"));
    check("_RINvC4life1fKj5_Kb1_Ksna_E", "f", Some("<>::<{ 0x5 }, true, { -0xa }>"));
    check("_RINvC4life1fFUKCmEuEB2_", "f", Some("<>::<unsafe extern \"C\" fn(u32) -> ()>"));
    check("_RNvMC4lifeINtB2_4GridyKj2_E5totalB2_", "Grid::total", Some("<::host::Grid<u64, { 0x2 }>>::<>"));
    check(
        "_RNvXC4lifeINtB2_4GridyEINtB2_2OfhE3addB2_",
        "Grid::Of::add",
        Some("<::host::Grid<u64> as ::host::Of<u8>>::<>"),
    );
    check("_RNvXC4lifetNtC5other4Into3addB2_", "u16::Into::add", Some("<u16>::<>"));
}

#[test]
fn the_standard_library_is_named_where_it_shows_its_types() {
    let check = |of_type: &str, expected: &str| {
        check(&format!("_RINvC4life1f{of_type}EB2_"), "f", Some(&format!("<>::<{expected}>")));
    };
    check("NtNtC5alloc6string6String", "::std::string::String");
    check("INtNtC4core6option6OptionhE", "::core::option::Option<u8>");
    check("INtNtNtC4core5slice4iter4IterhE", "::core::slice::Iter<u8>");
    check("INtNtNtNtC3std11collections4hash3map7HashMaphmE", "::std::collections::HashMap<u8, u32>");
    check("INtNtNtNtC5alloc11collections5btree3set8BTreeSethE", "::std::collections::BTreeSet<u8>");
    check("INtNtNtNtC5alloc11collections5btree3map4IterhmE", "::std::collections::btree_map::Iter<u8, u32>");
    check("NtNtNtC4core4sync6atomic9AtomicU32", "::core::sync::atomic::AtomicU32");
    check("DNtNtC4core3any3AnyEL_", "(dyn ::core::any::Any)");
    check("DINtNtNtC4core3ops8function2FnThEEp6OutputuEL_", "(dyn Fn(u8, ) -> ())");
}

#[test]
fn what_has_no_name_is_not_spelled() {
    check("_RINvC4life5shownNCNvB2_4main0EB2_", "shown", None);
    check("_RINvC4life5shownNtNvB2_4main5InnerEB2_", "shown", None);
    check("_RINvC4life5shownNtC7unknown4TypeEB2_", "shown", None);
    check("_RNvMC4lifeINtB2_4GridNCNvB2_4main0E5totalB2_", "Grid::total", None);
    check("_RNCNvC4life4main0B3_", "", None);
    check("_RNvNvC4life4main5innerB4_", "", None);
}

#[test]
fn the_crate_of_a_library_is_that_of_functions_without_another_name() {
    let krate = |name: &str, hash| Some(Crate { name: name.into(), hash });
    assert_eq!(defining_crate("_RNvNtCs1a_4life4game4step"), krate("life", 62 + 10 + 2));
    assert_eq!(defining_crate("_RNvNtCs001a_4life4game4step"), krate("life", 62 + 10 + 2));
    assert_eq!(defining_crate("_RNvNtCs1a_4life4game4stepCs2b_5other"), None);
    assert_eq!(defining_crate("_RINvCs1a_4life5shownmEB2_"), None);
}
