//! Rows of two texts, and what the edit from one to the other means.

use super::{Edit, Index, Kept, Key, helper_name};
use crate::slice::rules::Reason;
use unicode_width::UnicodeWidthStr;

fn names(keys: &[Key]) -> Vec<String> {
    let name = |key: &Key| {
        let (module, _, name, count) = key;
        let path = if module.is_empty() { name.clone() } else { format!("{module}::{name}") };
        if *count == 1 { path } else { format!("{path}#{count}") }
    };
    keys.iter().map(name).collect()
}

fn update(old: &str, new: &str) -> Result<Edit, Reason> {
    let mut index = Index::of(old).expect("the old text parses");
    let edit = index.update(old, new);
    if let Ok(latest) = Index::of(new) {
        assert_eq!(format!("{index:#?}"), format!("{latest:#?}"), "from {old:?} to {new:?}");
    }
    edit
}

/// What changed, what is new, how many constants are, and whether names may mean something else.
#[track_caller]
fn edits(old: &str, new: &str, changed: &[&str], added: &[&str], constants: usize, context: bool) {
    let edit = update(old, new).expect("a slice can hold it");
    assert_eq!(names(&edit.changed), changed, "changed from {old:?} to {new:?}");
    assert_eq!(names(&edit.added), added, "added from {old:?} to {new:?}");
    assert_eq!((edit.constants.len(), edit.context), (constants, context), "from {old:?} to {new:?}");
}

#[track_caller]
fn changes(old: &str, new: &str, changed: &[&str]) {
    edits(old, new, changed, &[], 0, false);
}

#[track_caller]
fn refuses(old: &str, new: &str, reason: Reason) {
    assert_eq!(update(old, new), Err(reason), "from {old:?} to {new:?}");
}

#[test]
fn attributes_between_the_braces_are_no_part_of_the_body() {
    let pairs = [("", "#![inline(always)]"), ("#![cold]", "#![inline]"), ("#![track_caller]", "")];
    for (old, new) in pairs {
        let more = |text: &str, inner: &str| text.replace("@", inner);
        for text in ["fn a() { @ 1; }", "impl T { fn a() { @ 1; } }", "trait A { fn a() { @ 1; } }"] {
            let reason = if text.starts_with("trait") { Reason::MoreThanBodies } else { Reason::SignatureChanged };
            refuses(&more(text, old), &more(text, new), reason);
        }
    }
    changes("fn a() { #![cold] 1; }", "fn a() { #![cold] 2; }", &["a"]);
}

#[test]
fn what_a_body_with_statics_declares_stays_as_it_is() {
    changes("fn a() { static A: u8 = 1; 1; }", "fn a() { 2; static A: u8 = 1; }", &["a"]);
    changes("fn a() { 1; fn b() {} }", "fn a() { 2; fn b() { 3; } }", &["a"]);
    refuses("fn a() { 1; }", "fn a() { static A: u8 = 1; 1; }", Reason::HoldsItems);
    refuses("fn a() { static A: u8 = 1; }", "fn a() { 1; }", Reason::HoldsItems);
    refuses("fn a() { static A: u8 = 1; }", "fn a() { static A: u8 = 2; }", Reason::HoldsItems);
    refuses("fn a() { static A: u8 = 1; }", "fn a() { static A: i8 = 1; }", Reason::HoldsItems);
    refuses("fn a() { use b::B; static A: B = 1; }", "fn a() { use c::B; static A: B = 1; }", Reason::HoldsItems);
    refuses(
        "fn a() { static A: u8 = b(); fn b() { 1 } }",
        "fn a() { static A: u8 = b(); fn b() { 2 } }",
        Reason::HoldsItems,
    );
    refuses(
        "impl T { fn a() { || { static A: u8 = 1; } } }",
        "impl T { fn a() { || { static A: u8 = 2; } } }",
        Reason::HoldsItems,
    );
}

#[test]
fn a_body_that_changes_is_followed() {
    changes("fn a() { 1; }", "fn a() { 2; }", &["a"]);
    changes("fn a() { 1; }", "fn a() { 1; 2; }", &["a"]);
    changes("fn a() { 1; 2; }", "fn a() { 2; }", &["a"]);
    changes("fn a() { 1; }\nfn b() { 1; }", "fn a() { 1; }\nfn b() {\n\n2; }", &["b"]);
    changes("fn a() { 1; }\nfn b() { 1; }", "fn a() { 1;\n1; }\nfn b() { 1; }", &["a"]);
    changes("fn a() { 1; } fn b() { 1; }", "fn a() { 2; } fn b() { 2; }", &["a", "b"]);
    changes("mod m { fn a() { 1; } } fn a() {}", "mod m { fn a() { 2; } } fn a() {}", &["m::a"]);
    changes("impl T { fn a() { 1; } }", "impl T { fn a() { 2; } }", &["a"]);
    changes("impl Tr for T { fn a() { 1; } }", "impl Tr for T { fn a() { 2; } }", &["a"]);
    changes("fn ö() { \"ä\"; }\nfn b() {}", "fn ö() { \"ää\"; }\nfn b() {}", &["ö"]);
    changes("\u{feff}fn a() { 1; }\r\nfn b() {}", "\u{feff}fn a() { 2; }\r\nfn b() {}", &["a"]);
    changes("#!/bin/x\nfn a() { 1; }", "#!/bin/x\nfn a() { 2; }", &["a"]);
}

#[test]
fn text_that_is_no_code_does_not_count() {
    changes("fn a() { 1; }", "fn a() { /* one */ 1; }", &[]);
    changes("fn a() { 1; }", "\n\nfn a() {\n    1;\n}", &[]);
    changes("/// A.\nfn a() {}", "/// B.\nfn a() {}", &[]);
    changes("//! A.\nfn a() {}", "//! B.\nfn a() {}", &[]);
    changes("fn a() {} fn b() {}", "fn b() {} fn a() {}", &[]);
    changes("struct A; fn a() {}", "fn a() {} struct A;", &[]);
}

#[test]
fn functions_of_one_name_are_told_apart_by_their_order() {
    let old = "#[cfg(x)] fn a() { 1; } #[cfg(not(x))] fn a() { 1; }";
    changes(old, "#[cfg(x)] fn a() { 1; } #[cfg(not(x))] fn a() { 2; }", &["a#2"]);
    changes(
        "impl T { fn a() { 1; } } impl U { fn a() { 1; } }",
        "impl T { fn a() { 1; } } impl U { fn a() { 2; } }",
        &["a"],
    );
}

#[test]
fn new_functions_uses_and_constants_are_taken_along() {
    edits("fn a() {}", "fn a() {} fn b() {}", &[], &["b"], 0, true);
    edits("fn a() {}", "fn b() {} fn a() { b() }", &["a"], &["b"], 0, true);
    edits("fn a() {}", "use x::y; fn a() { y() }", &["a"], &[], 0, true);
    edits("use x::y; fn a() {}", "fn a() {}", &[], &[], 0, true);
    edits("use x::y; fn a() {}", "use x::z; fn a() {}", &[], &[], 0, true);
    edits("fn a() {}", "const C: u8 = 1; fn a() { C; }", &["a"], &[], 1, true);
    edits("trait T { fn a(&self) { 1; } }", "trait T { fn a(&self) { 2; } }", &["T::a"], &[], 0, false);
    edits("mod m { fn a() {} }", "mod m { fn a() {} fn b() {} }", &[], &["m::b"], 0, true);
}

#[test]
fn more_than_a_slice_holds_is_refused() {
    for (old, new) in [
        ("struct A;", "struct A(u8);"),
        ("fn a() {}", "struct A; fn a() {}"),
        ("enum A { B } fn a() {}", "fn a() {}"),
        ("static A: u8 = 1;", "static A: u8 = 2;"),
        ("const A: u8 = 1;", "const A: u8 = 2;"),
        ("const A: u8 = 1;", ""),
        ("type A = u8;", "type A = u16;"),
        ("trait T { fn a() { 1; } }", "trait T { fn a(); }"),
        ("trait T { fn a(); }", "trait T { fn a(); fn b(); }"),
        ("impl T { const A: u8 = 1; }", "impl T { const A: u8 = 2; }"),
        ("impl T { fn a() {} }", "impl<'a> T { fn a() {} }"),
        ("impl T { fn a() {} }", "impl U for T { fn a() {} }"),
        ("macro_rules! m { () => { 1 } }", "macro_rules! m { () => { 2 } }"),
        ("fn a() {}", "macro_rules! m { () => { 2 } } fn a() {}"),
        ("m!(1);", "m!(2);"),
        ("mod m;", "mod n;"),
        ("mod m { fn a() {} }", "mod n { fn a() {} }"),
        ("#[path = \"x.rs\"] mod m;", "#[path = \"y.rs\"] mod m;"),
        ("#[cfg(x)] mod m {}", "mod m {}"),
        ("extern crate a;", "extern crate b;"),
        ("#![no_std]", ""),
        ("extern \"C\" { fn a(); }", "extern \"C\" { fn b(); }"),
    ] {
        refuses(old, new, Reason::MoreThanBodies);
    }
    refuses("fn a(n: u8) {}", "fn a(n: u16) {}", Reason::SignatureChanged);
    refuses("fn a() {}", "pub fn a() {}", Reason::SignatureChanged);
    refuses("fn a() {}", "#[cfg(x)] fn a() {}", Reason::SignatureChanged);
    refuses("fn a() {}", "fn b() {}", Reason::FunctionRemoved);
    refuses("mod m { fn a() {} }", "mod m {} fn a() {}", Reason::FunctionRemoved);
    refuses("impl T { fn a() {} }", "impl T { fn a() {} fn b() {} }", Reason::MethodAdded);
    refuses("fn a() {}", "fn a() {", Reason::NotParsed);
}

#[test]
fn an_index_goes_on_after_each_edit() {
    let texts = [
        "use x::y;\nfn a() { 1; }\nimpl T { fn b(&self) { 1; } }\nconst C: u8 = 1;\nmod m { fn c() { 1; } }\n",
        "use x::y;\nfn a() {\n 1;\n 2;\n}\nimpl T { fn b(&self) { 1; } }\nconst C: u8 = 1;\nmod m { fn c() { 1; } }\n",
        "use x::y;\nfn a() {\n 1;\n 2;\n}\nimpl T { fn b(&self) { 11; } }\nconst C: u8 = 1;\nmod m { fn c() { 1; } }\n",
        "use x::y;\nfn a() {\n 1;\n 2;\n}\nimpl T { fn b(&self) { 11; } }\nconst C: u8 = 1;\nmod m { fn c() { 1;\n\n 2; } }\n",
    ];
    let mut index = Index::of(texts[0]).unwrap();
    for pair in texts.windows(2) {
        index.update(pair[0], pair[1]).unwrap();
        assert_eq!(format!("{index:#?}"), format!("{:#?}", Index::of(pair[1]).unwrap()));
    }
    let text = texts[3];
    let a = index.functions.iter().find(|function| function.name == "a").unwrap();
    assert_eq!(&text[a.range.clone()], "fn a() {\n 1;\n 2;\n}");
    assert_eq!((&text[a.body.clone()], a.line), ("\n 1;\n 2;\n", 2));
    let c = index.functions.iter().find(|function| function.name == "c").unwrap();
    assert_eq!((&text[c.body.clone()], c.line, index.module_path(c.module)), (" 1;\n\n 2; ", 8, vec!["m"]));
    assert_eq!(index.kept().map(|(kind, _)| kind).collect::<Vec<_>>(), [Kept::Use, Kept::Const]);
}

#[test]
fn a_name_in_the_trait_of_a_slice_is_as_long_and_no_others() {
    for name in ["f", "step", "länge", "_x", "r#match", "名前"] {
        let helper = helper_name(name, 3);
        let name = name.trim_start_matches("r#");
        assert_eq!(helper.chars().count(), name.chars().count(), "{name}");
        assert_eq!(helper.width(), name.width(), "{name}");
        assert!(syn::parse_str::<syn::Ident>(&helper).is_ok(), "{helper}");
        assert_ne!(helper, helper_name(name, 4));
    }
}
