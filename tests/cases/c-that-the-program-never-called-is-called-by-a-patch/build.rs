use std::env;
use std::process::Command;

fn run(program: &str, arguments: &[&str]) {
    assert!(Command::new(program).args(arguments).current_dir("c").status().unwrap().success());
}

fn main() {
    let out = env::var("OUT_DIR").unwrap();
    let file = |name: &str| format!("{out}/{name}");
    for part in ["used", "unused"] {
        run("cc", &["-c", "-O1", "-fPIC", &format!("{part}.c"), "-o", &file(&format!("{part}.o"))]);
    }
    run("ar", &["crs", &file("libparts.a"), &file("used.o"), &file("unused.o")]);
    for library in ["shared", "alone"] {
        run("cc", &["-shared", "-fPIC", "-O1", &format!("{library}.c"), "-o", &file(&format!("lib{library}.so"))]);
        println!("cargo::rustc-link-lib=dylib={library}");
    }
    println!("cargo::rustc-link-search=native={out}");
    println!("cargo::rustc-link-lib=static=parts");
    println!("cargo::rustc-link-lib=m");
    println!("cargo::rerun-if-changed=c");
}
