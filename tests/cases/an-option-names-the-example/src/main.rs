//# run: --example shown-one
//# stdout: hits=(?<more>\d+) out: v1 library v1
//# edit 1 examples/shown-one.rs: s/out: v1/out: v2/
//# patched: update@examples/shown-one.rs
//# stdout: hits=(?<more>\d+) out: v2 library v1
//# edit 2 src/lib.rs: s/library v1/library v2/
//# patched: name
//# stdout: hits=(?<more>\d+) out: v2 library v2
//# oracle

fn main() {}
