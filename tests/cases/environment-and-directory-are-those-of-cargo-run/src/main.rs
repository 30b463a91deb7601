//# env: FROM_THE_SHELL=a b
//# cwd: inner
//# stdout: inner.* FROM_THE_SHELL=a b
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let ours = |name: &str| name.starts_with("CARGO_HOT") || name == "_";
    let shown = |name: &str| ["CARGO", "RUST", "LD_", "FROM_", "PATH", "PWD"].iter().any(|it| name.starts_with(it));
    let mut variables: Vec<String> = std::env::vars()
        .filter(|(name, _)| !ours(name))
        .map(|(name, value)| if shown(&name) { format!("{name}={value}") } else { name })
        .collect();
    variables.sort();
    let arg0 = std::env::args().next().unwrap();
    let name = arg0.rsplit('/').next().unwrap();
    println!("out: {} {name} {}", std::env::current_dir().unwrap().display(), variables.join(" ").replace('\n', "\\n"));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
