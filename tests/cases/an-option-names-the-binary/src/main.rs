//# run: --bin second-one
//# stdout: out: v1
//# edit 1 src/bin/second-one.rs: s/v1/v2/
//# patched: update@src/bin/second-one.rs
//# stdout: out: v2
//# oracle

fn main() {
    println!("out: the other one");
}
