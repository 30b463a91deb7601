//# run: --target aarch64-unknown-linux-musl
//# stderr: patching works for x86_64-unknown-linux-gnu; for aarch64-unknown-linux-musl, every save rebuilds and restarts
//# exit: any

fn main() {
    println!("nobody has std for this target");
}
