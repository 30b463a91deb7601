fn main() {
    println!("cargo::rerun-if-changed=data/names.txt");
    println!("cargo::rerun-if-changed=build.rs");
    let names = std::fs::read_to_string("data/names.txt").unwrap();
    let out = std::env::var("OUT_DIR").unwrap();
    let text = format!("pub fn name() -> &'static str {{ {:?} }}", names.trim());
    std::fs::write(format!("{out}/names.rs"), text).unwrap();
    println!("cargo::rustc-env=BUILT_WITH=first");
}
